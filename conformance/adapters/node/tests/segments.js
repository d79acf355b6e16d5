'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { ask, out, assertRejected, repeat, randomSource, flipBit, varintHex } = require('./support');

const CONTEXT = { key: repeat('55', 32), context_id: 'c0ffee' };
const PREFIX = repeat('ab', 16);

function seal(sequence, text, change = {}) {
  const segment = { nonce_prefix: PREFIX, sequence: String(sequence), end: false, bounded: false, text, ...change };
  return out('segment.seal', { ...CONTEXT, ...segment }).bytes;
}

const sealEnd = (sequence, bytes, segments = sequence) => (
  seal(sequence, varintHex(bytes) + varintHex(segments), { end: true })
);

// steps: [sequence, segment]
function stream(...steps) {
  const [sequences, segments] = [0, 1].map((part) => steps.map((step) => step[part]));
  return ask('segment.stream', { ...CONTEXT, sequences: sequences.map(String), segments });
}

const came = (bytes, complete) => ({ outcome: 'accept', out: { bytes, complete } });
const refusedAs = (stage, reason) => ({ outcome: 'reject', stage, reason: `primitives.segment_${reason}` });

// A whole stream of three segments and its end, as steps.
function sample() {
  const data = ['6161', '6262', '6363'].map((text, sequence) => [sequence, seal(sequence, text)]);
  return [...data, [3, sealEnd(3, 6)]];
}

//= STT-ENCODER-003 test
//= STT-ENCODER-004 test
//= STT-ENCODER-005 test
//= STT-ENCODER-006 test
test('segment: layout, key, nonce and associated data', () => {
  const bytes = seal(258, '616263', { bounded: true });
  const nonce = `${PREFIX}0000000000000102`;
  const key = out('kdf', { key: CONTEXT.key, label: 'stream', context: [CONTEXT.context_id] }).key;
  const sealed = out('aead.seal', { key, nonce, associated: '03c0ffee020000000000000102', text: '616263' });
  assert.equal(bytes, `02${sealed.ciphertext}${nonce}${sealed.tag}`);
  const opened = out('segment.open', { ...CONTEXT, sequence: '258', bytes });
  assert.deepEqual(opened, { end: false, bounded: true, text: '616263' });
});

//= STT-ENCODER-017 test
//= STT-ENCODER-018 test
//= STT-DECODER-010 test
test('segment: form is judged before it is opened', () => {
  const bytes = seal(1, '61');
  const opens = (change) => ({ ...CONTEXT, sequence: '1', bytes, ...change });
  assertRejected('segment.open', opens({ bytes: bytes.slice(2) }), 'segment', 'primitives.segment_too_short');
  const long = `00${repeat('00', 1_048_617)}`;
  assertRejected('segment.open', opens({ bytes: long }), 'segment', 'primitives.segment_too_long');
  const otherKind = opens({ bytes: `04${bytes.slice(2)}`, sequence: '2' });
  assertRejected('segment.open', otherKind, 'segment', 'primitives.segment_kind');
  assertRejected('segment.open', opens({ sequence: '2' }), 'segment', 'primitives.segment_nonce');
  assertRejected('segment.open', opens({ bytes: `01${bytes.slice(2)}` }), 'open', 'crypto.authentication_failed');
  assertRejected('segment.open', opens({ context_id: '' }), 'open', 'crypto.authentication_failed');
  const longId = opens({ context_id: repeat('00', 257) });
  assertRejected('segment.open', longId, 'segment', 'base.invalid_argument');
  const empty = { ...CONTEXT, nonce_prefix: PREFIX, sequence: '0', end: false, bounded: false, text: '' };
  assertRejected('segment.seal', empty, 'segment', 'primitives.segment_too_short');
});

//= STT-ENCODER-007 test
//= STT-ENCODER-009 test
//= STT-ENCODER-010 test
//= STT-ENCODER-011 test
//= STT-ENCODER-013 test
test('source: cut by size alone, and by pauses in live mode', () => {
  const source = { ...CONTEXT, nonce_prefix: PREFIX, segment_bytes: 4 };
  const textsOf = (change) => out('segment.source', { ...source, ...change }).segments.map((bytes, index) => (
    out('segment.open', { ...CONTEXT, sequence: String(index), bytes }).text
  ));
  const pieces = ['6162', '', '6364656667'];
  assert.deepEqual(textsOf({ pieces }), ['6162', '63646566', '67', '0703']);
  assert.deepEqual(textsOf({ pieces, size: '7' }), ['61626364', '656667', '0702']);
  assert.deepEqual(textsOf({ pieces: [] }), ['0000']);
  assert.deepEqual(textsOf({ pieces: [], size: '0' }), ['0000']);
  assertRejected('segment.source', { ...source, pieces, size: '8' }, 'source', 'primitives.source_too_short');
  assertRejected('segment.source', { ...source, pieces, size: '6' }, 'source', 'primitives.source_too_long');
});

