'use strict';
// The ranges of an ACK: { smallest, largest }, falling, with at least one sequence between two of them
// (docs/spec/session.md, "Control messages").

const { Refusal } = require('../refusal');
const { encodeVarint } = require('./varint');

const MAX_RANGES = 64;

function rangeEndingAt(largest, length) {
  const smallest = largest - length;
  //= STT-CONTROL-005
  if (smallest < 0n) throw new Refusal('wire.ack_ranges');
  return { smallest, largest };
}

//= STT-CONTROL-003
function decodeAckRanges(reader) {
  const largest = reader.varint();
  const more = reader.varint();
  //= STT-CONTROL-004
  if (more > BigInt(MAX_RANGES - 1)) throw new Refusal('wire.ack_ranges');
  const ranges = [rangeEndingAt(largest, reader.varint())];
  while (ranges.length <= Number(more)) {
    const end = ranges[ranges.length - 1].smallest - reader.varint() - 2n;
    if (end < 0n) throw new Refusal('wire.ack_ranges');
    ranges.push(rangeEndingAt(end, reader.varint()));
  }
  return ranges;
}

function judgeRanges(ranges) {
  const fit = ranges.length >= 1 && ranges.length <= MAX_RANGES && ranges.every(({ smallest, largest }, index) => (
    smallest <= largest && (index === 0 || largest + 2n <= ranges[index - 1].smallest)
  ));
  if (!fit) throw new Refusal('wire.ack_ranges');
}

function encodeAckRanges(ranges) {
  judgeRanges(ranges);
  const [first, ...further] = ranges;
  const numbers = [first.largest, BigInt(further.length), first.largest - first.smallest];
  let before = first;
  for (const range of further) {
    numbers.push(before.smallest - range.largest - 2n, range.largest - range.smallest);
    before = range;
  }
  return Buffer.concat(numbers.map(encodeVarint));
}

module.exports = { decodeAckRanges, encodeAckRanges };
