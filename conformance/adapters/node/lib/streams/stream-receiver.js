'use strict';
// The streams that a peer opens in one session, as their receiver sees them before it reads
// (docs/spec/streams.md): ids, limits, credit, and what is owed in answer.

const { Refusal } = require('../refusal');
const { ReceiveHalf } = require('./receive-half');

const CODE = Object.freeze({ refused: 0x0503n, messageTooLarge: 0x050dn });

class Stream {
  // Codes of what is owed to the peer, or null.
  resetCode = null;
  stopCode = null;

  constructor(id, credit, isRefused) {
    this.id = id;
    this.isRefused = isRefused;
    this.half = new ReceiveHalf(credit, !isRefused);
  }

  //= STT-STREAM-056
  answerReset(code) {
    this.resetCode ??= code;
  }

  //= STT-STREAM-023
  get counts() {
    return !(this.half.everythingReceived && this.resetCode !== null);
  }
}

class StreamReceiver {
  #streams = new Map();
  #parameters;
  #peerParity;
  #used = 0n;

  // parameters: of the receiver, BigInt by name.
  constructor(isInitiator, parameters) {
    this.#parameters = parameters;
    this.#peerParity = isInitiator ? 0 : 1;
  }

  // All streams by id, the refused ones too.
  get streams() {
    return [...this.#streams.values()].sort((a, b) => a.id - b.id);
  }

  // A data message that was decoded.
  takeData(id, type, message) {
    const { half } = this.#streamOf(id);
    const high = message.offset + BigInt(message.bytes.length) + (message.endOfMessage ? 1n : 0n);
    half.judgePosition(high);
    const growth = half.growth(high);
    this.#judgeSession(growth);
    half.take(message, type);
    this.#used += growth;
  }

  // A stream-control message that was decoded. OPEN has opened; CREDIT concerns who sends.
  takeControl(id, { name, values }) {
    const stream = this.#streamOf(id);
    if (name === 'close') this.#close(stream, values.get('final_position'));
    else if (name === 'reset') this.#reset(stream, values.get('code'), values.get('final_position'));
    else if (name === 'stop') stream.answerReset(values.get('code'));
  }

  #close({ half }, position) {
    half.judgeFinal(position);
    this.#judgeSession(half.growth(position));
    half.close(position);
  }

  #reset(stream, code, position) {
    stream.half.judgeFinal(position);
    const growth = stream.half.growth(position);
    this.#judgeSession(growth);
    stream.half.reset(position);
    this.#used += growth;
    //= STT-STREAM-026
    if (code === CODE.refused) stream.answerReset(code);
  }

  //= STT-FLOW-003
  #judgeSession(growth) {
    if (this.#used + growth > this.#parameters.initial_session_credit) {
      throw new Refusal('stream.session_credit_exceeded');
    }
  }

  //= STT-STREAM-019
  //= STT-STREAM-020
  #streamOf(id) {
    const known = this.#streams.get(id);
    if (known !== undefined) return known;
    if (id % 2 !== this.#peerParity) throw new Refusal('stream.not_opened');
    const isRefused = !this.#hasRoom();
    const stream = new Stream(id, this.#parameters.initial_stream_credit, isRefused);
    //= STT-STREAM-025
    if (isRefused) stream.answerReset(CODE.refused);
    this.#streams.set(id, stream);
    return stream;
  }

  //= STT-STREAM-023
  #hasRoom() {
    const most = this.#parameters.max_streams;
    const taken = [...this.#streams.values()].filter(({ isRefused }) => !isRefused);
    return taken.filter(({ counts }) => counts).length < most && taken.length < 2n * most;
  }
}

// What an application reads of a stream: { messages: [{ type, bytes }], partial, end }. With mostWhole, the largest
// message that is taken, it awaits whole messages; else it reads in parts.
function readStream(stream, mostWhole = null) {
  if (stream.half.wasReset) return { messages: [], partial: Buffer.alloc(0), end: 'stream.reset' };
  const messages = [];
  let parts = [];
  let size = 0;
  for (const { bytes, ends, type } of stream.half.readable()) {
    parts.push(bytes);
    size += bytes.length;
    //= STT-STREAM-013
    //= STT-STREAM-014
    if (mostWhole !== null && size > mostWhole) {
      stream.stopCode = CODE.messageTooLarge;
      return { messages, partial: Buffer.alloc(0), end: 'stream.message_too_large' };
    }
    if (ends) {
      messages.push({ type, bytes: Buffer.concat(parts) });
      [parts, size] = [[], 0];
    }
  }
  return { messages, partial: mostWhole === null ? Buffer.concat(parts) : Buffer.alloc(0), end: endOf(stream, size) };
}

//= STT-STREAM-045
function endOf({ half }, unendedBytes) {
  if (!half.isComplete) return 'open';
  return unendedBytes > 0 ? 'stream.message_incomplete' : 'stream.closed';
}

module.exports = { StreamReceiver, readStream };
