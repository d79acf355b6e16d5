'use strict';
// The stream-control messages: payload of a STREAM_CONTROL frame (docs/spec/streams.md, "STREAM_CONTROL").

const { MessageTable } = require('./message-table');

//= STT-STREAM-050
//= STT-STREAM-051
const STREAM_CONTROL = new MessageTable([
  { type: 0x01, name: 'open', fields: [] },
  { type: 0x02, name: 'close', fields: [['final_position', 'varint']] },
  { type: 0x03, name: 'reset', fields: [['code', 'varint'], ['final_position', 'varint']] },
  { type: 0x04, name: 'credit', fields: [['position', 'varint']] },
  { type: 0x05, name: 'stop', fields: [['code', 'varint']] },
], 'wire.stream_control_type');

module.exports = { STREAM_CONTROL };
