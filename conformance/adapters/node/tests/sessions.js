'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { ask, out, assertRejected, repeat, flipBit } = require('./support');

const CHAIN = repeat('77', 32);
const TOP = 2n ** 64n - 1n;

function keyOf(epoch) {
  let chain = CHAIN;
  for (let step = 0; step < epoch; step += 1) chain = out('kdf', { key: chain, label: 'rotate', context: [] }).key;
  return out('kdf', { key: chain, label: 'key', context: [] }).key;
}

// A DATA frame of the session. claimed: the epoch that it names, whatever seals it.
function frame(epoch, sequence, claimed = epoch) {
  return out('frame.seal', {
    key: keyOf(epoch), type: 2, session_id: '0102030405060708', stream_id: 1, sequence: String(sequence),
    epoch: String(claimed), payload: '0100616263', nonce: repeat('00', 24),
  }).bytes;
}

const open = (...frames) => ask('session.open', { chain: CHAIN, frames });
const refusedAs = (stage, reason) => ({ outcome: 'reject', stage, reason });
// epoch: the one that was followed to, which may be above that of the frame.
const opened = (epoch) => ({ outcome: 'accept', out: { payload: '0100616263', epoch: String(epoch) } });

//= STT-REPLAY-001 test
//= STT-REPLAY-002 test
//= STT-REPLAY-003 test
//= STT-REPLAY-006 test
test('replay window: width, copies, both ends of the sequences', () => {
  const accepted = [
    [0], [5, 3], [5, 5, 6], [2_000, 976], [0, 5_000, 3_976], [TOP, TOP - 1n], [0, TOP], [1_000, 3_050, 3_048],
  ];
  for (const sequences of accepted) {
    assert.deepEqual(ask('replay.window', { sequences: sequences.map(String) }), { outcome: 'accept', out: {} });
  }
  for (const [sequences, reason] of [
    [[5, 5], 'replayed'], [[5, 3, 3], 'replayed'], [[2_000, 975], 'too_old'], [[TOP, TOP], 'replayed'],
    [[TOP, 0], 'too_old'], [[0, 1_024, 0], 'replayed'], [[0, 2_048, 0], 'too_old'],
  ]) assertRejected('replay.window', { sequences: sequences.map(String) }, 'replay', `session.${reason}`);
  assert.equal(ask('replay.window', { sequences: [] }).outcome, 'error');
});

//= STT-REPLAY-004 test
//= STT-REPLAY-005 test
test('session: replay is asked first, and told only of what opened', () => {
  assert.deepEqual(open(frame(0, 4), frame(0, 4)), refusedAs('replay', 'session.replayed'));
  assert.deepEqual(open(flipBit(frame(0, 4), 130), frame(0, 4)), opened(0));
  assert.deepEqual(open(frame(0, 4), frame(5, 4)), refusedAs('replay', 'session.replayed'));
  assert.deepEqual(open(flipBit(frame(0, 4), 130)), refusedAs('open', 'crypto.authentication_failed'));
});

//= STT-ROTATION-014 test
//= STT-ROTATION-015 test
//= STT-ROTATION-017 test
//= STT-ROTATION-018 test
//= STT-ROTATION-019 test
//= STT-ROTATION-020 test
//= STT-ROTATION-023 test
test('session: epochs', () => {
  assert.deepEqual(open(frame(0, 0), frame(1, 1)), opened(1));
  assert.deepEqual(open(frame(1, 9)), opened(1));
  assert.deepEqual(open(frame(2, 9)), refusedAs('epoch', 'session.epoch_unknown'));
  assert.deepEqual(open(frame(0, 0), frame(1, 9), frame(0, 5)), opened(1));
  assert.deepEqual(open(frame(0, 0), frame(1, 9), frame(0, 10)), refusedAs('epoch', 'session.epoch_order'));
  assert.deepEqual(open(frame(1, 9), frame(1, 12), frame(0, 10)), refusedAs('epoch', 'session.epoch_order'));
  assert.deepEqual(open(frame(0, 6), frame(1, 5)), refusedAs('epoch', 'session.epoch_order'));
  assert.deepEqual(open(frame(0, 0), frame(1, 9), frame(0, 7), frame(1, 6)), refusedAs('epoch', 'session.epoch_order'));
  const toEpoch2 = [frame(0, 0), frame(1, 4), frame(2, 8)];
  assert.deepEqual(open(...toEpoch2, frame(0, 1)), refusedAs('epoch', 'session.epoch_unknown'));
  assert.deepEqual(open(...toEpoch2, frame(1, 6)), opened(2));
  // A forged claim of the next epoch moves nothing.
  assert.deepEqual(open(frame(0, 3, 1), frame(2, 4)), refusedAs('epoch', 'session.epoch_unknown'));
  assert.deepEqual(open(frame(0, 3, 1)), refusedAs('open', 'crypto.authentication_failed'));
});

//= STT-WS-011 test
test('session: on a connection the key of the former epoch goes at once', () => {
  const afterEpoch1 = (reliable) => ask('session.open', { chain: CHAIN, frames: [frame(1, 9), frame(0, 5)], reliable });
  assert.deepEqual(afterEpoch1(true), refusedAs('epoch', 'session.epoch_unknown'));
  assert.deepEqual(afterEpoch1(false), opened(1));
});

test('session: what is no session frame', () => {
  assert.deepEqual(open('5355'), refusedAs('frame', 'wire.frame_magic'));
  assert.deepEqual(open(frame(0, 0).slice(0, -2)), refusedAs('frame', 'wire.frame_incomplete'));
  assert.equal(ask('session.open', { chain: CHAIN, frames: [] }).outcome, 'error');
});
