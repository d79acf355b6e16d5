'use strict';
// The random draws of a handshake, handed in by label. A draw that is not there fails.

const { Refusal } = require('../refusal');

const DRAWS = Object.freeze({
  'hello.nonce': 32,
  'hello.ephemeral': 32,
  'hello.frame_nonce': 24,
  'response.nonce': 32,
  'response.ephemeral': 32,
  'response.frame_nonce': 24,
  'auth_proof.frame_nonce': 24,
  'final.frame_nonce': 24,
});

class Entropy {
  #lists;

  // lists: Map of label to list of bytes, each used from the front.
  constructor(lists) {
    this.#lists = new Map([...lists].map(([label, draws]) => [label, draws[Symbol.iterator]()]));
  }

  //= STT-FRAME-037
  draw(label) {
    const { value, done } = this.#lists.get(label)?.next() ?? { done: true };
    if (done) throw new Refusal('base.random_failed');
    return value;
  }
}

module.exports = { Entropy, DRAWS };
