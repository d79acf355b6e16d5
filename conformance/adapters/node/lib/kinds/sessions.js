'use strict';
// Vector kinds of one direction of a session: the replay window, the opening of frames in turn, what a sender counts.

const { accept } = require('../outcomes');
const { Refusal, atStage } = require('../refusal');
const { hex } = require('../bytes');
const { isOfHandshake } = require('../codec/frame-types');
const { parseWholeFrame } = require('../codec/frame-parser');
const { ReplayWindow } = require('../session/replay-window');
const { SessionReceiver } = require('../session/receiver');
const { SessionSender } = require('../session/sender');
const { RequestError } = require('../input');
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

const isReliable = (input) => input.has('reliable') && input.flag('reliable');

function sessionOpen(input) {
  const receiver = new SessionReceiver(input.bytes('chain', 32), isReliable(input));
  return accept(offerInTurn('frames', input.listOfBytes('frames'), (bytes) => {
    const frame = atStage('frame', () => parseSessionFrame(bytes));
    return { payload: hex(receiver.receive(frame)), epoch: String(receiver.epoch) };
  }));
}

// Each step gives the frames that it sent.
const SEND_STEPS = new Map([
  ['send', (sender) => [atStage('command', () => sender.send())]],
  ['skip', (sender, step) => {
    const count = step.integer('count');
    atStage('command', () => sender.skip(count));
    return [];
  }],
  ['rotate', (sender) => {
    atStage('command', () => sender.rotate());
    return [];
  }],
  ['acked', (sender, step) => {
    const sequence = step.integer('sequence');
    atStage('ack', () => sender.acknowledge(sequence));
    return [];
  }],
]);

function sessionSend(input) {
  const sender = new SessionSender(isReliable(input));
  const frames = [];
  offerInTurn('steps', input.listOfMembers('steps'), (step) => {
    const take = SEND_STEPS.get(step.text('do'));
    if (take === undefined) throw new RequestError('do must be send, skip, rotate or acked');
    frames.push(...take(sender, step));
  });
  const shown = frames.map(({ sequence, epoch }) => ({ sequence: String(sequence), epoch: String(epoch) }));
  return accept({ frames: shown });
}

module.exports = [
  ['replay.window', replayWindow],
  ['session.open', sessionOpen],
  ['session.send', sessionSend],
];
