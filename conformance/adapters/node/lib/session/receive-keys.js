'use strict';
// The keys by which one direction of a session is received: of the epoch that is current, of the one before, and of the
// next (docs/spec/session.md, "Keys and rotation"). No time passes here, so the key before is kept until a later epoch
// takes its place; on a connection, which brings frames in order, it is not kept.

const { Refusal } = require('../refusal');
const { U64_MAX } = require('../bytes');
const { epochKey, nextChain } = require('../crypto/key-schedule');

// One epoch: its key, the lowest and highest sequence that opened under it, and the epoch before as far as it matters.
class Generation {
  lowest = null;
  highest = null;

  constructor(epoch, chain, older) {
    this.epoch = epoch;
    this.key = epochKey(chain);
    this.older = older;
  }

  note(sequence) {
    if (this.lowest === null || sequence < this.lowest) this.lowest = sequence;
    if (this.highest === null || sequence > this.highest) this.highest = sequence;
  }
}

class ReceiveKeys {
  #previous = null;
  #current;
  #next = null;
  #chain;
  #isReliable;

  constructor(chain0, isReliable) {
    this.#isReliable = isReliable;
    this.#current = new Generation(0n, chain0, null);
    this.#chain = nextChain(chain0);
  }

  get epoch() {
    return this.#current.epoch;
  }

  // The generation under which a frame claims to be sealed. Changes nothing that can be seen.
  //= STT-ROTATION-023
  choose(epoch, sequence) {
    const { generation, newer } = this.#find(epoch);
    //= STT-ROTATION-018
    if (newer !== null && newer.lowest !== null && sequence > newer.lowest) throw new Refusal('session.epoch_order');
    //= STT-ROTATION-019
    const highestBefore = generation.older?.highest ?? null;
    if (highestBefore !== null && sequence < highestBefore) throw new Refusal('session.epoch_order');
    return generation;
  }

  // A frame of this generation has opened.
  //= STT-ROTATION-014
  opened(generation, sequence) {
    if (generation === this.#next) this.#follow();
    generation.note(sequence);
  }

  //= STT-ROTATION-020
  #find(epoch) {
    if (epoch === this.#current.epoch) return { generation: this.#current, newer: null };
    if (epoch === this.#current.epoch + 1n && epoch <= U64_MAX) return { generation: this.#derivedNext(), newer: null };
    if (this.#previous !== null && epoch === this.#previous.epoch) {
      return { generation: this.#previous, newer: this.#current };
    }
    throw new Refusal('session.epoch_unknown');
  }

  //= STT-ROTATION-021
  #derivedNext() {
    this.#next ??= new Generation(this.#current.epoch + 1n, this.#chain, this.#current);
    return this.#next;
  }

  //= STT-ROTATION-017
  #follow() {
    this.#forgetPrevious();
    this.#previous = this.#current;
    //= STT-WS-011
    if (this.#isReliable) this.#forgetPrevious();
    this.#current = this.#next;
    this.#next = null;
    this.#chain = nextChain(this.#chain);
  }

  #forgetPrevious() {
    if (this.#previous === null) return;
    this.#previous.key.fill(0);
    this.#previous.older = null;
    this.#previous = null;
  }
}

module.exports = { ReceiveKeys };
