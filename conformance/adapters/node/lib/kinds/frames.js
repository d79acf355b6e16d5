'use strict';
// Vector kinds of varint, frame and datagram.

const { accept, needMore } = require('../outcomes');
const { atStage } = require('../refusal');
const { hex } = require('../bytes');
const { RequestError } = require('../input');
const { decodeVarint, encodeVarint } = require('../codec/varint');
const { isReserved, TYPE } = require('../codec/frame-types');
const { parseFrame } = require('../codec/frame-parser');
const { buildFrame } = require('../codec/frame-builder');
const { FrameAssembler } = require('../codec/frame-assembler');
const { parseDatagram } = require('../codec/datagram');
const { sealFrame, openFrame } = require('../crypto/sealed-frame');
const { frameToJson, frameFromJson } = require('./forms');

function varintDecode(input) {
  const { value, next } = atStage('varint', () => decodeVarint(input.bytes('bytes')));
  return accept({ value: String(value), consumed: next });
}

function varintEncode(input) {
  return accept({ bytes: hex(encodeVarint(input.integer('value'))) });
}

function frameDecode(input) {
  const parsed = atStage('frame', () => parseFrame(input.bytes('bytes')));
  return parsed.frame === undefined ? needMore(parsed.needMore) : accept(frameToJson(parsed.frame));
}

// A frame of a type that exists needs the key selector of that type; which one a reserved type has, nobody can say.
function frameFields(input) {
  const fields = frameFromJson(input);
  const fits = isReserved(fields.type) || (fields.type === TYPE.HANDSHAKE) === (fields.hint !== undefined);
  if (!fits) throw new RequestError('HANDSHAKE has a hint, every other type an epoch');
  return fields;
}

function frameEncode(input) {
  const fields = { ...frameFields(input), tag: input.bytes('tag', 16) };
  return accept({ bytes: hex(atStage('frame', () => buildFrame(fields)).whole) });
}

// A frame in a list.
const wholeOf = (frame) => hex(frame.whole);

// Positions where one piece ends and the next begins, never falling.
function piecesOf(bytes, cuts) {
  const ends = [...cuts, BigInt(bytes.length)];
  let start = 0n;
  return ends.map((end) => {
    if (end < start || end > BigInt(bytes.length)) throw new RequestError('cuts must rise and lie within bytes');
    const piece = bytes.subarray(Number(start), Number(end));
    start = end;
    return piece;
  });
}

//= STT-FRAME-020
function frameStream(input) {
  const pieces = piecesOf(input.bytes('bytes'), input.listOfIntegers('cuts'));
  const assembler = new FrameAssembler();
  const frames = pieces.filter((piece) => piece.length > 0).flatMap((piece) => assembler.push(piece));
  return accept({ frames: frames.map(wholeOf), waiting: hex(assembler.waiting), at_least: assembler.atLeast });
}

function datagramDecode(input) {
  return accept({ frames: parseDatagram(input.bytes('bytes')).map(wholeOf) });
}

function frameSeal(input) {
  const fields = frameFields(input);
  return accept({ bytes: hex(atStage('frame', () => sealFrame(input.bytes('key', 32), fields))) });
}

function frameOpen(input) {
  const key = input.bytes('key', 32);
  const parsed = atStage('frame', () => parseFrame(input.bytes('bytes')));
  if (parsed.frame === undefined) return needMore(parsed.needMore);
  return accept({ payload: hex(atStage('open', () => openFrame(key, parsed.frame))) });
}

module.exports = [
  ['varint.decode', varintDecode],
  ['varint.encode', varintEncode],
  ['frame.decode', frameDecode],
  ['frame.encode', frameEncode],
  ['frame.stream', frameStream],
  ['datagram.decode', datagramDecode],
  ['frame.seal', frameSeal],
  ['frame.open', frameOpen],
];
