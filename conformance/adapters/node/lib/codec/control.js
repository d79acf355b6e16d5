'use strict';
// The control messages: payload of a CONTROL frame (docs/spec/session.md, "Control messages").

const { Refusal } = require('../refusal');
const { MessageTable } = require('./message-table');

//= STT-CONTROL-001
//= STT-CONTROL-002
const CONTROL = new MessageTable([
  { type: 0x01, name: 'ack', fields: [['delay_us', 'varint'], ['ranges', 'ackRanges']] },
  { type: 0x02, name: 'ping', fields: [['padding', 'padding']] },
  { type: 0x03, name: 'pong', fields: [['sequence', 'varint']] },
  { type: 0x04, name: 'session_credit', fields: [['position', 'varint']] },
  { type: 0x05, name: 'path_challenge', fields: [['data', 'data8']] },
  { type: 0x06, name: 'path_response', fields: [['data', 'data8']] },
  { type: 0x07, name: 'close', fields: [['code', 'varint'], ['reason', 'reason']] },
  { type: 0x08, name: 'error', fields: [['code', 'varint'], ['reason', 'reason']] },
], 'wire.control_type');

// ACK, PATH_CHALLENGE and PATH_RESPONSE exist over UDP only.
const UDP_ONLY = new Set([0x01, 0x05, 0x06]);

// For the plaintext of a CONTROL frame that came by a connection.
//= STT-WS-015
function judgeOnConnection(payload) {
  if (UDP_ONLY.has(payload[0])) throw new Refusal('wire.control_type');
}

module.exports = { CONTROL, judgeOnConnection };
