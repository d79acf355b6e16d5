'use strict';
// Small helpers for bytes and for integers of 64 bits, which are BigInt everywhere inside.

const U64_MAX = 0xffff_ffff_ffff_ffffn;

function hex(bytes) {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

function u64(value) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}

function isZero(bytes) {
  return bytes.every((byte) => byte === 0);
}

function equal(a, b) {
  return Buffer.compare(a, b) === 0;
}

module.exports = { U64_MAX, hex, u64, isZero, equal };
