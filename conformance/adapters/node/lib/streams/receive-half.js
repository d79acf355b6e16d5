'use strict';
// The direction of a stream in which the peer sends (docs/spec/streams.md, "Positions", "States"), until an application
// begins to read. Positions are BigInt.

const { Refusal } = require('../refusal');

const MAX_GAPS = 256;

// What of [low, high) lies in each of the holes, in order.
function partsIn(holes, low, high) {
  return holes
    .map((hole) => ({ low: hole.low > low ? hole.low : low, high: hole.high < high ? hole.high : high }))
    .filter((part) => part.low < part.high);
}

// The holes that are left when [low, high) is filled.
function without(holes, low, high) {
  return holes.flatMap((hole) => [
    { low: hole.low, high: hole.high < low ? hole.high : low },
    { low: hole.low > high ? hole.low : high, high: hole.high },
  ].filter((part) => part.low < part.high));
}

class ReceiveHalf {
  // What is there, by position, none over another: { low, high, bytes, ends, type }. Where `ends`, the last position is
  // an END_OF_MESSAGE.
  #pieces = [];
  // What is missing below the highest position.
  #gaps = [];
  #highest = 0n;
  #final = null;
  #credit;
  // Of a stream that nobody reads nothing is kept but the count.
  #keeps;
  #reset = false;

  constructor(credit, keeps) {
    this.#credit = credit;
    this.#keeps = keeps;
  }

  get wasReset() {
    return this.#reset;
  }

  get everythingReceived() {
    return this.#reset || (this.#final === this.#highest && this.#gaps.length === 0);
  }

  // The first position that is missing.
  get contiguous() {
    return this.#gaps.length > 0 ? this.#gaps[0].low : this.#highest;
  }

  // The positions that a message up to `high` takes of the session's credit.
  growth(high) {
    return high > this.#highest ? high - this.#highest : 0n;
  }

  //= STT-STREAM-053
  //= STT-FLOW-002
  judgePosition(high) {
    if (this.#final !== null && high > this.#final) throw new Refusal('stream.final_position');
    if (high > this.#credit) throw new Refusal('stream.credit_exceeded');
  }

  // A data message whose end has been judged. A refusal has changed nothing.
  take({ offset, bytes, endOfMessage }, type) {
    if (this.#reset) return;
    const length = BigInt(bytes.length);
    const message = { low: offset, high: offset + length + (endOfMessage ? 1n : 0n), bytes, ends: endOfMessage, type };
    const missing = this.#missing(message);
    this.#judgeOverlap(message);
    const gaps = this.#gapsAfter(message);
    //= STT-STREAM-027
    if (gaps.length > MAX_GAPS) throw new Refusal('stream.too_many_gaps');
    if (this.#keeps) for (const part of missing) this.#insert(cut(message, part));
    this.#gaps = gaps;
    this.#highest += this.growth(message.high);
  }

  //= STT-STREAM-054
  //= STT-STREAM-055
  judgeFinal(position) {
    const other = this.#final !== null && this.#final !== position;
    if (other || position < this.#highest) throw new Refusal('stream.final_position');
    if (position > this.#credit) throw new Refusal('stream.credit_exceeded');
  }

  close(position) {
    this.#final = position;
  }

  // True if the direction ends by it: an end that was reported already stays. What is unread is dropped.
  //= STT-FLOW-012
  reset(position) {
    const wasOver = this.#reset || this.#final === 0n;
    this.#final = position;
    if (wasOver) return;
    this.#reset = true;
    this.#highest = position;
    this.#gaps = [];
    this.#pieces = [];
  }

  // The pieces that can be read: from position 0 up to the first that is missing.
  readable() {
    const end = this.contiguous;
    return this.#pieces.slice(0, this.#indexOf(end));
  }

  // No position is missing up to the final one.
  get isComplete() {
    return this.#final !== null && this.contiguous === this.#final;
  }

  #missing({ low, high }) {
    const beyond = { low: this.#highest, high: high > this.#highest ? high : this.#highest };
    return partsIn([...this.#gaps, beyond], low, high);
  }

  #gapsAfter({ low, high }) {
    const left = without(this.#gaps, low, high);
    return low > this.#highest ? [...left, { low: this.#highest, high: low }] : left;
  }

  // The index of the first piece that ends above a position.
  #indexOf(position) {
    let [low, high] = [0, this.#pieces.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#pieces[middle].high > position) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  //= STT-STREAM-012
  #judgeOverlap({ low, high, type }) {
    for (let index = this.#indexOf(low); index < this.#pieces.length && this.#pieces[index].low < high; index += 1) {
      if (this.#pieces[index].type !== type) throw new Refusal('stream.message_type_changed');
    }
  }

  // Neighbours without an END_OF_MESSAGE between them are of one message, whatever is missing before them.
  #insert(piece) {
    const index = this.#indexOf(piece.low);
    const [before, after] = [this.#pieces[index - 1], this.#pieces[index]];
    const continues = before?.high === piece.low && !before.ends;
    const goesOn = after?.low === piece.high && !piece.ends;
    if ((continues && before.type !== piece.type) || (goesOn && after.type !== piece.type)) {
      throw new Refusal('stream.message_type_changed');
    }
    this.#pieces.splice(index, 0, piece);
  }
}

// The part of a message that is new: what came first at a position stays.
//= STT-STREAM-011
function cut(message, { low, high }) {
  const [start, end] = [Number(low - message.low), Number(high - message.low)];
  const ends = message.ends && high === message.high;
  return { low, high, ends, type: message.type, bytes: message.bytes.subarray(start, ends ? end - 1 : end) };
}

module.exports = { ReceiveHalf };
