'use strict';
// One direction of a session as its sender counts it: sequences and epochs (docs/spec/wire.md, STT-FRAME-028 to -032;
// session.md, "Keys and rotation"). No time passes here and no threshold is reached: who rotates was asked to.

const { Refusal } = require('../refusal');
const { U64_MAX } = require('../bytes');

class SessionSender {
  #isReliable;
  #next = 0n;
  #epoch = 0n;
  #firstOfEpoch = 0n;
  //= STT-ROTATION-003
  //= STT-ROTATION-016
  #mayRotate = true;
  // Sequences that were left out, as ranges.
  #skipped = [];

  // isReliable: on a connection, where nothing is acknowledged.
  constructor(isReliable) {
    this.#isReliable = isReliable;
  }

  // The sequence and the epoch of the next frame, which is sent.
  //= STT-FRAME-028
  //= STT-FRAME-029
  send() {
    //= STT-FRAME-032
    if (this.#next > U64_MAX) throw new Refusal('session.sequence_exhausted');
    const sequence = this.#next;
    this.#next += 1n;
    //= STT-WS-012
    if (this.#isReliable) this.#mayRotate = true;
    return { sequence, epoch: this.#epoch };
  }

  //= STT-FRAME-031
  skip(count) {
    const next = this.#next + count;
    if (next > U64_MAX + 1n) throw new Refusal('session.sequence_exhausted');
    if (count > 0n) this.#skipped.push({ first: this.#next, last: next - 1n });
    this.#next = next;
  }

  //= STT-FRAME-030
  //= STT-ROTATION-012
  //= STT-ROTATION-016
  rotate() {
    if (!this.#mayRotate) throw new Refusal('session.rotation_too_early');
    //= STT-ROTATION-022
    if (this.#epoch === U64_MAX) throw new Refusal('session.epoch_exhausted');
    this.#epoch += 1n;
    this.#firstOfEpoch = this.#next;
    this.#mayRotate = false;
  }

  // The peer says that it has this sequence. On a connection nobody says so.
  //= STT-CONTROL-009
  //= STT-WS-009
  acknowledge(sequence) {
    if (this.#isReliable) return;
    const isSkipped = this.#skipped.some(({ first, last }) => first <= sequence && sequence <= last);
    if (sequence >= this.#next || isSkipped) throw new Refusal('session.ack_never_sent');
    if (sequence >= this.#firstOfEpoch) this.#mayRotate = true;
  }
}

module.exports = { SessionSender };
