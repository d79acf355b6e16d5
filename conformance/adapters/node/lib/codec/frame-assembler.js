'use strict';
// Frames out of a stream of bytes that arrives in pieces. It holds one unfinished frame and one piece at most.

const { Refusal } = require('../refusal');
const { parseFrame } = require('./frame-parser');

const SMALLEST_BUFFER = 256;

class FrameAssembler {
  #buffer = Buffer.alloc(0);
  #waiting = 0;
  #frames = 0;

  // The bytes of the unfinished frame.
  get waiting() {
    return Buffer.from(this.#unfinished());
  }

  // How many further bytes the unfinished frame needs at least.
  get atLeast() {
    return parseFrame(this.#unfinished()).needMore;
  }

  // The frames that this piece completes. A malformed one is refused with its number; nothing works after that.
  push(piece) {
    this.#append(piece);
    const frames = [];
    let start = 0;
    for (;;) {
      const { frame, needMore } = this.#parseNext(start);
      if (needMore !== undefined) break;
      frames.push(frame);
      this.#frames += 1;
      start += frame.whole.length;
    }
    this.#buffer.copyWithin(0, start, this.#waiting);
    this.#waiting -= start;
    return frames;
  }

  #parseNext(start) {
    const bytes = this.#unfinished().subarray(start);
    try {
      const { frame, needMore } = parseFrame(bytes);
      // A copy: the buffer is moved when the frames before have been taken.
      return frame === undefined ? { needMore } : parseFrame(Buffer.from(frame.whole));
    } catch (error) {
      if (error instanceof Refusal) throw new Refusal(error.reason, `frame ${this.#frames + 1}`);
      throw error;
    }
  }

  #unfinished() {
    return this.#buffer.subarray(0, this.#waiting);
  }

  #append(piece) {
    const needed = this.#waiting + piece.length;
    if (needed > this.#buffer.length) {
      const grown = Buffer.alloc(Math.max(needed, 2 * this.#buffer.length, SMALLEST_BUFFER));
      this.#buffer.copy(grown, 0, 0, this.#waiting);
      this.#buffer = grown;
    }
    piece.copy(this.#buffer, this.#waiting);
    this.#waiting = needed;
  }
}

module.exports = { FrameAssembler };
