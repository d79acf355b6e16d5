'use strict';
// What is made of seeds: the identity of a node, and the secrets of a pair (docs/spec/handshake.md, "Seeds").

const { Refusal } = require('../refusal');
const { hex, equal } = require('../bytes');
const { kdf, hash, ed25519KeyPair } = require('./primitives');

const SHORTEST_SEED = 32;
const HINT_BYTES = 8;

//= STT-IDENTITY-001
//= STT-IDENTITY-002
function masterOf(seed) {
  if (seed.length < SHORTEST_SEED) throw new Refusal('crypto.seed_too_short');
  return hash(Buffer.from('STT-1 seed', 'ascii'), seed);
}

//= STT-IDENTITY-003
//= STT-IDENTITY-004
//= STT-IDENTITY-005
//= STT-IDENTITY-006
function nodeIdentity(seed) {
  const master = masterOf(seed);
  const { publicKey, privateKey } = ed25519KeyPair(kdf(master, 'identity'));
  return { nodeId: publicKey, privateKey, storageKey: kdf(master, 'storage') };
}

//= STT-IDENTITY-007
//= STT-IDENTITY-008
function pairSecrets(seed) {
  const master = masterOf(seed);
  return { psk: kdf(master, 'psk'), hint: kdf(master, 'hint').subarray(0, HINT_BYTES) };
}

// A node with its shared seeds, in order: { identity, pairs }.
function takeSeeds(nodeSeed, sharedSeeds) {
  const identity = nodeIdentity(nodeSeed);
  const pairs = new Map();
  for (const seed of sharedSeeds) {
    const pair = pairSecrets(seed);
    //= STT-IDENTITY-010
    if (equal(seed, nodeSeed)) throw new Refusal('handshake.seed_equals_node_seed');
    //= STT-IDENTITY-011
    if (pairs.has(hex(pair.hint))) throw new Refusal('handshake.seed_in_use');
    pairs.set(hex(pair.hint), pair);
  }
  return { identity, pairs: [...pairs.values()] };
}

module.exports = { nodeIdentity, pairSecrets, takeSeeds };
