'use strict';
// Puts a binary stream together from segments in any order (docs/spec/primitives.md, "BinaryStreamDecoder"). What
// becomes contiguous comes out of accept(), so nothing is ever unread (STT-DECODER-012 has nothing to refuse).

const { Refusal, atStage } = require('../refusal');
const { equal } = require('../bytes');
const { Reader } = require('../codec/reader');
const { parseSegment, openSegment } = require('./segment');

//= STT-DECODER-004
const WINDOW = 1_024;
const WIDEST_WINDOW = 65_536;
//= STT-DECODER-011
const MOST_WAITING_BYTES = 16 * 1_048_576;

class StreamDecoder {
  #context;
  #window;
  #first = null;
  #firstMissing = 0n;
  #highest = null;
  #waiting = new Map();
  #waitingBytes = 0;
  #takenBytes = 0n;
  #takenSegments = 0n;
  #end = null;

  // window: how many segments from the first missing one may be held.
  constructor(context, window = WINDOW) {
    this.#context = context;
    this.#window = BigInt(window);
  }

  // All is there, and the end segment says so.
  //= STT-DECODER-008
  get complete() {
    return this.#end !== null && this.#firstMissing === this.#end.sequence;
  }

  // The pieces of data that have become contiguous by this segment. A refusal has changed nothing.
  //= STT-DECODER-001
  accept(sequence, bytes) {
    const segment = atStage('segment', () => parseSegment(sequence, bytes));
    const isCopy = atStage('place', () => {
      this.#judgeEncoder(segment);
      return segment.end ? this.#judgePlaceOfEnd(segment) : this.#judgePlaceOfData(segment);
    });
    //= STT-DECODER-003
    const text = atStage('open', () => openSegment(this.#context, segment));
    if (isCopy) return [];
    const take = segment.end ? () => this.#takeEnd(sequence, text) : () => this.#takeData(sequence, text);
    const pieces = atStage('end', take);
    this.#first ??= { noncePrefix: Buffer.from(segment.noncePrefix), bounded: segment.bounded };
    return pieces;
  }

  //= STT-DECODER-005
  //= STT-DECODER-013
  #judgeEncoder({ noncePrefix, bounded }) {
    if (this.#first === null) return;
    const ours = equal(noncePrefix, this.#first.noncePrefix) && bounded === this.#first.bounded;
    if (!ours) throw new Refusal('primitives.segment_foreign');
  }

  // Whether the segment is a copy of one that was taken.
  #judgePlaceOfData({ sequence }) {
    //= STT-DECODER-006
    if (this.#end !== null && sequence >= this.#end.sequence) throw new Refusal('primitives.segment_past_end');
    if (sequence < this.#firstMissing || this.#waiting.has(sequence)) return true;
    const isTurn = sequence === this.#firstMissing;
    const isFull = this.#waitingBytes >= MOST_WAITING_BYTES;
    if (sequence >= this.#firstMissing + this.#window || (isFull && !isTurn)) {
      throw new Refusal('primitives.segment_beyond_window');
    }
    return false;
  }

  // An end segment has no window: nothing of it waits.
  #judgePlaceOfEnd({ sequence }) {
    if (this.#end !== null && sequence === this.#end.sequence) return true;
    const isAboveAll = this.#end === null && (this.#highest === null || sequence > this.#highest);
    if (!isAboveAll) throw new Refusal('primitives.segment_past_end');
    return false;
  }

  #takeData(sequence, text) {
    const bytes = this.#takenBytes + BigInt(text.length);
    if (this.#end !== null) judgeTotals(this.#end, bytes, this.#takenSegments + 1n);
    this.#takenBytes = bytes;
    this.#takenSegments += 1n;
    if (this.#highest === null || sequence > this.#highest) this.#highest = sequence;
    this.#waiting.set(sequence, text);
    this.#waitingBytes += text.length;
    return this.#release();
  }

  //= STT-DECODER-014
  #takeEnd(sequence, text) {
    const end = { sequence, ...decodeEnd(text) };
    if (end.segments !== sequence) throw new Refusal('primitives.segment_end');
    judgeTotals(end, this.#takenBytes, this.#takenSegments);
    this.#end = end;
    return [];
  }

  //= STT-DECODER-002
  //= STT-DECODER-007
  #release() {
    const pieces = [];
    for (let piece; (piece = this.#waiting.get(this.#firstMissing)) !== undefined; this.#firstMissing += 1n) {
      this.#waiting.delete(this.#firstMissing);
      this.#waitingBytes -= piece.length;
      pieces.push(piece);
    }
    return pieces;
  }
}

// What was taken, against what the end says: never above its total, and not below it once all segments are there.
function judgeTotals(end, takenBytes, takenSegments) {
  const isBroken = takenBytes > end.bytes || (takenSegments === end.segments && takenBytes !== end.bytes);
  if (isBroken) throw new Refusal('primitives.segment_end');
}

// Total bytes and number of segments, and nothing else.
//= STT-ENCODER-011
//= STT-DECODER-015
function decodeEnd(text) {
  const reader = new Reader(text);
  const end = { bytes: reader.varint(), segments: reader.varint() };
  reader.finish();
  return end;
}

module.exports = { StreamDecoder, WIDEST_WINDOW };
