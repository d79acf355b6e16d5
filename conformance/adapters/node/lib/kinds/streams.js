'use strict';
// Vector kinds of streams: opening them; frames of a peer in turn, and an application that reads all it can.

const { accept } = require('../outcomes');
const { atStage, refusalOf } = require('../refusal');
const { hex } = require('../bytes');
const { RequestError } = require('../input');
const { TYPE } = require('../codec/frame-types');
const { decodeData } = require('../codec/data');
const { STREAM_CONTROL } = require('../codec/stream-control');
const { DEFAULT_PARAMETERS } = require('../codec/parameters');
const { StreamOpener } = require('../streams/stream-opener');
const { StreamReceiver, readStream } = require('../streams/stream-receiver');

const FIRST_CUSTOM = 0x80;
const LAST_STREAM = 65_535;
const MOST_STREAMS = 65_535;
const PARAMETERS = ['initial_session_credit', 'initial_stream_credit', 'max_streams', 'max_message_bytes'];
// What drops a piece; every other refusal closes the session.
const DROPS = 'stream.too_many_gaps';

function parametersOf(input) {
  const named = PARAMETERS.filter((name) => input.has(name)).map((name) => [name, input.integer(name)]);
  return { ...DEFAULT_PARAMETERS, ...Object.fromEntries(named) };
}

function frameOf(item) {
  const frame = {
    type: item.count('type', 0xff), stream: item.count('stream', LAST_STREAM), payload: item.bytes('payload'),
  };
  const hasStream = [TYPE.DATA, TYPE.STREAM_CONTROL].includes(frame.type) || frame.type >= FIRST_CUSTOM;
  if (!hasStream || frame.stream === 0) throw new RequestError('frames must be those of streams');
  return frame;
}

function offer(receiver, { type, stream, payload }) {
  if (type === TYPE.STREAM_CONTROL) {
    const message = atStage('message', () => STREAM_CONTROL.decode(payload));
    atStage('stream', () => receiver.takeControl(stream, message));
  } else {
    const message = atStage('message', () => decodeData(payload));
    atStage('stream', () => receiver.takeData(stream, type, message));
  }
}

// The first refusal that closes the session is the answer, and so is any refusal of the last frame.
function offerAll(receiver, frames) {
  frames.forEach((frame, index) => {
    const refusal = refusalOf(() => offer(receiver, frame));
    const passes = refusal === null || (refusal.reason === DROPS && index < frames.length - 1);
    if (!passes) throw refusal;
  });
}

function streamToJson(stream, { messages, partial, end }) {
  const complete = messages.map(({ type, bytes }) => ({ type, bytes: hex(bytes) }));
  return { stream: stream.id, messages: complete, partial: hex(partial), end };
}

function repliesOf({ id, resetCode, stopCode }) {
  const owed = [['reset', resetCode], ['stop', stopCode]].filter(([, code]) => code !== null);
  return owed.map(([message, code]) => ({ stream: id, message, code: String(code) }));
}

function roleOf(input) {
  const role = input.text('role');
  if (!['initiator', 'responder'].includes(role)) throw new RequestError('role must be initiator or responder');
  return role;
}

function streamReceive(input) {
  const parameters = parametersOf(input);
  const receiver = new StreamReceiver(roleOf(input) === 'initiator', parameters);
  const frames = input.listOfMembers('frames').map(frameOf);
  if (frames.length === 0) throw new RequestError('frames must not be empty');
  const whole = input.has('whole') && input.flag('whole');
  offerAll(receiver, frames);
  const opened = receiver.streams.filter(({ isRefused }) => !isRefused);
  const mostWhole = whole ? parameters.max_message_bytes : null;
  const streams = opened.map((stream) => streamToJson(stream, readStream(stream, mostWhole)));
  return accept({ streams, replies: receiver.streams.flatMap(repliesOf) });
}

// What is refused once stays refused, as no stream closes; so a count of any size comes to an end.
function streamOpen(input) {
  const most = input.count('max_streams', MOST_STREAMS);
  const count = input.integer('count');
  if (most === 0 || count === 0n) throw new RequestError('max_streams and count must not be 0');
  const opener = new StreamOpener(roleOf(input) === 'initiator', most);
  let stream;
  for (let opened = 0n; opened < count; opened += 1n) stream = atStage('command', () => opener.open());
  return accept({ stream });
}

module.exports = [
  ['stream.open', streamOpen],
  ['stream.receive', streamReceive],
];
