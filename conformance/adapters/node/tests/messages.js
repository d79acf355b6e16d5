'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { ask, out, assertRejected, repeat, randomSource, flipBit, varintHex } = require('./support');

const U64_MAX = '18446744073709551615';
const DEFAULTS = {
  initial_session_credit: '33554432', initial_stream_credit: '65536', max_streams: '64', max_frame_bytes: '2097152',
  max_message_bytes: '16777216', idle_timeout_ms: '30000', max_ack_delay_ms: '25', keep_alive_ms: '0',
};
const DEFAULT_LIST = '010480808010' + '0203808004' + '030140' + '040480808001' + '050480808008' + '0603b0ea01'
  + '070119';
const DEFAULT_BYTES = `${DEFAULT_LIST}080100`;
const ID_AND_SIGNATURE = '0102030405060708' + repeat('ee', 64);
const AUTH_TAIL = ID_AND_SIGNATURE + varintHex(DEFAULT_BYTES.length / 2) + DEFAULT_BYTES;
const KEYS = repeat('0a', 32) + repeat('0b', 32) + repeat('0c', 32);
const HELLO = `01${'0101'}${'0101'}${KEYS}020000`;
const RESPONSE = `020101${KEYS}${repeat('0d', 32)}`;

// Every proper prefix is refused, and so is one byte more.
function assertExact(kind, input, bytes) {
  assert.equal(ask(kind, { ...input, bytes }).outcome, 'accept');
  for (let cut = 0; cut < bytes.length; cut += 2) {
    const reply = ask(kind, { ...input, bytes: bytes.slice(0, cut) });
    assert.equal(reply.outcome, 'reject', bytes.slice(0, cut));
    assert.equal(reply.stage, 'message');
  }
  assertRejected(kind, { ...input, bytes: `${bytes}00` }, 'message', 'wire.trailing_bytes');
}

//= STT-HANDSHAKE-001 test
//= STT-HANDSHAKE-002 test
//= STT-HANDSHAKE-003 test
//= STT-HANDSHAKE-007 test
test('handshake messages: layout, and nothing before or behind it', () => {
  assert.deepEqual(out('handshake.decode', { message: 'hello', bytes: HELLO }), {
    versions: '01', suites: '01', nonce: repeat('0a', 32), node_id: repeat('0b', 32), ephemeral: repeat('0c', 32),
    padding: 2,
  });
  assert.deepEqual(out('handshake.decode', { message: 'response', bytes: RESPONSE }), {
    version: 1, suite: 1, nonce: repeat('0a', 32), node_id: repeat('0b', 32), ephemeral: repeat('0c', 32),
    challenge: repeat('0d', 32),
  });
  const auth = { session_id: '0102030405060708', signature: repeat('ee', 64), parameters: DEFAULT_BYTES };
  assert.deepEqual(out('handshake.decode', { message: 'final', bytes: `04${AUTH_TAIL}` }), auth);
  // Parameters are not judged here, whatever they hold.
  const odd = out('handshake.decode', { message: 'auth_proof', bytes: `03${ID_AND_SIGNATURE}0180` });
  assert.deepEqual(odd, { ...auth, parameters: '80' });
  assertExact('handshake.decode', { message: 'hello' }, HELLO);
  assertExact('handshake.decode', { message: 'response' }, RESPONSE);
  assertExact('handshake.decode', { message: 'auth_proof' }, `03${AUTH_TAIL}`);
});

//= STT-HANDSHAKE-004 test
//= STT-HANDSHAKE-005 test
//= STT-HANDSHAKE-006 test
test('handshake messages: their errors', () => {
  const refused = [
    ['response', HELLO, 'handshake_type'], ['final', `03${AUTH_TAIL}`, 'handshake_type'], ['hello', '', 'truncated'],
    ['hello', `0100${'0101'}${KEYS}00`, 'handshake_list_empty'], ['hello', `01010100${KEYS}00`, 'handshake_list_empty'],
    ['hello', `01${'0101'}${'0101'}${KEYS}020001`, 'handshake_padding'], ['hello', '0180', 'varint_truncated'],
    ['hello', `01${repeat('ff', 9)}01`, 'truncated'],
    ['final', `04${ID_AND_SIGNATURE}0180ff`, 'trailing_bytes'], ['final', `04${ID_AND_SIGNATURE}0280`, 'truncated'],
    ['hello', `01${'0101'}${'0101'}${KEYS}0300ff`, 'truncated'],
  ];
  for (const [message, bytes, reason] of refused) {
    assertRejected('handshake.decode', { message, bytes }, 'message', `wire.${reason}`);
  }
  assert.equal(ask('handshake.decode', { message: 'toString', bytes: HELLO }).outcome, 'error');
});

