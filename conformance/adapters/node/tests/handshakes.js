'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { ask, out, assertRejected, repeat, randomSource, flipBit } = require('./support');

const [SEED_I, SEED_R, SHARED] = ['11', '22', '33'].map((byte) => repeat(byte, 32));
const DEFAULT_PARAMETERS_BYTES = 37;
const LABELS = {
  'hello.nonce': 32, 'hello.ephemeral': 32, 'hello.frame_nonce': 24, 'response.nonce': 32, 'response.ephemeral': 32,
  'response.frame_nonce': 24, 'auth_proof.frame_nonce': 24, 'final.frame_nonce': 24,
};

function entropyOf(seed, count = 2) {
  const random = randomSource(seed);
  return Object.fromEntries(Object.entries(LABELS).map(([label, bytes]) => (
    [label, Array.from({ length: count }, () => random.hex(bytes))]
  )));
}

const ENTROPY = entropyOf(7);
const TRANSCRIPT = { node_seed_i: SEED_I, node_seed_r: SEED_R, shared_seed: SHARED, entropy: ENTROPY };
const INITIATOR = { node_seed: SEED_I, shared_seeds: [SHARED], entropy: ENTROPY };
const RESPONDER = { node_seed: SEED_R, shared_seeds: [SHARED], entropy: ENTROPY };

const transcript = () => out('handshake.transcript', TRANSCRIPT);
const nodeId = (seed) => out('seed.node', { seed }).node_id;

function pair() {
  return out('seed.shared', { seed: SHARED });
}

function kdf(key, label, ...context) {
  return out('kdf', { key, label, context }).key;
}

// The plaintext of a handshake frame, changed and sealed again as its sender could have.
function resealed(key, bytes, change) {
  const frame = out('frame.decode', { bytes });
  const payload = change(out('frame.open', { key, bytes }).payload);
  return out('frame.seal', { ...frame, key, payload }).bytes;
}

const splice = (hex, position, bytes) => (
  hex.slice(0, 2 * position) + bytes + hex.slice(2 * position + bytes.length)
);

// Keys of the transcript above.
function keysOf({ hello, response, auth_proof: authProof }) {
  const ephemeralR = out('handshake.decode', {
    message: 'response', bytes: out('frame.open', { key: responseKeyOf(hello), bytes: response }).payload,
  }).ephemeral;
  const [scalar] = ENTROPY['hello.ephemeral'];
  return out('key_schedule', { psk: pair().psk, hello, response, auth_proof: authProof, scalar, peer: ephemeralR });
}

function responseKeyOf(hello) {
  const { psk } = pair();
  return kdf(psk, 'response', out('hash', { parts: [kdf(psk, 'transcript'), hello] }).digest);
}

const helloKey = () => kdf(pair().psk, 'hello');

//= STT-HANDSHAKE-019 test
//= STT-HANDSHAKE-021 test
//= STT-HANDSHAKE-022 test
//= STT-HANDSHAKE-024 test
test('handshake: four messages, two nodes that agree', () => {
  const { hello, response, final, initiator, responder } = transcript();
  assert.equal(hello.length / 2, 1_200);
  assert.equal(response.length / 2, 196);
  assert.deepEqual({ ...initiator, peer: '' }, { ...responder, peer: '' });
  assert.equal(initiator.peer, nodeId(SEED_R));
  assert.equal(responder.peer, nodeId(SEED_I));
  const asInitiator = out('handshake.initiator', { ...INITIATOR, frames: [response, final] });
  assert.deepEqual(asInitiator.established, initiator);
  assert.equal(initiator.peer_parameters.length / 2, DEFAULT_PARAMETERS_BYTES);
  const asResponder = out('handshake.responder', { ...RESPONDER, frames: [hello, asInitiator.sent[1]] });
  assert.deepEqual(asResponder, { sent: [response, final], established: responder });
});

//= STT-FRAME-037 test
test('handshake: a draw that is not there names the message that was not sent', () => {
  for (const [label, stage] of [
    ['hello.nonce', 'hello'], ['hello.ephemeral', 'hello'], ['hello.frame_nonce', 'hello'],
    ['response.nonce', 'response'], ['response.ephemeral', 'response'], ['response.frame_nonce', 'response'],
    ['auth_proof.frame_nonce', 'auth_proof'], ['final.frame_nonce', 'final'],
  ]) {
    const entropy = { ...ENTROPY, [label]: [] };
    assertRejected('handshake.transcript', { ...TRANSCRIPT, entropy }, stage, 'base.random_failed');
  }
  const { entropy, ...without } = INITIATOR;
  assertRejected('handshake.initiator', { ...without, frames: [] }, 'start', 'base.random_failed');
});

