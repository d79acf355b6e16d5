'use strict';
// What a side does of its own: sequences and epochs of what it sends, streams that it opens.

const test = require('node:test');
const assert = require('node:assert/strict');
const { ask, out, assertRejected } = require('./support');

const TOP = 2n ** 64n - 1n;
const send = { do: 'send' };
const rotate = { do: 'rotate' };
const skip = (count) => ({ do: 'skip', count: String(count) });
const acked = (sequence) => ({ do: 'acked', sequence: String(sequence) });

// [sequence, epoch] of each frame.
function sent(steps, more = {}) {
  return out('session.send', { steps, ...more }).frames.map(({ sequence, epoch }) => [sequence, epoch].map(BigInt));
}

const refused = (steps, stage, reason, more = {}) => (
  assertRejected('session.send', { steps, ...more }, stage, `session.${reason}`)
);

//= STT-FRAME-028 test
//= STT-FRAME-030 test
//= STT-FRAME-031 test
//= STT-ROTATION-003 test
test('session.send: sequences go on over gaps and rotations', () => {
  const steps = [send, send, skip(3), send, skip(0), rotate, send];
  assert.deepEqual(sent(steps), [[0n, 0n], [1n, 0n], [5n, 0n], [6n, 1n]]);
  assert.deepEqual(sent([rotate, send]), [[0n, 1n]]);
  assert.deepEqual(sent([skip(2)], { reliable: false }), []);
  const reply = ask('session.send', { steps: [skip(7), send] });
  assert.deepEqual(reply, { outcome: 'accept', out: { frames: [{ sequence: '7', epoch: '0' }] } });
});

//= STT-ROTATION-016 test
test('session.send: a rotation waits for the acknowledgement of its epoch', () => {
  assert.deepEqual(sent([rotate, send, send, acked(1), rotate, send]), [[0n, 1n], [1n, 1n], [2n, 2n]]);
  for (const steps of [
    [rotate, rotate], [send, acked(0), rotate, send, rotate], [send, rotate, send, acked(0), rotate],
    [rotate, send, acked(0), rotate, send, acked(0), rotate],
  ]) refused(steps, 'command', 'rotation_too_early');
  // Refused, it changes nothing.
  assert.deepEqual(sent([rotate, send, rotate, send]), [[0n, 1n], [1n, 1n]]);
});

//= STT-WS-012 test
test('session.send: on a connection a rotation waits for a frame of its epoch', () => {
  const reliable = { reliable: true };
  assert.deepEqual(sent([rotate, send, rotate, send, rotate], reliable), [[0n, 1n], [1n, 2n]]);
  refused([send, rotate, rotate], 'command', 'rotation_too_early', reliable);
  refused([send, rotate, acked(0), rotate], 'command', 'rotation_too_early', reliable);
});

//= STT-FRAME-029 test
//= STT-FRAME-032 test
test('session.send: nothing is sent after the last sequence', () => {
  for (const reliable of [false, true]) {
    assert.deepEqual(sent([send, skip(TOP - 1n), send], { reliable }), [[0n, 0n], [TOP, 0n]]);
    for (const steps of [[skip(TOP), send, send], [skip(TOP), skip(1), send], [send, skip(TOP), rotate, send],
      [skip(TOP), send, skip(1)]]) refused(steps, 'command', 'sequence_exhausted', { reliable });
  }
  assert.deepEqual(sent([skip(2), skip(TOP), send]), [[2n, 0n]]);
});

//= STT-CONTROL-009 test
test('session.send: what was never sent cannot be acknowledged', () => {
  for (const steps of [
    [acked(0)], [send, acked(1)], [skip(3), send, acked(2)], [send, skip(3), send, acked(1)], [skip(3), send, acked(0)],
  ]) refused(steps, 'ack', 'ack_never_sent');
  assert.deepEqual(sent([skip(3), send, acked(3), acked(3)]), [[3n, 0n]]);
});

test('session.send: what cannot be read', () => {
  const unreadable = [[{}], [5], [{ do: 'close' }], [{ do: 'skip' }], [{ do: 'acked', sequence: '-1' }]];
  for (const steps of [undefined, [], ...unreadable]) {
    assert.equal(ask('session.send', { steps }).outcome, 'error');
  }
});

const opening = (role, most, count) => ({ role, max_streams: most, count });
const lastOpened = (...given) => out('stream.open', opening(...given)).stream;

//= STT-STREAM-016 test
//= STT-STREAM-017 test
//= STT-STREAM-022 test
test('stream.open: ids by role', () => {
  assert.deepEqual([1, 2, 64].map((count) => lastOpened('initiator', '64', count)), [1, 3, 127]);
  assert.deepEqual([1, 2, 64].map((count) => lastOpened('responder', 64, count)), [2, 4, 128]);
});

//= STT-STREAM-018 test
//= STT-STREAM-024 test
test('stream.open: the limit, and the last id', () => {
  for (const [most, count] of [[1, 2], [64, 65], [3, String(TOP)], [32_767, 32_769]]) {
    assertRejected('stream.open', opening('initiator', most, count), 'command', 'stream.limit');
  }
  assert.equal(lastOpened('initiator', 65_535, 32_768), 65_535);
  assert.equal(lastOpened('responder', 65_535, 32_767), 65_534);
  for (const given of [['initiator', 65_535, 32_769], ['responder', 65_535, 32_768], ['initiator', 32_768, 32_769]]) {
    assertRejected('stream.open', opening(...given), 'command', 'stream.ids_exhausted');
  }
});

test('stream.open: what cannot be read', () => {
  for (const given of [['peer', 1, 1], ['initiator', 0, 1], ['initiator', 65_536, 1], ['initiator', 1, 0]]) {
    assert.equal(ask('stream.open', opening(...given)).outcome, 'error');
  }
});
