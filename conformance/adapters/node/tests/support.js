'use strict';
// What the tests share: asking in process, short forms of the expected answers, seeded random values.

const assert = require('node:assert/strict');
const { answerLine } = require('../lib/protocol');

// The reply to one vector, without its id.
function ask(kind, input) {
  const reply = JSON.parse(answerLine(JSON.stringify({ id: 1, op: 'vector', kind, in: input })));
  assert.equal(reply.id, 1);
  delete reply.id;
  return reply;
}

// The `out` of a vector that must be accepted.
function out(kind, input) {
  const reply = ask(kind, input);
  assert.equal(reply.outcome, 'accept', JSON.stringify(reply));
  return reply.out;
}

function assertRejected(kind, input, stage, reason) {
  assert.deepEqual(ask(kind, input), { outcome: 'reject', stage, reason });
}

const repeat = (byte, count) => byte.repeat(count);

// A small generator of numbers (mulberry32): the same seed gives the same values on every machine.
function randomSource(seed) {
  let state = seed >>> 0;
  const below = (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
  const bytes = (count) => Buffer.from(Array.from({ length: count }, () => below(256)));
  // Of every size, not mostly of the largest.
  const u64 = () => BigInt(`0x${bytes(8).toString('hex')}`) >> BigInt(below(64));
  return { below, bytes, u64, hex: (count) => bytes(count).toString('hex'), flag: () => below(2) === 1 };
}

// One bit of the bytes, flipped.
function flipBit(hex, bit) {
  const bytes = Buffer.from(hex, 'hex');
  bytes[bit >> 3] ^= 1 << (bit & 7);
  return bytes.toString('hex');
}

function varintHex(value) {
  return out('varint.encode', { value: String(value) }).bytes;
}

module.exports = { ask, out, assertRejected, repeat, randomSource, flipBit, varintHex };