//= STT-IDENTITY-002 test
//= STT-IDENTITY-010 test
//= STT-IDENTITY-011 test
test('handshake: seeds that cannot be taken', () => {
  const cases = [
    [{ shared_seeds: [SEED_R] }, 'handshake.seed_equals_node_seed'],
    [{ shared_seeds: [SHARED, SHARED] }, 'handshake.seed_in_use'],
    [{ shared_seeds: ['00'] }, 'crypto.seed_too_short'], [{ node_seed: '' }, 'crypto.seed_too_short'],
  ];
  for (const [change, reason] of cases) {
    assertRejected('handshake.responder', { ...RESPONDER, ...change, frames: [] }, 'seed', reason);
  }
  const same = { ...TRANSCRIPT, shared_seed: SEED_I };
  assertRejected('handshake.transcript', same, 'seed', 'handshake.seed_equals_node_seed');
});

//= STT-HANDSHAKE-023 test
//= STT-HANDSHAKE-030 test
//= STT-HANDSHAKE-031 test
//= STT-HANDSHAKE-032 test
//= STT-HANDSHAKE-034 test
//= STT-HANDSHAKE-011 test
//= STT-HANDSHAKE-054 test
test('handshake: what a responder refuses in a HELLO', () => {
  const { hello } = transcript();
  const key = helloKey();
  const changed = (change) => resealed(key, hello, change);
  const cases = [
    [flipBit(hello, 8 * 500), 'crypto.authentication_failed'],
    [changed((text) => splice(text, 2, '02')), 'handshake.no_common_version'],
    [changed((text) => splice(text, 4, '02')), 'handshake.no_common_suite'],
    [changed((text) => splice(text, 37, nodeId(SEED_R))), 'handshake.own_node_id'],
    [changed((text) => splice(text, 69, repeat('00', 32))), 'crypto.key_exchange_failed'],
    [changed((text) => splice(text, 1, '00')), 'wire.handshake_list_empty'],
    [changed((text) => `${text.slice(0, 202)}00`), 'handshake.hello_too_short'],
    [changed((text) => splice(text, 0, '02')), 'wire.handshake_type'],
    [hello.slice(0, -2), 'wire.frame_incomplete'], [`${hello}00`, 'wire.trailing_bytes'],
  ];
  for (const [frame, reason] of cases) {
    assertRejected('handshake.responder', { ...RESPONDER, frames: [frame] }, 'frame 1', reason);
  }
  const stranger = { ...RESPONDER, shared_seeds: [repeat('44', 32)], frames: [hello] };
  assertRejected('handshake.responder', stranger, 'frame 1', 'handshake.unknown_hint');
});

//= STT-HANDSHAKE-009 test
test('handshake: a responder takes what it knows of an offer', () => {
  const { hello } = transcript();
  const withMore = (text) => `01${'020901'}${'020801'}${text.slice(10, 202)}${'60'}${repeat('00', 0x60)}`;
  const offers = resealed(helloKey(), hello, withMore);
  assert.equal(out('handshake.responder', { ...RESPONDER, frames: [offers] }).sent.length, 1);
});

//= STT-HANDSHAKE-033 test
//= STT-HANDSHAKE-036 test
//= STT-HANDSHAKE-037 test
//= STT-HANDSHAKE-038 test
//= STT-HANDSHAKE-039 test
//= STT-HANDSHAKE-055 test
test('handshake: what an initiator refuses in a RESPONSE', () => {
  const { hello, response } = transcript();
  const changed = (change) => resealed(responseKeyOf(hello), response, change);
  const toZero = Buffer.from(nodeId(SEED_I), 'hex').map((byte, index) => (
    byte ^ Buffer.from(nodeId(SEED_R), 'hex')[index] ^ Buffer.from(ENTROPY['hello.nonce'][0], 'hex')[index]
  ));
  const cases = [
    [changed((text) => splice(text, 1, '02')), 'handshake.not_offered'],
    [changed((text) => splice(text, 2, '02')), 'handshake.not_offered'],
    [changed((text) => splice(text, 35, nodeId(SEED_I))), 'handshake.own_node_id'],
    [changed((text) => splice(text, 67, repeat('00', 32))), 'crypto.key_exchange_failed'],
    [changed((text) => flipBit(text, 8 * 130)), 'handshake.wrong_challenge'],
    [changed((text) => splice(text, 3, toZero.toString('hex'))), 'handshake.session_id_unusable'],
    [changed((text) => `${text}00`), 'wire.trailing_bytes'],
    [changed((text) => text.slice(0, -2)), 'wire.truncated'],
    [flipBit(response, 8 * 190), 'crypto.authentication_failed'],
    // The node is a responder, too: its own HELLO opens.
    [hello, 'handshake.own_node_id'],
  ];
  for (const [frame, reason] of cases) {
    assertRejected('handshake.initiator', { ...INITIATOR, frames: [frame] }, 'frame 1', reason);
  }
  const twice = { ...INITIATOR, frames: [response, response] };
  assertRejected('handshake.initiator', twice, 'frame 2', 'crypto.authentication_failed');
});

