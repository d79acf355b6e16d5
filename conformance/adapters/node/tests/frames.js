'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { ask, out, assertRejected, repeat, randomSource, flipBit, varintHex } = require('./support');

const ID = '0102030405060708';
const ZERO_ID = repeat('00', 8);
const NONCE = repeat('aa', 24);
const TAG = repeat('bb', 16);

// The frame of the specification's example.
const DATA = {
  type: 2, session_id: ID, stream_id: 1, sequence: '7', epoch: '0', payload: '0102030405', nonce: NONCE, tag: TAG,
};
const DATA_HEADER = `5354013a02${ID}010729`;
const DATA_BYTES = `${DATA_HEADER}0102030405${'00'}${NONCE}${TAG}`;
const { epoch: _, ...WITHOUT_EPOCH } = DATA;
const HINT = repeat('cc', 8);
const HANDSHAKE = { ...WITHOUT_EPOCH, type: 1, session_id: ZERO_ID, stream_id: 0, sequence: '0', hint: HINT };
const AUTH = { ...DATA, type: 5, stream_id: 0, sequence: '0' };

// A frame by its fields as hex, which may break any rule.
function raw({ magic = '5354', version = '01', length, type = '02', id = ID, stream = '01', sequence = '07',
  metadata = '29', payload = '0102030405', selector = '00', nonce = NONCE, tag = TAG }) {
  const body = type + id + stream + sequence + metadata + payload + selector + nonce + tag;
  return magic + version + (length ?? varintHex(body.length / 2)) + body;
}

function randomFrame(random) {
  const type = [1, 2, 3, 4, 5, 0x80 + random.below(128)][random.below(6)];
  const isHandshake = type === 1;
  const needsStream = type === 2 || type === 4 || (type >= 0x80 && random.flag());
  return {
    type,
    session_id: isHandshake ? ZERO_ID : ID,
    stream_id: needsStream ? 1 + random.below(65_535) : 0,
    sequence: isHandshake || type === 5 ? '0' : String(random.u64()),
    ...(isHandshake ? { hint: random.hex(8) } : { epoch: type === 5 ? '0' : String(random.u64()) }),
    payload: random.hex(random.below(40)),
    nonce: random.hex(24),
    tag: random.hex(16),
  };
}

//= STT-FRAME-001 test
//= STT-FRAME-004 test
//= STT-FRAME-027 test
test('frame: the example of the specification', () => {
  assert.equal(out('frame.encode', DATA).bytes, DATA_BYTES);
  assert.deepEqual(out('frame.decode', { bytes: `${DATA_BYTES}53` }), {
    ...DATA, associated: `${DATA_HEADER}00`, consumed: 62,
  });
});

//= STT-FRAME-002 test
//= STT-FRAME-003 test
//= STT-FRAME-005 test
//= STT-FRAME-006 test
//= STT-FRAME-007 test
//= STT-FRAME-009 test
//= STT-FRAME-010 test
//= STT-FRAME-011 test
//= STT-FRAME-012 test
//= STT-FRAME-013 test
//= STT-FRAME-014 test
//= STT-FRAME-015 test
//= STT-FRAME-016 test
//= STT-FRAME-017 test
//= STT-FRAME-022 test
test('frame: every rule has its error', () => {
  const control = { type: '03', stream: '00' };
  const auth = { type: '05', stream: '00', sequence: '00' };
  const handshake = { type: '01', id: ZERO_ID, stream: '00', sequence: '00', metadata: '30', selector: HINT };
  const broken = [
    [{ magic: '5355' }, 'frame_magic'], [{ version: '02' }, 'frame_version'],
    [{ length: '8000' }, 'varint_overlong'], [{ length: `${repeat('ff', 9)}02` }, 'varint_overflow'],
    [{ length: 'fbff7f' }, 'frame_too_long'],
    [{ length: '34' }, 'frame_too_short'], [{ type: '00' }, 'frame_type_reserved'],
    [{ type: '06' }, 'frame_type_reserved'], [{ type: '7f' }, 'frame_type_reserved'],
    [{ ...auth, payload: repeat('00', 1_200) }, 'frame_handshake_too_long'],
    [{ id: ZERO_ID }, 'frame_session_id'], [{ ...handshake, id: ID }, 'frame_session_id'],
    [{ stream: '808004' }, 'frame_stream_id'], [{ stream: '00' }, 'frame_stream_id'],
    [{ type: '04', stream: '00' }, 'frame_stream_id'], [{ ...control, stream: '01' }, 'frame_stream_id'],
    [{ ...handshake, stream: '01' }, 'frame_stream_id'], [{ ...auth, stream: '01' }, 'frame_stream_id'],
    [{ stream: '8100' }, 'varint_overlong'], [{ sequence: '8700' }, 'varint_overlong'],
    [{ ...handshake, sequence: '01' }, 'frame_sequence'], [{ ...auth, sequence: '01' }, 'frame_sequence'],
    [{ metadata: '28' }, 'frame_metadata_length'], [{ metadata: '33' }, 'frame_metadata_length'],
    [{ ...handshake, metadata: '2f' }, 'frame_metadata_length'], [{ metadata: 'a900' }, 'varint_overlong'],
    [{ metadata: '32', payload: '', sequence: `${repeat('ff', 9)}01` }, 'frame_metadata_length'],
    [{ metadata: '2a', selector: '0000' }, 'frame_metadata_length'], [{ selector: '80' }, 'varint_truncated'],
    [{ metadata: '2a', selector: '8000' }, 'varint_overlong'],
    [{ metadata: '32', selector: `${repeat('ff', 9)}02` }, 'varint_overflow'],
    [{ ...auth, selector: '01' }, 'frame_epoch'],
  ];
  for (const [fields, reason] of broken) {
    assertRejected('frame.decode', { bytes: raw(fields) }, 'frame', `wire.${reason}`);
  }
});

