'use strict';
// Vector kinds of cryptography: algorithms, seeds, the key schedule.

const { accept } = require('../outcomes');
const { atStage } = require('../refusal');
const { hex } = require('../bytes');
const primitives = require('../crypto/primitives');
const schedule = require('../crypto/key-schedule');
const { nodeIdentity, pairSecrets } = require('../crypto/seeds');

const EPOCHS_SHOWN = 4;

function kdf(input) {
  const key = primitives.kdfOver(input.bytes('key', 32), input.ascii('label'), input.listOfBytes('context'));
  return accept({ key: hex(key) });
}

function hash(input) {
  return accept({ digest: hex(primitives.hash(Buffer.concat(input.listOfBytes('parts')))) });
}

function sha3(input) {
  return accept({ digest: hex(primitives.sha3(input.bytes('bytes'))) });
}

const keyAndNonce = (input) => [input.bytes('key', 32), input.bytes('nonce', 24), input.bytes('associated')];

function aeadSeal(input) {
  const { ciphertext, tag } = primitives.seal(...keyAndNonce(input), input.bytes('text'));
  return accept({ ciphertext: hex(ciphertext), tag: hex(tag) });
}

function aeadOpen(input) {
  const sealed = [...keyAndNonce(input), input.bytes('ciphertext'), input.bytes('tag', 16)];
  return accept({ text: hex(atStage('open', () => primitives.open(...sealed))) });
}

function keyExchange(input) {
  const scalar = input.bytes('scalar', 32);
  const shared = atStage('key_exchange', () => primitives.x25519(scalar, input.bytes('peer', 32)));
  return accept({ public: hex(primitives.x25519Public(scalar)), shared: hex(shared) });
}

function signatureSign(input) {
  const { privateKey } = atStage('seed', () => nodeIdentity(input.bytes('seed')));
  return accept({ signature: hex(primitives.sign(privateKey, input.ascii('label'), input.bytes('digest'))) });
}

function signatureVerify(input) {
  const nodeId = input.bytes('node_id', 32);
  const claim = [input.ascii('label'), input.bytes('digest'), input.bytes('signature', 64)];
  atStage('signature', () => primitives.verify(nodeId, ...claim));
  return accept();
}

function seedNode(input) {
  const { nodeId, storageKey } = atStage('seed', () => nodeIdentity(input.bytes('seed')));
  return accept({ node_id: hex(nodeId), storage_key: hex(storageKey) });
}

function seedShared(input) {
  const { psk, hint } = atStage('seed', () => pairSecrets(input.bytes('seed')));
  return accept({ psk: hex(psk), hint: hex(hint) });
}

function sessionIdDerive(input) {
  const sessionId = schedule.sessionIdOf({
    nonceI: input.bytes('nonce_i', 32),
    nonceR: input.bytes('nonce_r', 32),
    nodeIdI: input.bytes('node_id_i', 32),
    nodeIdR: input.bytes('node_id_r', 32),
  });
  return accept({ session_id: hex(sessionId) });
}

function keySchedule(input) {
  const psk = input.bytes('psk', 32);
  const h0 = schedule.transcriptStart(psk);
  const h1 = schedule.transcriptNext(h0, input.bytes('hello'));
  const h2 = schedule.transcriptNext(h1, input.bytes('response'));
  const h3 = schedule.transcriptNext(h2, input.bytes('auth_proof'));
  const scalar = input.bytes('scalar', 32);
  const shared = atStage('key_exchange', () => primitives.x25519(scalar, input.bytes('peer', 32)));
  const secret = schedule.sessionSecret(psk, h2, shared);
  const { authI2r, authR2i, chainI2r, chainR2i } = schedule.secretKeys(secret);
  return accept({
    h0: hex(h0),
    h1: hex(h1),
    h2: hex(h2),
    h3: hex(h3),
    hello_key: hex(schedule.helloKey(psk)),
    response_key: hex(schedule.responseKey(psk, h1)),
    secret: hex(secret),
    auth_i2r: hex(authI2r),
    auth_r2i: hex(authR2i),
    chain_i2r: hex(chainI2r),
    chain_r2i: hex(chainR2i),
    keys_i2r: schedule.firstEpochKeys(chainI2r, EPOCHS_SHOWN).map(hex),
    keys_r2i: schedule.firstEpochKeys(chainR2i, EPOCHS_SHOWN).map(hex),
  });
}

module.exports = [
  ['kdf', kdf],
  ['hash', hash],
  ['sha3', sha3],
  ['aead.seal', aeadSeal],
  ['aead.open', aeadOpen],
  ['key_exchange', keyExchange],
  ['signature.sign', signatureSign],
  ['signature.verify', signatureVerify],
  ['seed.node', seedNode],
  ['seed.shared', seedShared],
  ['session_id.derive', sessionIdDerive],
  ['key_schedule', keySchedule],
];