//= STT-DECODER-004 test
test('stream: a window of its own', () => {
  const step = { ...CONTEXT, sequences: ['2'], segments: [seal(2, '61')] };
  assert.deepEqual(ask('segment.stream', { ...step, window: 3 }), came('', false));
  assert.deepEqual(ask('segment.stream', { ...step, window: 2 }), refusedAs('place', 'beyond_window'));
});

//= STT-DECODER-001 test
//= STT-DECODER-002 test
//= STT-DECODER-003 test
//= STT-DECODER-007 test
//= STT-DECODER-008 test
test('stream: any order, copies, and the end', () => {
  const [A, B, C, END] = sample();
  assert.deepEqual(stream(A, B, C, END), came('616162626363', true));
  assert.deepEqual(stream(END, C, B, A), came('616162626363', true));
  assert.deepEqual(stream(B, A), came('61616262', false));
  assert.deepEqual(stream(A, C, C, A, END, END), came('6161', false));
  assert.deepEqual(stream([0, sealEnd(0, 0)]), came('', true));
  const broken = [0, flipBit(A[1], 12)];
  const refusal = { outcome: 'reject', stage: 'open', reason: 'crypto.authentication_failed' };
  assert.deepEqual(stream(broken), refusal);
  assert.deepEqual(stream(A, broken), refusal);
  assert.deepEqual(stream(broken, A), came('6161', false));
});

//= STT-DECODER-004 test
//= STT-DECODER-005 test
//= STT-DECODER-006 test
//= STT-DECODER-013 test
test('stream: encoder and place', () => {
  const [A, , C, END] = sample();
  const foreign = [1, seal(1, '6262', { nonce_prefix: repeat('ac', 16) })];
  const bounded = [1, seal(1, '6262', { bounded: true })];
  assert.deepEqual(stream(A, foreign), refusedAs('place', 'foreign'));
  assert.deepEqual(stream(A, bounded), refusedAs('place', 'foreign'));
  assert.deepEqual(stream([1_024, seal(1_024, '61')]), refusedAs('place', 'beyond_window'));
  assert.deepEqual(stream([1_023, seal(1_023, '61')]), came('', false));
  assert.deepEqual(stream(A, [1_024, seal(1_024, '61')]), came('6161', false));
  assert.deepEqual(stream([5_000, sealEnd(5_000, 9_999)]), came('', false));
  assert.deepEqual(stream(END, [3, seal(3, '61')]), refusedAs('place', 'past_end'));
  assert.deepEqual(stream(END, [4, seal(4, '61')]), refusedAs('place', 'past_end'));
  assert.deepEqual(stream(C, [2, sealEnd(2, 6)]), refusedAs('place', 'past_end'));
  assert.deepEqual(stream(END, [4, sealEnd(4, 6)]), refusedAs('place', 'past_end'));
});

//= STT-DECODER-009 test
//= STT-DECODER-014 test
test('stream: totals', () => {
  const [A, B, C, END] = sample();
  assert.deepEqual(stream(A, [3, sealEnd(3, 6, 2)]), refusedAs('end', 'end'));
  assert.deepEqual(stream(A, B, [3, sealEnd(3, 3)]), refusedAs('end', 'end'));
  assert.deepEqual(stream(A, B, C, [3, sealEnd(3, 7)]), refusedAs('end', 'end'));
  assert.deepEqual(stream(A, [3, sealEnd(3, 7)], B, C), refusedAs('end', 'end'));
  assert.deepEqual(stream(A, [3, sealEnd(3, 3)], B), refusedAs('end', 'end'));
  assert.deepEqual(stream(A, B, C, [3, seal(3, '0600', { end: true })]), refusedAs('end', 'end'));
  assert.deepEqual(stream(A, B, C, [3, sealEnd(3, 7)], END), came('616162626363', true));
});

//= STT-DECODER-015 test
test('stream: the text of an end segment is two varints', () => {
  const [A, B, C, END] = sample();
  for (const [text, reason] of [
    ['80', 'varint_truncated'], ['06', 'varint_truncated'], ['060300', 'trailing_bytes'], ['860003', 'varint_overlong'],
    [`${repeat('ff', 9)}0203`, 'varint_overflow'], ['070400', 'trailing_bytes'],
  ]) {
    const end = [3, seal(3, text, { end: true })];
    assert.deepEqual(stream(A, B, C, end), { outcome: 'reject', stage: 'end', reason: `wire.${reason}` });
    assert.deepEqual(stream(end, A, B, C, END), came('616162626363', true));
  }
});

test('stream: random orders give the same bytes', () => {
  const random = randomSource(8);
  const texts = Array.from({ length: 30 }, () => random.hex(1 + random.below(20)));
  const all = texts.join('');
  const segments = texts.map((text, sequence) => [sequence, seal(sequence, text)]);
  segments.push([30, sealEnd(30, all.length / 2)]);
  for (let round = 0; round < 20; round += 1) {
    const keyed = segments.map((step) => [random.below(1e6), step]).sort((a, b) => a[0] - b[0]);
    const shuffled = keyed.map(([, step]) => step);
    assert.deepEqual(stream(...shuffled), came(all, true));
  }
});