//= STT-FRAME-018 test
test('frame: the first broken rule in byte order answers', () => {
  const all = { magic: '5355', version: '02', type: '00', id: ZERO_ID, stream: '00', metadata: '28' };
  const names = ['magic', 'version', 'type', 'id', 'stream', 'metadata'];
  const reasons = ['magic', 'version', 'type_reserved', 'session_id', 'stream_id', 'metadata_length'];
  reasons.forEach((reason, index) => {
    const fields = Object.fromEntries(names.slice(index).map((name) => [name, all[name]]));
    assertRejected('frame.decode', { bytes: raw(fields) }, 'frame', `wire.frame_${reason}`);
  });
});

//= STT-FRAME-019 test
//= STT-FRAME-021 test
test('frame: every prefix needs more, and says how much at least', () => {
  const total = DATA_BYTES.length / 2;
  for (let size = 0; size < total; size += 1) {
    const needed = size < 4 ? 4 - size : total - size;
    const reply = ask('frame.decode', { bytes: DATA_BYTES.slice(0, 2 * size) });
    assert.deepEqual(reply, { outcome: 'need_more', at_least: needed });
  }
  assert.deepEqual(ask('frame.decode', { bytes: '53540180' }), { outcome: 'need_more', at_least: 1 });
});

//= STT-FRAME-020 test
test('frame: a broken field is told as soon as it is complete', () => {
  for (const [bytes, reason] of [
    ['5355', 'frame_magic'], ['535402', 'frame_version'], ['53540134', 'frame_too_short'],
    ['5354013a06', 'frame_type_reserved'], [`5354013a02${ZERO_ID}`, 'frame_session_id'],
    [`5354013a02${ID}00`, 'frame_stream_id'], [`5354013a02${ID}010728`, 'frame_metadata_length'],
    ['535401fbff7f', 'frame_too_long'], ['535401ae0901', 'frame_handshake_too_long'], ['00', 'frame_magic'],
  ]) {
    assertRejected('frame.decode', { bytes }, 'frame', `wire.${reason}`);
    assert.equal(ask('frame.decode', { bytes: bytes.slice(0, -2) }).outcome, 'need_more');
  }
});

test('frame: decode(encode(x)) = x; what decodes has this encoding only', () => {
  const random = randomSource(2);
  for (let round = 0; round < 300; round += 1) {
    const fields = randomFrame(random);
    const { bytes } = out('frame.encode', fields);
    const { associated, consumed, ...decoded } = out('frame.decode', { bytes });
    assert.deepEqual(decoded, fields);
    assert.equal(consumed, bytes.length / 2);
    assert.ok(bytes.startsWith(associated.slice(0, 30)));
    const mutated = flipBit(bytes, random.below(bytes.length * 4));
    const reply = ask('frame.decode', { bytes: mutated });
    if (reply.outcome !== 'accept') continue;
    const again = out('frame.encode', reply.out).bytes;
    assert.equal(again, mutated.slice(0, 2 * reply.out.consumed));
  }
});

