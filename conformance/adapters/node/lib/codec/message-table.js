'use strict';
// Messages of one type byte and some fields: a table of them makes a decoder and an encoder. CONTROL and STREAM_CONTROL
// are such tables.

const { Refusal } = require('../refusal');
const { isZero } = require('../bytes');
const { Reader } = require('./reader');
const { encodeVarint, lengthPrefixed } = require('./varint');
const { decodeAckRanges, encodeAckRanges } = require('./ack-ranges');

const MAX_REASON = 256;

//= STT-CONTROL-021
function judgeReason(length) {
  if (length > MAX_REASON) throw new Refusal('wire.reason_too_long');
}

// A field is judged once it is there whole: a reason that is cut off is truncated, however long it would be.
//= STT-ERROR-008
function decodeReason(reader) {
  const reason = reader.lengthPrefixed();
  judgeReason(reason.length);
  return reason;
}

function encodeReason(bytes) {
  judgeReason(bytes.length);
  return lengthPrefixed(bytes);
}

//= STT-CONTROL-011
function decodePadding(reader) {
  const padding = reader.rest();
  if (!isZero(padding)) throw new Refusal('wire.control_padding');
  return padding.length;
}

const FIELD_KINDS = Object.freeze({
  varint: { decode: (reader) => reader.varint(), encode: encodeVarint },
  data8: { decode: (reader) => reader.take(8), encode: (bytes) => bytes },
  reason: { decode: decodeReason, encode: encodeReason },
  padding: { decode: decodePadding, encode: (count) => Buffer.alloc(count) },
  ackRanges: { decode: decodeAckRanges, encode: encodeAckRanges },
});

class MessageTable {
  #byType;
  #byName;
  #unknownType;

  // messages: { type, name, fields: [[field name, a key of FIELD_KINDS]] }
  constructor(messages, unknownType) {
    this.#byType = new Map(messages.map((message) => [message.type, message]));
    this.#byName = new Map(messages.map((message) => [message.name, message]));
    this.#unknownType = unknownType;
  }

  // The message of this name, or undefined.
  named(name) {
    return this.#byName.get(name);
  }

  // { name, values: Map of field name to value }
  decode(payload) {
    const reader = new Reader(payload);
    const message = this.#byType.get(reader.u8());
    if (message === undefined) throw new Refusal(this.#unknownType);
    const values = new Map(message.fields.map(([field, kind]) => [field, FIELD_KINDS[kind].decode(reader)]));
    reader.finish();
    return { name: message.name, values };
  }

  encode({ name, values }) {
    const { type, fields } = this.#byName.get(name);
    const encoded = fields.map(([field, kind]) => FIELD_KINDS[kind].encode(values.get(field)));
    return Buffer.concat([Buffer.from([type]), ...encoded]);
  }
}

module.exports = { MessageTable };
