'use strict';
// The streams that one side opens in a session (docs/spec/streams.md): their ids, and how many there may be.

const { Refusal } = require('../refusal');

const LAST_ID = 65_535;

class StreamOpener {
  #nextId;
  #most;
  #open = 0;

  // most: the smaller max_streams of both sides.
  //= STT-STREAM-016
  constructor(isInitiator, most) {
    this.#nextId = isInitiator ? 1 : 2;
    this.#most = most;
  }

  // The id of one more stream. No id comes back, and none that was opened here closes.
  //= STT-STREAM-017
  //= STT-STREAM-022
  open() {
    //= STT-STREAM-018
    if (this.#nextId > LAST_ID) throw new Refusal('stream.ids_exhausted');
    //= STT-STREAM-024
    if (this.#open >= this.#most) throw new Refusal('stream.limit');
    const id = this.#nextId;
    this.#nextId += 2;
    this.#open += 1;
    return id;
  }
}

module.exports = { StreamOpener };
