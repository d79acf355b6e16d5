'use strict';
// The frame parser. It judges each field as soon as the field is complete (the magic byte by byte), in byte order,
// and never waits for more than it must: the same bytes get the same answer however they were cut (docs/spec/wire.md,
// "Frame").

const { Refusal } = require('../refusal');
const { isZero } = require('../bytes');
const { scanVarint, decodeVarint } = require('./varint');
const { TYPE, isReserved, isOfHandshake, fitsStreamId } = require('./frame-types');

const MAGIC = [0x53, 0x54];
const VERSION = 0x01;
const LENGTH_POSITION = 3;
const MAX_FRAME = 2_097_152;
const MAX_HANDSHAKE_FRAME = 1_200;
const SHORTEST_BODY = 53n;
const SESSION_ID_BYTES = 8;
const HINT_BYTES = 8;
const NONCE_BYTES = 24;
const TAG_BYTES = 16;
const AFTER_SELECTOR = NONCE_BYTES + TAG_BYTES;
const LONGEST_EPOCH = 10;

// Magic, version, length. Answers { needMore } or { bodyStart, total }.
function parseLength(bytes) {
  const available = bytes.length;
  //= STT-FRAME-002
  //= STT-FRAME-020
  if (MAGIC.some((byte, index) => index < available && bytes[index] !== byte)) throw new Refusal('wire.frame_magic');
  //= STT-FRAME-003
  if (available >= 3 && bytes[2] !== VERSION) throw new Refusal('wire.frame_version');
  //= STT-FRAME-021
  if (available <= LENGTH_POSITION) return { needMore: LENGTH_POSITION + 1 - available };
  const length = scanVarint(bytes, LENGTH_POSITION, available);
  if (length === null) return { needMore: 1 };
  //= STT-FRAME-004
  //= STT-FRAME-005
  if (BigInt(length.next) + length.value > BigInt(MAX_FRAME)) throw new Refusal('wire.frame_too_long');
  //= STT-FRAME-006
  if (length.value < SHORTEST_BODY) throw new Refusal('wire.frame_too_short');
  return { bodyStart: length.next, total: length.next + Number(length.value) };
}

//= STT-FRAME-015
function judgeMetadataLength(type, length, restOfFrame) {
  const handshake = BigInt(HINT_BYTES + AFTER_SELECTOR);
  const fits = type === TYPE.HANDSHAKE
    ? length === handshake
    : length > BigInt(AFTER_SELECTOR) && length <= BigInt(AFTER_SELECTOR + LONGEST_EPOCH);
  if (!fits || length > BigInt(restOfFrame)) throw new Refusal('wire.frame_metadata_length');
}

// The fields from the type to metadata_length, of which bytes may hold a part only; null: not all there yet.
//= STT-FRAME-018
//= STT-FRAME-020
function parseHeader(bytes, { bodyStart, total }) {
  const available = bytes.length;
  if (available <= bodyStart) return null;
  const type = bytes[bodyStart];
  if (isReserved(type)) throw new Refusal('wire.frame_type_reserved');
  //= STT-FRAME-009
  if (isOfHandshake(type) && total > MAX_HANDSHAKE_FRAME) throw new Refusal('wire.frame_handshake_too_long');

  const streamStart = bodyStart + 1 + SESSION_ID_BYTES;
  if (available < streamStart) return null;
  const sessionId = bytes.subarray(bodyStart + 1, streamStart);
  //= STT-FRAME-010
  if (isZero(sessionId) !== (type === TYPE.HANDSHAKE)) throw new Refusal('wire.frame_session_id');

  const streamId = scanVarint(bytes, streamStart, available);
  if (streamId === null) return null;
  if (!fitsStreamId(type, streamId.value)) throw new Refusal('wire.frame_stream_id');

  const sequence = scanVarint(bytes, streamId.next, available);
  if (sequence === null) return null;
  //= STT-FRAME-014
  if (isOfHandshake(type) && sequence.value !== 0n) throw new Refusal('wire.frame_sequence');

  const metadataLength = scanVarint(bytes, sequence.next, available);
  if (metadataLength === null) return null;
  judgeMetadataLength(type, metadataLength.value, total - metadataLength.next);
  return {
    type,
    sessionId,
    streamId: Number(streamId.value),
    sequence: sequence.value,
    payloadStart: metadataLength.next,
    selectorStart: total - Number(metadataLength.value),
  };
}

// The epoch stands in exactly these bytes; the nonce begins where they end.
function parseEpoch(type, bytes) {
  //= STT-FRAME-022
  const epoch = decodeVarint(bytes);
  //= STT-FRAME-016
  if (epoch.next !== bytes.length) throw new Refusal('wire.frame_metadata_length');
  //= STT-FRAME-017
  if (type === TYPE.AUTH && epoch.value !== 0n) throw new Refusal('wire.frame_epoch');
  return epoch.value;
}

// A frame whose bytes are all there. Its fields are views of these bytes.
function finishFrame(whole, header) {
  const { type, sessionId, streamId, sequence, payloadStart, selectorStart } = header;
  const tagStart = whole.length - TAG_BYTES;
  const nonceStart = tagStart - NONCE_BYTES;
  const selector = whole.subarray(selectorStart, nonceStart);
  const keySelector = type === TYPE.HANDSHAKE ? { hint: selector } : { epoch: parseEpoch(type, selector) };
  return {
    type,
    sessionId,
    streamId,
    sequence,
    ...keySelector,
    payload: whole.subarray(payloadStart, selectorStart),
    nonce: whole.subarray(nonceStart, tagStart),
    tag: whole.subarray(tagStart),
    //= STT-FRAME-027
    associated: Buffer.concat([whole.subarray(0, payloadStart), selector]),
    whole,
    payloadStart,
  };
}

// The frame at the beginning of bytes: { frame } or { needMore: how many bytes are missing at least }, or a refusal.
// Bytes after the frame are not looked at.
//= STT-FRAME-019
//= STT-FRAME-023
//= STT-FRAME-024
//= STT-FRAME-025
function parseFrame(bytes) {
  const length = parseLength(bytes);
  if (length.needMore !== undefined) return length;
  const whole = bytes.subarray(0, length.total);
  const header = parseHeader(whole, length);
  const missing = length.total - whole.length;
  return missing > 0 ? { needMore: missing } : { frame: finishFrame(whole, header) };
}

// The one frame that bytes are: over UDP no frame spans two datagrams, and here nothing may follow it.
function parseWholeFrame(bytes) {
  const { frame, needMore } = parseFrame(bytes);
  //= STT-DATAGRAM-004
  if (needMore !== undefined) throw new Refusal('wire.frame_incomplete');
  if (frame.whole.length !== bytes.length) throw new Refusal('wire.trailing_bytes');
  return frame;
}

module.exports = { parseFrame, parseWholeFrame, TAG_BYTES, NONCE_BYTES, HINT_BYTES, SESSION_ID_BYTES };