test('frame: what may not be laid out', () => {
  const cases = [
    [{ ...DATA, type: 6 }, 'type_reserved'], [{ ...DATA, session_id: ZERO_ID }, 'session_id'],
    [{ ...DATA, stream_id: 65_536 }, 'stream_id'], [{ ...DATA, stream_id: 0 }, 'stream_id'],
    [{ ...HANDSHAKE, sequence: '1' }, 'sequence'], [{ ...AUTH, epoch: '1' }, 'epoch'],
    [{ ...HANDSHAKE, payload: repeat('00', 1_137) }, 'handshake_too_long'],
    [{ ...DATA, payload: repeat('00', 2_097_152) }, 'too_long'],
  ];
  for (const [fields, reason] of cases) assertRejected('frame.encode', fields, 'frame', `wire.frame_${reason}`);
  assert.equal(ask('frame.encode', HANDSHAKE).outcome, 'accept');
  assert.equal(ask('frame.encode', WITHOUT_EPOCH).outcome, 'error');
  assert.equal(ask('frame.encode', { ...WITHOUT_EPOCH, hint: repeat('cc', 8) }).outcome, 'error');
});

test('frame.stream: any cuts, the same frames', () => {
  const random = randomSource(3);
  const frames = Array.from({ length: 12 }, () => out('frame.encode', randomFrame(random)).bytes);
  const bytes = frames.join('') + DATA_BYTES.slice(0, 20);
  const whole = out('frame.stream', { bytes, cuts: [] });
  assert.deepEqual(whole.frames, frames);
  assert.deepEqual([whole.waiting, whole.at_least], [DATA_BYTES.slice(0, 20), 52]);
  for (let round = 0; round < 20; round += 1) {
    const cuts = Array.from({ length: random.below(60) }, () => random.below(bytes.length / 2)).sort((a, b) => a - b);
    assert.deepEqual(out('frame.stream', { bytes, cuts }), whole);
  }
  for (const end of ['5300', '54']) {
    const malformed = { bytes: `${DATA_BYTES}${DATA_BYTES}${end}`, cuts: [5, 5] };
    assertRejected('frame.stream', malformed, 'frame 3', 'wire.frame_magic');
  }
  assert.deepEqual(out('frame.stream', { bytes: '', cuts: [] }), { frames: [], waiting: '', at_least: 4 });
  assert.equal(ask('frame.stream', { bytes: '5354', cuts: [2, 1] }).outcome, 'error');
});

//= STT-DATAGRAM-001 test
//= STT-DATAGRAM-003 test
//= STT-DATAGRAM-004 test
//= STT-DATAGRAM-008 test
test('datagram: whole frames, or the number of the one that is not', () => {
  assert.deepEqual(out('datagram.decode', { bytes: DATA_BYTES + DATA_BYTES }).frames, [DATA_BYTES, DATA_BYTES]);
  assert.deepEqual(out('datagram.decode', { bytes: '' }), { frames: [] });
  assertRejected('datagram.decode', { bytes: `${DATA_BYTES}535401` }, 'frame 2', 'wire.frame_incomplete');
  assertRejected('datagram.decode', { bytes: `${DATA_BYTES}5355${DATA_BYTES}` }, 'frame 2', 'wire.frame_magic');
});

//= STT-FRAME-026 test
//= STT-FRAME-038 test
test('frame.seal and frame.open', () => {
  const { tag, ...fields } = DATA;
  const key = repeat('11', 32);
  const { bytes } = out('frame.seal', { ...fields, key });
  assert.ok(bytes.startsWith(DATA_HEADER));
  assert.equal(bytes.length, DATA_BYTES.length);
  assert.deepEqual(out('frame.open', { key, bytes }), { payload: fields.payload });
  // Every bit counts: the ones in the clear are associated data, or make another frame.
  for (let bit = 0; bit < bytes.length * 4; bit += 1) {
    assert.notEqual(ask('frame.open', { key, bytes: flipBit(bytes, bit) }).outcome, 'accept');
  }
  assertRejected('frame.open', { key: repeat('12', 32), bytes }, 'open', 'crypto.authentication_failed');
  assertRejected('frame.seal', { ...fields, key, type: 0 }, 'frame', 'wire.frame_type_reserved');
  assert.deepEqual(ask('frame.open', { key, bytes: bytes.slice(0, -2) }), { outcome: 'need_more', at_least: 1 });
});
