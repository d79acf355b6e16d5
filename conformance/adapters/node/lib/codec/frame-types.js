'use strict';
// The frame types and the rules that hang on them (the second table of docs/spec/wire.md).

const TYPE = Object.freeze({ HANDSHAKE: 0x01, DATA: 0x02, CONTROL: 0x03, STREAM_CONTROL: 0x04, AUTH: 0x05 });
const FIRST_CUSTOM = 0x80;
const MAX_STREAM_ID = 65_535n;

//= STT-FRAME-007
//= STT-FRAME-008
function isReserved(type) {
  return type === 0 || (type > TYPE.AUTH && type < FIRST_CUSTOM);
}

// HANDSHAKE and AUTH frames: at most 1,200 bytes, sequence 0.
function isOfHandshake(type) {
  return type === TYPE.HANDSHAKE || type === TYPE.AUTH;
}

function fitsStreamId(type, streamId) {
  //= STT-FRAME-011
  if (streamId > MAX_STREAM_ID) return false;
  //= STT-FRAME-012
  if (isOfHandshake(type) || type === TYPE.CONTROL) return streamId === 0n;
  //= STT-FRAME-013
  if (type === TYPE.DATA || type === TYPE.STREAM_CONTROL) return streamId !== 0n;
  return true;
}

module.exports = { TYPE, isReserved, isOfHandshake, fitsStreamId };
