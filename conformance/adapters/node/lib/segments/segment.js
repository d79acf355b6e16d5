'use strict';
// One segment of a binary stream (docs/spec/primitives.md, "BinaryStreamEncoder"):
//     kind u8 | ciphertext | nonce 24 | tag 16

const { Refusal } = require('../refusal');
const { u64 } = require('../bytes');
const { kdf, seal, open, sequencedNonce } = require('../crypto/primitives');
const { lengthPrefixed } = require('../codec/varint');

const END = 0x01;
const BOUNDED = 0x02;
const NONCE_BYTES = 24;
const PREFIX_BYTES = 16;
const TAG_BYTES = 16;
const OVERHEAD = 1 + NONCE_BYTES + TAG_BYTES;
const MOST_DATA = 1_048_576;
const LONGEST_CONTEXT_ID = 256;

//= STT-ENCODER-018
function judgeSize(dataBytes) {
  if (dataBytes < 1) throw new Refusal('primitives.segment_too_short');
  if (dataBytes > MOST_DATA) throw new Refusal('primitives.segment_too_long');
}

// The context of one stream: { contextId, key }.
//= STT-ENCODER-004
//= STT-ENCODER-017
function streamContext(applicationKey, contextId) {
  if (contextId.length > LONGEST_CONTEXT_ID) throw new Refusal('base.invalid_argument');
  return { contextId, key: kdf(applicationKey, 'stream', contextId) };
}

//= STT-ENCODER-006
function associatedOf({ contextId }, kind, sequence) {
  return Buffer.concat([lengthPrefixed(contextId), Buffer.from([kind]), u64(sequence)]);
}

//= STT-ENCODER-003
//= STT-ENCODER-005
function sealSegment(context, { noncePrefix, sequence, end, bounded, text }) {
  judgeSize(text.length);
  const kind = (end ? END : 0) | (bounded ? BOUNDED : 0);
  const nonce = sequencedNonce(noncePrefix, sequence);
  const { ciphertext, tag } = seal(context.key, nonce, associatedOf(context, kind, sequence), text);
  return Buffer.concat([Buffer.from([kind]), ciphertext, nonce, tag]);
}

// The form of a segment, before it is opened: size, kind, nonce, in this order.
function parseSegment(sequence, bytes) {
  judgeSize(bytes.length - OVERHEAD);
  const [kind] = bytes;
  const nonceStart = bytes.length - NONCE_BYTES - TAG_BYTES;
  const prefixEnd = nonceStart + PREFIX_BYTES;
  const tagStart = nonceStart + NONCE_BYTES;
  //= STT-DECODER-010
  if ((kind & ~(END | BOUNDED)) !== 0) throw new Refusal('primitives.segment_kind');
  if (bytes.readBigUInt64BE(prefixEnd) !== sequence) throw new Refusal('primitives.segment_nonce');
  return {
    sequence,
    kind,
    end: (kind & END) !== 0,
    bounded: (kind & BOUNDED) !== 0,
    ciphertext: bytes.subarray(1, nonceStart),
    noncePrefix: bytes.subarray(nonceStart, prefixEnd),
    nonce: bytes.subarray(nonceStart, tagStart),
    tag: bytes.subarray(tagStart),
  };
}

// The plaintext of a parsed segment.
function openSegment(context, { sequence, kind, nonce, ciphertext, tag }) {
  return open(context.key, nonce, associatedOf(context, kind, sequence), ciphertext, tag);
}

module.exports = { streamContext, sealSegment, parseSegment, openSegment, PREFIX_BYTES, MOST_DATA };
