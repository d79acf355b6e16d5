'use strict';
// Sealing and opening of whole frames (docs/spec/wire.md, STT-FRAME-026, -027).

const { seal, open } = require('./primitives');
const { buildFrame } = require('../codec/frame-builder');
const { TAG_BYTES } = require('../codec/frame-parser');

// fields as of buildFrame, without a tag; the payload is the plaintext. The answer is the bytes of the frame. Laid out
// first, so that rules of the layout are judged before anything is sealed.
//= STT-FRAME-026
function sealFrame(key, fields) {
  const { whole, payload, nonce, associated, payloadStart } = buildFrame({ ...fields, tag: Buffer.alloc(TAG_BYTES) });
  const { ciphertext, tag } = seal(key, nonce, associated, payload);
  ciphertext.copy(whole, payloadStart);
  tag.copy(whole, whole.length - TAG_BYTES);
  return whole;
}

// The plaintext payload of a parsed frame.
function openFrame(key, { nonce, associated, payload, tag }) {
  return open(key, nonce, associated, payload, tag);
}

module.exports = { sealFrame, openFrame };
