'use strict';
// Both sides of an ACK (docs/spec/recovery.md): what a receiver reports, and what a sender takes of it.

const { Refusal } = require('../refusal');

const MAX_RANGES = 64;

const descending = (a, b) => (a < b ? 1 : -1);

// The ranges that report these sequences, BigInt in any order: the newest first, the oldest left out.
//= STT-RECOVERY-005
function rangesOf(sequences) {
  const ranges = [];
  for (const sequence of [...new Set(sequences)].sort(descending)) {
    const last = ranges[ranges.length - 1];
    if (last?.smallest === sequence + 1n) last.smallest = sequence;
    else if (ranges.length === MAX_RANGES) break;
    else ranges.push({ smallest: sequence, largest: sequence });
  }
  return ranges;
}

// The frames that a sender has sent, and which of them were acknowledged. Few enough for their sequences to be numbers.
class SentFrames {
  #skipped;
  #unacknowledged = new Set();
  #next = 0;

  // The first `count` sequences from 0 but those that are skipped, a list of BigInt.
  constructor(count, skipped) {
    this.#skipped = new Set(skipped);
    while (this.#unacknowledged.size < count) {
      if (!this.#skipped.has(BigInt(this.#next))) this.#unacknowledged.add(this.#next);
      this.#next += 1;
    }
  }

  // The sequences that are acknowledged for the first time, rising. A refusal has changed nothing.
  acknowledge(ranges) {
    this.#judge(ranges);
    const fresh = [];
    for (const { smallest, largest } of [...ranges].reverse()) {
      for (let sequence = Number(smallest); sequence <= Number(largest); sequence += 1) {
        if (this.#unacknowledged.delete(sequence)) fresh.push(sequence);
      }
    }
    return fresh;
  }

  //= STT-CONTROL-009
  #judge(ranges) {
    const within = (sequence) => ranges.some(({ smallest, largest }) => smallest <= sequence && sequence <= largest);
    if (ranges[0].largest >= this.#next || [...this.#skipped].some(within)) {
      throw new Refusal('session.ack_never_sent');
    }
  }
}

module.exports = { rangesOf, SentFrames };
