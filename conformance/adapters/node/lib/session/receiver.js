'use strict';
// One direction of a session as its receiver sees it, up to the opened payload (docs/spec/overview.md, steps 3 to 5).

const { atStage } = require('../refusal');
const { openFrame } = require('../crypto/sealed-frame');
const { ReceiveKeys } = require('./receive-keys');
const { ReplayWindow } = require('./replay-window');

class SessionReceiver {
  #window = new ReplayWindow();
  #keys;

  // isReliable: the session lives on a connection.
  constructor(chain0, isReliable = false) {
    this.#keys = new ReceiveKeys(chain0, isReliable);
  }

  // The epoch that has been followed to.
  get epoch() {
    return this.#keys.epoch;
  }

  // A parsed session frame; its payload. A refusal has changed nothing.
  //= STT-SESSION-011
  receive(frame) {
    const { epoch, sequence } = frame;
    atStage('replay', () => this.#window.check(sequence));
    const generation = atStage('epoch', () => this.#keys.choose(epoch, sequence));
    const payload = atStage('open', () => openFrame(generation.key, frame));
    this.#keys.opened(generation, sequence);
    this.#window.mark(sequence);
    return payload;
  }
}

module.exports = { SessionReceiver };
