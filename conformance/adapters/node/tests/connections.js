'use strict';
// Handshakes and sessions by connections of WebSocket, beside UDP.

const test = require('node:test');
const { ready } = require('../lib/crypto/primitives');
const assert = require('node:assert/strict');
const { ask, out, assertRejected, repeat, flipBit } = require('./support');

const [SEED_I, SEED_R, SHARED] = ['11', '22', '33'].map((byte) => repeat(byte, 32));
const ENTROPY = Object.fromEntries([
  ['hello.nonce', 32], ['hello.ephemeral', 32], ['hello.frame_nonce', 24], ['response.nonce', 32],
  ['response.ephemeral', 32], ['response.frame_nonce', 24], ['auth_proof.frame_nonce', 24], ['final.frame_nonce', 24],
].map(([label, bytes], index) => [label, [repeat(`0${index + 1}`, bytes)]]));
const NODE = { node_seed: SEED_R, shared_seeds: [SHARED], entropy: ENTROPY };
const FIRST = 'websocket 1';
const SECOND = 'websocket 2';

let [hello, response, authProof, final, responder] = [];

// Root hooks do not wait for one another, so this one waits for the library itself.
test.before(async () => {
  await ready;
  ({ hello, response, auth_proof: authProof, final, responder } = out('handshake.transcript', {
    node_seed_i: SEED_I, node_seed_r: SEED_R, shared_seed: SHARED, entropy: ENTROPY,
  }));
});

// offers: [frame, carrier] in turn.
function given(offers, more) {
  return { ...NODE, ...more, frames: offers.map(([frame]) => frame), carriers: offers.map(([, carrier]) => carrier) };
}

const taken = (offers, more = {}) => out('websocket.handshake', given(offers, more));

function assertLastRefused(offers, reason, more = {}) {
  assertRejected('websocket.handshake', given(offers, more), `frame ${offers.length}`, reason);
}

// A CONTROL frame of the initiator.
function sessionFrame(sequence, { epoch = 0, payload = '02' } = {}) {
  let chain = responder.chain_i2r;
  for (let step = 0; step < epoch; step += 1) chain = out('kdf', { key: chain, label: 'rotate', context: [] }).key;
  return out('frame.seal', {
    key: out('kdf', { key: chain, label: 'key', context: [] }).key, type: 3, session_id: responder.session_id,
    stream_id: 0, sequence: String(sequence), epoch: String(epoch), payload, nonce: repeat('00', 24),
  }).bytes;
}

const begun = (carrier) => [[hello, carrier]];
const standing = (carrier) => [[hello, carrier], [authProof, carrier]];

test('websocket.handshake: one carrier from begin to end', () => {
  for (const carrier of [FIRST, 'websocket 0', 'udp']) {
    const offers = [...begun(carrier), ...standing(carrier), [authProof, carrier], [sessionFrame(0), carrier]];
    assert.deepEqual(taken(offers), { sent: [response, response, final, final], established: responder });
  }
  assert.deepEqual(taken(begun(FIRST)), { sent: [response], established: null });
});

//= STT-WS-004 test
//= STT-WS-005 test
//= STT-WS-006 test
test('websocket.handshake: nothing goes on by another carrier', () => {
  for (const [home, foreign] of [[FIRST, SECOND], [FIRST, 'udp'], ['udp', FIRST]]) {
    for (const offers of [
      [...begun(home), [hello, foreign]], [...begun(home), [authProof, foreign]],
      [...standing(home), [hello, foreign]], [...standing(home), [authProof, foreign]],
      [...standing(home), [sessionFrame(0), foreign]],
      [...standing(home), [sessionFrame(0), home], [sessionFrame(1), foreign]],
    ]) assertLastRefused(offers, 'session.wrong_transport');
    assertLastRefused([...begun(home), [sessionFrame(0), foreign]], 'session.unknown_session');
  }
});

test('websocket.handshake: refusals as by UDP', () => {
  for (const carrier of [FIRST, 'udp']) {
    const bad = flipBit(authProof, 8 * (authProof.length / 2) - 1);
    assertLastRefused(begun(carrier), 'handshake.unknown_hint', { shared_seeds: [repeat('44', 32)] });
    assertLastRefused(begun(carrier), 'handshake.own_node_id', { node_seed: SEED_I });
    assertLastRefused([[authProof, carrier]], 'handshake.unexpected_message');
    assertLastRefused([...begun(carrier), [bad, carrier]], 'crypto.authentication_failed');
    assertLastRefused([...standing(carrier), [hello, carrier]], 'handshake.unexpected_message');
    assertLastRefused(standing(carrier), 'handshake.identity_refused', { refuses: responder.peer });
    const copy = [sessionFrame(7), carrier];
    assertLastRefused([...standing(carrier), copy, copy], 'session.replayed');
  }
});

//= STT-WS-002 test
//= STT-WS-007 test
test('websocket.handshake: an input is a message of its connection', () => {
  const long = sessionFrame(0, { payload: `02${repeat('00', 1_200)}` });
  assertLastRefused([[hello.slice(0, -2), FIRST]], 'websocket.not_frames');
  assertLastRefused([[hello.slice(0, -2), 'udp']], 'wire.frame_incomplete');
  assertLastRefused([...begun(FIRST), [`${authProof}00`, FIRST]], 'websocket.not_frames');
  assertLastRefused([...begun(FIRST), [authProof + authProof, FIRST]], 'wire.trailing_bytes');
  assertLastRefused([[`${hello}00`, FIRST]], 'websocket.message_too_long');
  assertLastRefused([...begun(FIRST), [long, FIRST]], 'websocket.message_too_long');
  assertLastRefused([...standing(FIRST), [long, SECOND]], 'websocket.message_too_long');
  taken([...standing(FIRST), [long, FIRST]]);
});

//= STT-WS-011 test
test('websocket.handshake: the key of the former epoch goes at once', () => {
  const offers = (carrier) => [
    ...standing(carrier),
    ...[sessionFrame(0), sessionFrame(5, { epoch: 1 }), sessionFrame(3)].map((frame) => [frame, carrier]),
  ];
  taken(offers('udp'));
  assertLastRefused(offers(FIRST), 'session.epoch_unknown');
  const below = [[sessionFrame(4), FIRST], [sessionFrame(3, { epoch: 1 }), FIRST]];
  assertLastRefused([...standing(FIRST), ...below], 'session.epoch_order');
});

//= STT-WS-015 test
test('websocket.handshake: messages that a connection does not have', () => {
  for (const payload of ['0100000000', `05${repeat('00', 8)}`, `06${repeat('00', 8)}`]) {
    const frame = sessionFrame(0, { payload });
    assertLastRefused([...standing(FIRST), [frame, FIRST]], 'wire.control_type');
    taken([...standing('udp'), [frame, 'udp']]);
  }
});

test('websocket.handshake: what cannot be read', () => {
  for (const carriers of [undefined, [], ['udp', 'udp'], ['tcp'], ['websocket'], ['websocket x'], ['udp\n'], [1]]) {
    assert.equal(ask('websocket.handshake', { ...NODE, frames: [hello], carriers }).outcome, 'error');
  }
});