//= STT-HANDSHAKE-058 test
test('handshake: a node is initiator and responder', () => {
  const { response, final, initiator } = transcript();
  const entropy = entropyOf(11);
  const other = out('handshake.initiator', { ...RESPONDER, entropy, frames: [] }).sent[0];
  const both = out('handshake.initiator', { ...INITIATOR, frames: [other, response, final] });
  assert.equal(both.sent.length, 3);
  assert.equal(both.established.session_id, initiator.session_id);
  const stray = { ...RESPONDER, frames: [response] };
  assertRejected('handshake.responder', stray, 'frame 1', 'crypto.authentication_failed');
});

//= STT-HANDSHAKE-056 test
test('handshake: of several faults of a RESPONSE the first in order is the answer', () => {
  const { hello, response } = transcript();
  const zero = Buffer.from(nodeId(SEED_I), 'hex').map((byte, index) => (
    byte ^ Buffer.from(nodeId(SEED_R), 'hex')[index] ^ Buffer.from(ENTROPY['hello.nonce'][0], 'hex')[index]
  ));
  const faults = [
    [67, repeat('00', 32), 'crypto.key_exchange_failed'],
    [3, zero.toString('hex'), 'handshake.session_id_unusable'], [2, '02', 'handshake.not_offered'],
    [99, repeat('00', 32), 'handshake.wrong_challenge'], [35, nodeId(SEED_I), 'handshake.own_node_id'],
    [0, '01', 'wire.handshake_type'],
  ];
  faults.forEach(([, , reason], last) => {
    const change = (text) => faults.slice(0, last + 1).reduce((sum, [place, bytes]) => splice(sum, place, bytes), text);
    const frames = [resealed(responseKeyOf(hello), response, change)];
    assertRejected('handshake.initiator', { ...INITIATOR, frames }, 'frame 1', reason);
  });
});

//= STT-HANDSHAKE-034 test
//= STT-HANDSHAKE-035 test
test('handshake: a HELLO that is refused draws nothing', () => {
  const { hello, response } = transcript();
  const weak = resealed(helloKey(), hello, (text) => splice(text, 69, repeat('00', 32)));
  const without = { ...RESPONDER, entropy: {}, frames: [weak] };
  assertRejected('handshake.responder', without, 'frame 1', 'crypto.key_exchange_failed');
  assert.deepEqual(out('handshake.responder', { ...RESPONDER, frames: [hello] }).sent, [response]);
});

//= STT-HANDSHAKE-043 test
//= STT-HANDSHAKE-044 test
//= STT-HANDSHAKE-045 test
//= STT-HANDSHAKE-046 test
//= STT-HANDSHAKE-053 test
//= STT-HANDSHAKE-057 test
test('handshake: what is refused in AUTH_PROOF and FINAL', () => {
  const { hello, response, auth_proof: authProof, final } = transcript();
  const keys = keysOf(transcript());
  const changes = [
    [(text) => flipBit(text, 8), 'handshake.session_id_mismatch'],
    [(text) => flipBit(text, 8 * 10), 'crypto.signature_invalid'],
    [(text) => `${text}00`, 'wire.trailing_bytes'], [(text) => text.slice(0, -2), 'wire.truncated'],
    [(text) => text.slice(0, -2).replace(/..$/, '02'), 'wire.truncated'],
    [(text) => `05${text.slice(2)}`, 'wire.handshake_type'],
    [(text) => text.replace('030140', '030100'), 'wire.parameter_range'],
  ];
  for (const [change, reason] of changes) {
    const proof = resealed(keys.auth_i2r, authProof, change);
    assertRejected('handshake.responder', { ...RESPONDER, frames: [hello, proof] }, 'frame 2', reason);
    const end = resealed(keys.auth_r2i, final, change);
    assertRejected('handshake.initiator', { ...INITIATOR, frames: [response, end] }, 'frame 2', reason);
  }
  const faults = [
    [1_000, '', 'handshake.identity_refused'], [74 + DEFAULT_PARAMETERS_BYTES - 1, '80', 'wire.varint_truncated'],
    [20, repeat('00', 8), 'crypto.signature_invalid'], [1, repeat('00', 8), 'handshake.session_id_mismatch'],
    [0, '04', 'wire.handshake_type'],
  ];
  faults.forEach(([, , reason], last) => {
    const change = (text) => faults.slice(0, last + 1).reduce((sum, [place, bytes]) => splice(sum, place, bytes), text);
    const frames = [hello, resealed(keys.auth_i2r, authProof, change)];
    const unwanted = { ...RESPONDER, refuses: nodeId(SEED_I), frames };
    assertRejected('handshake.responder', unwanted, 'frame 2', reason);
  });
  const refused = { ...RESPONDER, refuses: nodeId(SEED_I), frames: [hello, authProof] };
  assertRejected('handshake.responder', refused, 'frame 2', 'handshake.identity_refused');
  const pinned = { ...INITIATOR, expected: nodeId(SEED_I), frames: [response, final] };
  assertRejected('handshake.initiator', pinned, 'frame 2', 'handshake.identity_refused');
  assert.notEqual(out('handshake.initiator', { ...pinned, expected: nodeId(SEED_R) }).established, null);
  const again = { ...INITIATOR, frames: [response, final, final] };
  assertRejected('handshake.initiator', again, 'frame 3', 'handshake.unexpected_message');
  const alone = { ...RESPONDER, frames: [authProof] };
  assertRejected('handshake.responder', alone, 'frame 1', 'handshake.unexpected_message');
  assertRejected('handshake.initiator', { ...INITIATOR, frames: [final] }, 'frame 1', 'handshake.unexpected_message');
});

