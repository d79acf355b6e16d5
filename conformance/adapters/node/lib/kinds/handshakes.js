'use strict';
// Vector kinds of whole handshakes, with random draws that are handed in: by UDP, and by connections of WebSocket.

const { accept } = require('../outcomes');
const { Refusal, atStage } = require('../refusal');
const { hex, equal } = require('../bytes');
const { takeSeeds } = require('../crypto/seeds');
const { Entropy, DRAWS } = require('../handshake/entropy');
const { HandshakeNode } = require('../handshake/node');
const { isCarrier } = require('../handshake/carrier');
const { RequestError } = require('../input');
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

function nodeOf(input) {
  const nodeSeed = input.bytes('node_seed');
  const sharedSeeds = input.listOfBytes('shared_seeds');
  const seeds = atStage('seed', () => takeSeeds(nodeSeed, sharedSeeds));
  return new HandshakeNode({ ...seeds, entropy: entropyOf(input), accepts: acceptsOf(input) });
}

// All frames in turn; the first one that is refused ends it. carriers: of each frame; without them all came by UDP.
function receiveAll(node, frames, sent, carriers = []) {
  frames.forEach((bytes, index) => {
    // The stage of a step within, such as `open`, gives way to the number of the input.
    sent.push(...atInput(index + 1, () => node.receive(bytes, carriers[index])));
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
  return receiveAll(nodeOf(input), input.listOfBytes('frames'), []);
}

function carriersOf(input, count) {
  const carriers = input.listOfTexts('carriers');
  if (carriers.length !== count) throw new RequestError('carriers must be one for each frame');
  if (!carriers.every(isCarrier)) throw new RequestError('a carrier must be udp or websocket N');
  return carriers;
}

function websocketHandshake(input) {
  const frames = input.listOfBytes('frames');
  const carriers = carriersOf(input, frames.length);
  return receiveAll(nodeOf(input), frames, [], carriers);
}

function handshakeInitiator(input) {
  const node = nodeOf(input);
  const frames = input.listOfBytes('frames');
  return receiveAll(node, frames, [atStage('start', () => node.start())]);
}

//= STT-HANDSHAKE-021
function handshakeTranscript(input) {
  const sharedSeed = input.bytes('shared_seed');
  const seedI = input.bytes('node_seed_i');
  const seedR = input.bytes('node_seed_r');
  const seedsI = atStage('seed', () => takeSeeds(seedI, [sharedSeed]));
  const seedsR = atStage('seed', () => takeSeeds(seedR, [sharedSeed]));
  const common = { entropy: entropyOf(input), accepts: () => true };
  const initiator = new HandshakeNode({ ...seedsI, ...common });
  const responder = new HandshakeNode({ ...seedsR, ...common });
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
  ['websocket.handshake', websocketHandshake],
];
