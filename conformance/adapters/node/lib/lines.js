'use strict';
// Lines out of a stream of bytes. A line that is too long is thrown away up to its end, and told as null.

const NEWLINE = 0x0a;

class LineSplitter {
  #pieces = [];
  #held = 0;
  #isTooLong = false;
  #most;

  // most: bytes of a line with its end.
  constructor(most) {
    this.#most = most;
  }

  // The lines that this chunk ends.
  * push(chunk) {
    let start = 0;
    for (let end; (end = chunk.indexOf(NEWLINE, start)) >= 0; start = end + 1) {
      this.#hold(chunk.subarray(start, end));
      yield this.#take();
    }
    this.#hold(chunk.subarray(start));
  }

  // What stands behind the last end of a line, if anything.
  * finish() {
    if (this.#held > 0 || this.#isTooLong) yield this.#take();
  }

  #hold(piece) {
    if (this.#held + piece.length >= this.#most) {
      this.#isTooLong = true;
      this.#pieces = [];
      this.#held = 0;
    }
    if (this.#isTooLong || piece.length === 0) return;
    this.#pieces.push(piece);
    this.#held += piece.length;
  }

  #take() {
    const line = this.#isTooLong ? null : Buffer.concat(this.#pieces).toString('utf8');
    this.#pieces = [];
    this.#held = 0;
    this.#isTooLong = false;
    return line;
  }
}

module.exports = { LineSplitter };