//= STT-HANDSHAKE-062 test
//= STT-HANDSHAKE-063 test
//= STT-HANDSHAKE-065 test
test('handshake: copies get the same answer, as long as it is kept', () => {
  const { hello, response, auth_proof: authProof, final, responder } = transcript();
  const answered = out('handshake.responder', { ...RESPONDER, frames: [hello, hello, authProof, authProof] });
  assert.deepEqual(answered, { sent: [response, response, final, final], established: responder });
  const late = { ...RESPONDER, frames: [hello, authProof, hello] };
  assertRejected('handshake.responder', late, 'frame 3', 'handshake.unexpected_message');
  const ping = out('frame.seal', {
    key: kdf(responder.chain_i2r, 'key'), type: 3, session_id: responder.session_id, stream_id: 0, sequence: '0',
    epoch: '0', payload: '02', nonce: repeat('00', 24),
  }).bytes;
  const forgotten = { ...RESPONDER, frames: [hello, authProof, ping, authProof] };
  assertRejected('handshake.responder', forgotten, 'frame 4', 'handshake.unexpected_message');
  const early = { ...RESPONDER, frames: [hello, ping] };
  assertRejected('handshake.responder', early, 'frame 2', 'session.unknown_session');
});

//= STT-HANDSHAKE-041 test
test('handshake: a session id of zero makes the responder draw its nonce again', () => {
  const ids = [SEED_I, SEED_R].map((seed) => Buffer.from(nodeId(seed), 'hex'));
  const nonceI = Buffer.from(ENTROPY['hello.nonce'][0], 'hex');
  const bad = nonceI.map((byte, index) => byte ^ ids[0][index] ^ ids[1][index]).toString('hex');
  const entropy = { ...ENTROPY, 'response.nonce': [bad, ENTROPY['response.nonce'][0]] };
  assert.deepEqual(out('handshake.transcript', { ...TRANSCRIPT, entropy }), transcript());
  const none = { ...ENTROPY, 'response.nonce': [bad] };
  assertRejected('handshake.transcript', { ...TRANSCRIPT, entropy: none }, 'response', 'base.random_failed');
});

test('handshake: an answer to nothing establishes nothing', () => {
  const { sent, established } = out('handshake.initiator', { ...INITIATOR, frames: [] });
  assert.deepEqual([sent.length, established], [1, null]);
  const shortDraw = { ...RESPONDER, entropy: { 'response.nonce': ['00'] }, frames: [] };
  assert.equal(ask('handshake.responder', shortDraw).outcome, 'error');
  const seedless = { ...INITIATOR, shared_seeds: [], frames: [] };
  assertRejected('handshake.initiator', seedless, 'start', 'handshake.unknown_seed');
});

//= STT-SECURITY-006 test
test('handshake: no frame with a bit flipped is taken', () => {
  const { hello, response, auth_proof: authProof, final } = transcript();
  const random = randomSource(9);
  const offers = [
    ['handshake.responder', RESPONDER, [], hello], ['handshake.responder', RESPONDER, [hello], authProof],
    ['handshake.initiator', INITIATOR, [], response], ['handshake.initiator', INITIATOR, [response], final],
  ];
  for (const [kind, node, before, frame] of offers) {
    for (let round = 0; round < 25; round += 1) {
      const frames = [...before, flipBit(frame, random.below(frame.length * 4))];
      const { outcome, stage } = ask(kind, { ...node, frames });
      assert.deepEqual([outcome, stage], ['reject', `frame ${frames.length}`]);
    }
  }
});