//= STT-PARAM-001 test
//= STT-PARAM-004 test
test('parameters: the defaults of the specification', () => {
  assert.equal(out('parameters.encode', DEFAULTS).bytes, DEFAULT_BYTES);
  assert.deepEqual(out('parameters.decode', { bytes: DEFAULT_BYTES }), DEFAULTS);
  assert.deepEqual(out('parameters.decode', { bytes: `0002ffff${DEFAULT_BYTES}0900ff010180` }), DEFAULTS);
});

//= STT-PARAM-002 test
//= STT-PARAM-003 test
//= STT-PARAM-005 test
//= STT-PARAM-006 test
//= STT-PARAM-007 test
//= STT-PARAM-010 test
test('parameters: their errors', () => {
  const refused = [
    [`${DEFAULT_BYTES}080100`, 'parameter_duplicate'], [`${DEFAULT_BYTES}070119`, 'parameter_order'],
    [DEFAULT_LIST, 'parameter_missing'], ['', 'parameter_missing'], [`${DEFAULT_LIST}08020000`, 'trailing_bytes'],
    [`${DEFAULT_LIST}0800`, 'varint_truncated'], [`${DEFAULT_LIST}0801`, 'truncated'],
    [`${DEFAULT_LIST}08028000`, 'varint_overlong'], [`${DEFAULT_LIST}08058080808010`, 'parameter_range'],
    ['80', 'varint_truncated'], [DEFAULT_BYTES.replace('030140', '030100'), 'parameter_range'],
  ];
  for (const [bytes, reason] of refused) assertRejected('parameters.decode', { bytes }, 'message', `wire.${reason}`);
  for (const change of [{ max_streams: '0' }, { max_streams: '65536' }, { max_frame_bytes: '1199' },
    { max_message_bytes: '0' }, { max_message_bytes: '4611686018427387905' }, { max_ack_delay_ms: '16384' }]) {
    assertRejected('parameters.encode', { ...DEFAULTS, ...change }, 'parameters', 'wire.parameter_range');
  }
});

const RANGES = [['9', '10'], ['5', '5'], ['0', '2']];
const CONTROLS = [
  [{ message: 'ack', delay_us: '300', ranges: RANGES }, '01ac020a02010200' + '0102'],
  [{ message: 'ping', padding: 0 }, '02'], [{ message: 'ping', padding: 3 }, '02000000'],
  [{ message: 'pong', sequence: '300' }, '03ac02'],
  [{ message: 'session_credit', position: U64_MAX }, `04${repeat('ff', 9)}01`],
  [{ message: 'path_challenge', data: '0102030405060708' }, '050102030405060708'],
  [{ message: 'path_response', data: '0102030405060708' }, '060102030405060708'],
  [{ message: 'close', code: '0', reason: '' }, '070000'],
  [{ message: 'error', code: '66560', reason: '6869' }, '08808804026869'],
];

//= STT-CONTROL-001 test
//= STT-CONTROL-003 test
test('control: each message, both ways', () => {
  for (const [message, bytes] of CONTROLS) {
    assert.equal(out('control.encode', message).bytes, bytes);
    assert.deepEqual(out('control.decode', { bytes }), message);
    if (message.message !== 'ping') assertExact('control.decode', {}, bytes);
  }
});

//= STT-CONTROL-002 test
//= STT-CONTROL-004 test
//= STT-CONTROL-005 test
//= STT-CONTROL-011 test
//= STT-CONTROL-021 test
//= STT-ERROR-008 test
test('control: their errors', () => {
  const refused = [
    ['', 'truncated'], ['00', 'control_type'], ['09', 'control_type'], ['020100', 'control_padding'],
    ['01000a40', 'ack_ranges'], ['01000a000b', 'ack_ranges'], ['01000a010509', 'ack_ranges'],
    ['01000a01050301', 'ack_ranges'], ['0700810200', 'truncated'], ['07008002', 'truncated'],
    // By the byte that breaks a rule, whatever is missing or left over behind it.
    ['01000040', 'ack_ranges'], ['01000a010509', 'ack_ranges'], ['01000a000b00', 'ack_ranges'],
    [`07008102${repeat('61', 257)}`, 'reason_too_long'], [`07008102${repeat('61', 258)}`, 'reason_too_long'],
  ];
  for (const [bytes, reason] of refused) assertRejected('control.decode', { bytes }, 'message', `wire.${reason}`);
  const many = Array.from({ length: 65 }, (_, index) => [String(400 - 4 * index), String(400 - 4 * index)]);
  const ack = { message: 'ack', delay_us: '0' };
  for (const ranges of [many, [], [['5', '4']], [['5', '9'], ['4', '4']], [['1', '1'], ['5', '5']]]) {
    assertRejected('control.encode', { ...ack, ranges }, 'message', 'wire.ack_ranges');
  }
  assert.equal(ask('control.encode', { ...ack, ranges: many.slice(1) }).outcome, 'accept');
  const close = { message: 'close', code: '1', reason: repeat('61', 257) };
  assertRejected('control.encode', close, 'message', 'wire.reason_too_long');
});

