'use strict';
// Vector kinds of a session's receiver: the replay window, and the opening of frames in turn.

const { accept } = require('../outcomes');
const { Refusal, atStage } = require('../refusal');
const { hex } = require('../bytes');
const { isOfHandshake } = require('../codec/frame-types');
const { parseWholeFrame } = require('../codec/frame-parser');
const { ReplayWindow } = require('../session/replay-window');
const { SessionReceiver } = require('../session/receiver');
const { offerInTurn } = require('./in-turn');

function replayWindow(input) {
  const window = new ReplayWindow();
  offerInTurn('sequences', input.listOfIntegers('sequences'), (sequence) => {
    atStage('replay', () => window.check(sequence));
    window.mark(sequence);
  });
  return accept();
}

function parseSessionFrame(bytes) {
  const frame = parseWholeFrame(bytes);
  if (isOfHandshake(frame.type)) throw new Refusal('handshake.unexpected_message');
  return frame;
}

function sessionOpen(input) {
  const receiver = new SessionReceiver(input.bytes('chain', 32));
  return accept(offerInTurn('frames', input.listOfBytes('frames'), (bytes) => {
    const frame = atStage('frame', () => parseSessionFrame(bytes));
    return { payload: hex(receiver.receive(frame)), epoch: String(receiver.epoch) };
  }));
}

module.exports = [
  ['replay.window', replayWindow],
  ['session.open', sessionOpen],
];
