'use strict';
// Vector kinds of whole handshakes, with random draws that are handed in.

const { accept } = require('../outcomes');
const { Refusal, atStage } = require('../refusal');
const { hex, equal } = require('../bytes');
const { takeSeeds } = require('../crypto/seeds');
const { Entropy, DRAWS } = require('../handshake/entropy');
const { Initiator } = require('../handshake/initiator');
const { Responder } = require('../handshake/responder');
const { establishedToJson } = require('./forms');

function entropyOf(input) {
  if (!input.has('entropy')) return new Entropy([]);
  const lists = input.members('entropy');
  const labels = Object.entries(DRAWS).filter(([label]) => lists.has(label));
  return new Entropy(labels.map(([label, bytes]) => [label, lists.listOfBytes(label, bytes)]));
}

// The policy and the pin of a node, as one question.
function acceptsOf(input) {
  const refused = input.has('refuses') ? input.bytes('refuses', 32) : null;
  const expected = input.has('expected') ? input.bytes('expected', 32) : null;
  return (peer) => (refused === null || !equal(peer, refused)) && (expected === null || equal(peer, expected));
}

function seedsOf(input) {
  const nodeSeed = input.bytes('node_seed');
  const sharedSeeds = input.listOfBytes('shared_seeds');
  return atStage('seed', () => takeSeeds(nodeSeed, sharedSeeds));
}

// All frames in turn; the first one that is refused ends it.
function receiveAll(node, frames, sent) {
  frames.forEach((bytes, index) => {
    // The stage of a step within, such as `open`, gives way to the number of the input.
    sent.push(...atInput(index + 1, () => node.receive(bytes)));
  });
  return accept({ sent: sent.map(hex), established: establishedToJson(node.established) });
}

function atInput(number, step) {
  try {
    return step();
  } catch (error) {
    if (error instanceof Refusal) throw new Refusal(error.reason, `frame ${number}`);
    throw error;
  }
}

function handshakeResponder(input) {
  const { identity, pairs } = seedsOf(input);
  const responder = new Responder({ identity, pairs, entropy: entropyOf(input), accepts: acceptsOf(input) });
  return receiveAll(responder, input.listOfBytes('frames'), []);
}

function handshakeInitiator(input) {
  const { identity, pairs: [pair] } = seedsOf(input);
  if (pair === undefined) throw new Refusal('handshake.unknown_seed', 'start');
  const initiator = new Initiator({ identity, pair, entropy: entropyOf(input), accepts: acceptsOf(input) });
  const frames = input.listOfBytes('frames');
  return receiveAll(initiator, frames, [atStage('start', () => initiator.start())]);
}

//= STT-HANDSHAKE-021
function handshakeTranscript(input) {
  const sharedSeed = input.bytes('shared_seed');
  const seedI = input.bytes('node_seed_i');
  const seedR = input.bytes('node_seed_r');
  const nodeI = atStage('seed', () => takeSeeds(seedI, [sharedSeed]));
  const nodeR = atStage('seed', () => takeSeeds(seedR, [sharedSeed]));
  const entropy = entropyOf(input);
  const accepts = () => true;
  const initiator = new Initiator({ identity: nodeI.identity, pair: nodeI.pairs[0], entropy, accepts });
  const responder = new Responder({ identity: nodeR.identity, pairs: nodeR.pairs, entropy, accepts });
  const hello = atStage('hello', () => initiator.start());
  const [response] = atStage('response', () => responder.receive(hello));
  const [authProof] = atStage('auth_proof', () => initiator.receive(response));
  const [final] = atStage('final', () => responder.receive(authProof));
  atStage('final', () => initiator.receive(final));
  return accept({
    hello: hex(hello),
    response: hex(response),
    auth_proof: hex(authProof),
    final: hex(final),
    initiator: establishedToJson(initiator.established),
    responder: establishedToJson(responder.established),
  });
}

module.exports = [
  ['handshake.transcript', handshakeTranscript],
  ['handshake.responder', handshakeResponder],
  ['handshake.initiator', handshakeInitiator],
];
