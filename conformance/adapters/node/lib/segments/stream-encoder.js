'use strict';
// Cuts what a source gives into segments (docs/spec/primitives.md, "BinaryStreamEncoder").

const { Refusal } = require('../refusal');
const { encodeVarint } = require('../codec/varint');
const { sealSegment } = require('./segment');

function cut(bytes, most) {
  const texts = [];
  for (let at = 0; at < bytes.length; at += most) texts.push(bytes.subarray(at, at + most));
  return texts;
}

// The segments of a source that gives `pieces`, pauses between two of them, and then ends. size: null in live mode.
//= STT-ENCODER-007
//= STT-ENCODER-013
function encodeStream(context, { noncePrefix, segmentBytes, pieces, size }) {
  const whole = Buffer.concat(pieces);
  const bounded = size !== null;
  //= STT-ENCODER-010
  if (bounded && BigInt(whole.length) < size) throw new Refusal('primitives.source_too_short');
  if (bounded && BigInt(whole.length) > size) throw new Refusal('primitives.source_too_long');
  //= STT-ENCODER-009
  const texts = (bounded ? [whole] : pieces).flatMap((run) => cut(run, segmentBytes));
  //= STT-ENCODER-011
  const totals = Buffer.concat([encodeVarint(whole.length), encodeVarint(texts.length)]);
  const sealed = (text, index) => (
    sealSegment(context, { noncePrefix, sequence: BigInt(index), end: index === texts.length, bounded, text })
  );
  return [...texts, totals].map(sealed);
}

module.exports = { encodeStream };