//= STT-STREAM-050 test
//= STT-STREAM-051 test
test('stream control: each message, both ways, and errors', () => {
  for (const [message, bytes] of [
    [{ message: 'open' }, '01'], [{ message: 'close', final_position: '7' }, '0207'],
    [{ message: 'reset', code: '66560', final_position: '0' }, '0380880400'],
    [{ message: 'credit', position: '65536' }, '04808004'], [{ message: 'stop', code: '0' }, '0500'],
  ]) {
    assert.equal(out('stream_control.encode', message).bytes, bytes);
    assert.deepEqual(out('stream_control.decode', { bytes }), message);
    assertExact('stream_control.decode', {}, bytes);
  }
  assertRejected('stream_control.decode', { bytes: '06' }, 'message', 'wire.stream_control_type');
  assert.equal(ask('stream_control.encode', { message: '__proto__' }).outcome, 'error');
});

//= STT-STREAM-005 test
//= STT-STREAM-006 test
//= STT-STREAM-007 test
//= STT-STREAM-008 test
test('data: the examples of the specification, and errors', () => {
  const abc = { end_of_message: true, offset: '0', bytes: '616263' };
  assert.equal(out('data.encode', abc).bytes, '0100616263');
  assert.deepEqual(out('data.decode', { bytes: '0100616263' }), abc);
  assert.deepEqual(out('data.decode', { bytes: '0104' }), { end_of_message: true, offset: '4', bytes: '' });
  const last = repeat('ff', 9) + '01';
  for (const [bytes, reason] of [
    ['', 'truncated'], ['01', 'varint_truncated'], ['0200', 'data_flags'], ['0000', 'data_empty'],
    [`01${last}`, 'position_overflow'], [`00${last}61`, 'position_overflow'],
  ]) assertRejected('data.decode', { bytes }, 'message', `wire.${reason}`);
  assert.equal(ask('data.decode', { bytes: `01fe${last.slice(2)}` }).outcome, 'accept');
  assertRejected('data.encode', { ...abc, offset: U64_MAX }, 'message', 'wire.position_overflow');
  assertRejected('data.encode', { ...abc, end_of_message: false, bytes: '' }, 'message', 'wire.data_empty');
});

function randomAck(random) {
  let position = 1_000_000n + (random.u64() >> 1n);
  const ranges = [];
  for (let count = 1 + random.below(64); ranges.length < count;) {
    const smallest = position - BigInt(random.below(50));
    ranges.push([String(smallest), String(position)]);
    position = smallest - 2n - BigInt(random.below(50));
  }
  return { message: 'ack', delay_us: String(random.u64()), ranges };
}

test('messages: decode(encode(x)) = x; what decodes has one encoding only', () => {
  const random = randomSource(4);
  const makers = [
    ['control', () => randomAck(random)],
    ['control', () => ({ message: 'close', code: String(random.u64()), reason: random.hex(random.below(257)) })],
    ['stream_control', () => ({ message: 'reset', code: String(random.u64()), final_position: String(random.u64()) })],
    ['data', () => ({ end_of_message: true, offset: String(random.u64() >> 1n), bytes: random.hex(random.below(50)) })],
    ['parameters', () => ({ ...DEFAULTS, initial_stream_credit: String(random.u64()) })],
  ];
  for (let round = 0; round < 600; round += 1) {
    const [kind, make] = makers[round % makers.length];
    const message = make();
    const { bytes } = out(`${kind}.encode`, message);
    assert.deepEqual(out(`${kind}.decode`, { bytes }), message);
    const mutated = flipBit(bytes, random.below(bytes.length * 4));
    const reply = ask(`${kind}.decode`, { bytes: mutated });
    assert.ok(['accept', 'reject'].includes(reply.outcome));
    if (reply.outcome === 'accept') assert.equal(out(`${kind}.encode`, reply.out).bytes, mutated);
  }
});
