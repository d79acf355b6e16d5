'use strict';
// A binary message of a WebSocket connection: one or more whole frames (docs/spec/websocket.md).

const { Refusal } = require('../refusal');
const { parseDatagram } = require('../codec/datagram');

const MOST_BYTES = 16 * 1_048_576;
// Until a session is Active on the connection.
const MOST_EARLY_BYTES = 1_200;

//= STT-WS-002
//= STT-WS-007
//= STT-WS-017
function parseMessage(bytes, isActive = true) {
  if (bytes.length > (isActive ? MOST_BYTES : MOST_EARLY_BYTES)) throw new Refusal('websocket.message_too_long');
  const frames = framesOf(bytes);
  if (frames.length === 0) throw new Refusal('websocket.not_frames');
  return frames;
}

// The frames stand as in a datagram; but here whatever is no frame is one and the same error.
function framesOf(bytes) {
  try {
    return parseDatagram(bytes);
  } catch (error) {
    if (error instanceof Refusal) return [];
    throw error;
  }
}

module.exports = { parseMessage };
