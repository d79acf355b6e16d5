'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { ask, out, assertRejected } = require('./support');

const pairs = (ranges) => ranges.map(([smallest, largest]) => [String(smallest), String(largest)]);
const report = (...sequences) => out('ack.report', { sequences: sequences.map(String) }).ranges;
const ack = (...ranges) => out('control.encode', { message: 'ack', delay_us: '0', ranges: pairs(ranges) }).bytes;
const given = (sent, skipped, acks) => ({ sent, skipped: skipped.map(String), acks });
const acknowledged = (...input) => out('ack.receive', given(...input)).acknowledged.map(Number);

//= STT-RECOVERY-005 test
test('ack.report: the newest ranges first, 64 at most', () => {
  assert.deepEqual(report(5, 0, 1, 9, 1, 2), pairs([[9, 9], [5, 5], [0, 2]]));
  const last = '18446744073709551615';
  assert.deepEqual(report(last, 7), pairs([[last, last], [7, 7]]));
  const apart = Array.from({ length: 66 }, (_, index) => 2 * index);
  const falling = apart.map((sequence) => [sequence, sequence]).reverse();
  assert.deepEqual(report(...apart), pairs(falling.slice(0, 64)));
  assert.deepEqual(report(...apart, 129, 127, 1).pop(), ['0', '2']);
});

test('ack.receive: what is acknowledged for the first time', () => {
  assert.deepEqual(acknowledged(5, [], [ack([0, 4])]), [0, 1, 2, 3, 4]);
  assert.deepEqual(acknowledged(10, [], [ack([7, 7]), ack([8, 9], [0, 3]), ack([0, 9])]), [4, 5, 6]);
  assert.deepEqual(acknowledged(10, [], [ack([3, 9]), ack([5, 6])]), []);
  assert.deepEqual(acknowledged(3, [1], [ack([2, 3], [0, 0])]), [0, 2, 3]);
});

//= STT-CONTROL-009 test
//= STT-FRAME-031 test
test('ack.receive: what was never sent', () => {
  for (const [skipped, ...acks] of [
    [[], ack([3, 3])], [[1], ack([0, 2])], [[1], ack([4, 4])], [[0, 1], ack([3, 3], [1, 1])],
    [[], ack([0, 0]), ack([9, 9])], [[], ack([9, 9]), ack([0, 0])], [[3], ack([3, 3])],
  ]) assertRejected('ack.receive', given(3, skipped, acks), 'ack', 'session.ack_never_sent');
  assertRejected('ack.receive', given(0, [], [ack([0, 0])]), 'ack', 'session.ack_never_sent');
  assertRejected('ack.receive', given(3, [], ['0100000001']), 'message', 'wire.ack_ranges');
  assert.equal(ask('ack.receive', given(3, [], ['02'])).outcome, 'error');
  assert.equal(ask('ack.receive', given(3, [], [])).outcome, 'error');
});
