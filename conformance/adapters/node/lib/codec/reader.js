'use strict';
// A cursor over the bytes of a message that is there completely: what is missing is an error, not a wait.

const { Refusal } = require('../refusal');
const { decodeVarint } = require('./varint');

class Reader {
  #bytes;
  #position = 0;

  constructor(bytes) {
    this.#bytes = bytes;
  }

  get remaining() {
    return this.#bytes.length - this.#position;
  }

  take(count) {
    if (count > this.remaining) throw new Refusal('wire.truncated');
    this.#position += count;
    return this.#bytes.subarray(this.#position - count, this.#position);
  }

  u8() {
    return this.take(1)[0];
  }

  varint() {
    const { value, next } = decodeVarint(this.#bytes, this.#position);
    this.#position = next;
    return value;
  }

  // The x of LP(x). A length is compared with what is there before anything is taken.
  lengthPrefixed() {
    const length = this.varint();
    if (length > BigInt(this.remaining)) throw new Refusal('wire.truncated');
    return this.take(Number(length));
  }

  rest() {
    return this.take(this.remaining);
  }

  finish() {
    if (this.remaining > 0) throw new Refusal('wire.trailing_bytes');
  }
}

module.exports = { Reader };
