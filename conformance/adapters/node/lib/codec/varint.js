'use strict';
// Varint: unsigned LEB128, 1 to 10 bytes, one form for each value (docs/spec/wire.md).

const { Refusal } = require('../refusal');
const { U64_MAX } = require('../bytes');

const LONGEST = 10;

// Reads a varint from bytes[start..end). Null: the input ends before its last byte.
// Otherwise { value, next }, where next is the position after the last byte.
//= STT-VARINT-006
function scanVarint(bytes, start, end) {
  let value = 0n;
  for (let index = 0; start + index < end; index += 1) {
    const byte = bytes[start + index];
    //= STT-VARINT-005
    if (index === LONGEST - 1 && byte > 1) throw new Refusal('wire.varint_overflow');
    value |= BigInt(byte & 0x7f) << BigInt(7 * index);
    if (byte < 0x80) {
      //= STT-VARINT-004
      if (byte === 0 && index > 0) throw new Refusal('wire.varint_overlong');
      return { value, next: start + index + 1 };
    }
  }
  return null;
}

//= STT-VARINT-001
//= STT-VARINT-003
function decodeVarint(bytes, start = 0, end = bytes.length) {
  const varint = scanVarint(bytes, start, end);
  if (varint === null) throw new Refusal('wire.varint_truncated');
  return varint;
}

//= STT-VARINT-002
function encodeVarint(number) {
  let value = BigInt(number);
  if (value < 0n || value > U64_MAX) throw new RangeError('no varint has this value');
  const bytes = [];
  while (value > 0x7fn) {
    bytes.push(Number(value & 0x7fn) | 0x80);
    value >>= 7n;
  }
  bytes.push(Number(value));
  return Buffer.from(bytes);
}

// LP(x): the length of x as a varint, then x.
function lengthPrefixed(bytes) {
  return Buffer.concat([encodeVarint(bytes.length), bytes]);
}

module.exports = { scanVarint, decodeVarint, encodeVarint, lengthPrefixed };
