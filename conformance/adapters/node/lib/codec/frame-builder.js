'use strict';
// Lays out a frame. What comes out is judged by the parser, so there is one set of rules and one order of them.

const { encodeVarint } = require('./varint');
const { parseFrame, TAG_BYTES, NONCE_BYTES } = require('./frame-parser');

const MAGIC_AND_VERSION = Buffer.from([0x53, 0x54, 0x01]);

// fields: type, sessionId, streamId, sequence, hint or epoch, payload, nonce, tag. The answer is the parsed frame;
// frame.whole are its bytes.
//= STT-FRAME-001
//= STT-FRAME-004
function buildFrame(fields) {
  const selector = fields.hint ?? encodeVarint(fields.epoch);
  const body = Buffer.concat([
    Buffer.from([fields.type]),
    fields.sessionId,
    encodeVarint(fields.streamId),
    encodeVarint(fields.sequence),
    encodeVarint(selector.length + NONCE_BYTES + TAG_BYTES),
    fields.payload,
    selector,
    fields.nonce,
    fields.tag,
  ]);
  return parseFrame(Buffer.concat([MAGIC_AND_VERSION, encodeVarint(body.length), body])).frame;
}

module.exports = { buildFrame };
