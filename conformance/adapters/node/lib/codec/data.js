'use strict';
// The data message: payload of DATA, and of custom frames on a stream (docs/spec/streams.md, "Positions").

const { Refusal } = require('../refusal');
const { U64_MAX } = require('../bytes');
const { Reader } = require('./reader');
const { encodeVarint } = require('./varint');

const END_OF_MESSAGE = 0x01;

function judgeData({ endOfMessage, offset, bytes }) {
  //= STT-STREAM-007
  if (bytes.length === 0 && !endOfMessage) throw new Refusal('wire.data_empty');
  //= STT-STREAM-008
  //= STT-STREAM-009
  const end = offset + BigInt(bytes.length) + (endOfMessage ? 1n : 0n);
  if (end > U64_MAX) throw new Refusal('wire.position_overflow');
}

//= STT-STREAM-005
function decodeData(payload) {
  const reader = new Reader(payload);
  const flags = reader.u8();
  //= STT-STREAM-006
  if ((flags & ~END_OF_MESSAGE) !== 0) throw new Refusal('wire.data_flags');
  const message = { endOfMessage: flags === END_OF_MESSAGE, offset: reader.varint(), bytes: reader.rest() };
  judgeData(message);
  return message;
}

function encodeData(message) {
  judgeData(message);
  const flags = Buffer.from([message.endOfMessage ? END_OF_MESSAGE : 0]);
  return Buffer.concat([flags, encodeVarint(message.offset), message.bytes]);
}

module.exports = { decodeData, encodeData };
