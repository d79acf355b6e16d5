'use strict';
// The replay window: which sequences of one direction were taken (docs/spec/session.md, "Replay window").

const { Refusal } = require('../refusal');

// Sequences below the highest that are remembered.
//= STT-REPLAY-001
const WIDTH = 1_024n;
// More than the window has sequences, the highest included: no two of them share a slot.
const SLOTS = 2_048n;

class ReplayWindow {
  #highest = null;
  // Each slot holds the sequence that was last seen there, so nothing is to be cleared when the window moves.
  #slots = new Array(Number(SLOTS)).fill(null);

  // Asks, and changes nothing.
  //= STT-REPLAY-004
  check(sequence) {
    if (this.#highest === null || sequence > this.#highest) return;
    //= STT-REPLAY-003
    if (this.#highest - sequence > WIDTH) throw new Refusal('session.too_old');
    //= STT-REPLAY-002
    if (this.#slots[slotOf(sequence)] === sequence) throw new Refusal('session.replayed');
  }

  // The frame of this sequence, which check() has passed, has opened.
  //= STT-REPLAY-005
  //= STT-REPLAY-006
  mark(sequence) {
    if (this.#highest === null || sequence > this.#highest) this.#highest = sequence;
    this.#slots[slotOf(sequence)] = sequence;
  }
}

function slotOf(sequence) {
  return Number(sequence % SLOTS);
}

module.exports = { ReplayWindow };
