'use strict';
// Vector kinds of binary streams: sealing and opening one segment, cutting a source, putting a stream together.

const { accept } = require('../outcomes');
const { atStage } = require('../refusal');
const { hex } = require('../bytes');
const { RequestError } = require('../input');
const { streamContext, sealSegment, parseSegment, openSegment, PREFIX_BYTES, MOST_DATA } = require('../segments/segment');
const { encodeStream } = require('../segments/stream-encoder');
const { StreamDecoder, WIDEST_WINDOW } = require('../segments/stream-decoder');
const { offerInTurn } = require('./in-turn');

function contextOf(input) {
  const key = input.bytes('key', 32);
  return atStage('segment', () => streamContext(key, input.bytes('context_id')));
}

function segmentSeal(input) {
  const context = contextOf(input);
  const segment = {
    noncePrefix: input.bytes('nonce_prefix', PREFIX_BYTES),
    sequence: input.integer('sequence'),
    end: input.flag('end'),
    bounded: input.flag('bounded'),
    text: input.bytes('text'),
  };
  return accept({ bytes: hex(atStage('segment', () => sealSegment(context, segment))) });
}

function segmentOpen(input) {
  const context = contextOf(input);
  const segment = atStage('segment', () => parseSegment(input.integer('sequence'), input.bytes('bytes')));
  const text = atStage('open', () => openSegment(context, segment));
  return accept({ end: segment.end, bounded: segment.bounded, text: hex(text) });
}

function positive(input, name, most) {
  const count = input.count(name, most);
  if (count === 0) throw new RequestError(`${name} must be 1 at least`);
  return count;
}

function segmentSource(input) {
  const context = contextOf(input);
  const source = {
    noncePrefix: input.bytes('nonce_prefix', PREFIX_BYTES),
    segmentBytes: positive(input, 'segment_bytes', MOST_DATA),
    pieces: input.listOfBytes('pieces'),
    size: input.has('size') ? input.integer('size') : null,
  };
  return accept({ segments: atStage('source', () => encodeStream(context, source)).map(hex) });
}

function segmentStream(input) {
  const window = input.has('window') ? positive(input, 'window', WIDEST_WINDOW) : undefined;
  const decoder = new StreamDecoder(contextOf(input), window);
  const segments = input.listOfBytes('segments');
  const sequences = input.listOfIntegers('sequences');
  if (segments.length !== sequences.length) throw new RequestError('each segment needs a sequence');
  const pieces = [];
  offerInTurn('segments', segments.map((bytes, index) => [sequences[index], bytes]), ([sequence, bytes]) => {
    for (const piece of decoder.accept(sequence, bytes)) pieces.push(piece);
  });
  return accept({ bytes: hex(Buffer.concat(pieces)), complete: decoder.complete });
}

module.exports = [
  ['segment.seal', segmentSeal],
  ['segment.open', segmentOpen],
  ['segment.source', segmentSource],
  ['segment.stream', segmentStream],
];
