'use strict';
// The eight parameters of a node (docs/spec/handshake.md, "Parameters"): a record of BigInt by name.

const { Refusal } = require('../refusal');
const { U64_MAX } = require('../bytes');
const { Reader } = require('./reader');
const { encodeVarint, lengthPrefixed } = require('./varint');

const U32_MAX = 0xffff_ffffn;

//= STT-PARAM-001
const PARAMETERS = Object.freeze([
  { id: 1n, name: 'initial_session_credit', least: 0n, most: U64_MAX, preset: 33_554_432n },
  { id: 2n, name: 'initial_stream_credit', least: 0n, most: U64_MAX, preset: 65_536n },
  { id: 3n, name: 'max_streams', least: 1n, most: 65_535n, preset: 64n },
  { id: 4n, name: 'max_frame_bytes', least: 1_200n, most: 2_097_152n, preset: 2_097_152n },
  { id: 5n, name: 'max_message_bytes', least: 1n, most: 1n << 62n, preset: 16_777_216n },
  { id: 6n, name: 'idle_timeout_ms', least: 0n, most: U32_MAX, preset: 30_000n },
  { id: 7n, name: 'max_ack_delay_ms', least: 0n, most: 16_383n, preset: 25n },
  { id: 8n, name: 'keep_alive_ms', least: 0n, most: U32_MAX, preset: 0n },
]);

const BY_ID = new Map(PARAMETERS.map((parameter) => [parameter.id, parameter]));

const DEFAULT_PARAMETERS = Object.freeze(Object.fromEntries(PARAMETERS.map(({ name, preset }) => [name, preset])));

//= STT-PARAM-005
function judgeRange({ least, most }, value) {
  if (value < least || value > most) throw new Refusal('wire.parameter_range');
}

//= STT-PARAM-007
function decodeValue(parameter, bytes) {
  const reader = new Reader(bytes);
  const value = reader.varint();
  reader.finish();
  judgeRange(parameter, value);
  return value;
}

function decodeParameters(bytes) {
  const reader = new Reader(bytes);
  const values = new Map();
  let last = null;
  while (reader.remaining > 0) {
    const id = reader.varint();
    //= STT-PARAM-003
    if (id === last) throw new Refusal('wire.parameter_duplicate');
    //= STT-PARAM-002
    if (last !== null && id < last) throw new Refusal('wire.parameter_order');
    last = id;
    const field = reader.lengthPrefixed();
    const parameter = BY_ID.get(id);
    //= STT-PARAM-004
    if (parameter !== undefined) values.set(parameter.name, decodeValue(parameter, field));
  }
  //= STT-PARAM-006
  if (values.size < PARAMETERS.length) throw new Refusal('wire.parameter_missing');
  return Object.fromEntries(values);
}

function encodeParameters(values) {
  return Buffer.concat(PARAMETERS.flatMap((parameter) => {
    const value = values[parameter.name];
    //= STT-PARAM-010
    judgeRange(parameter, value);
    return [encodeVarint(parameter.id), lengthPrefixed(encodeVarint(value))];
  }));
}

module.exports = { PARAMETERS, DEFAULT_PARAMETERS, decodeParameters, encodeParameters };
