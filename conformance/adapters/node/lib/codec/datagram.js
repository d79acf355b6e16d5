'use strict';
// A datagram: one or more whole frames (docs/spec/wire.md, "Datagram").

const { Refusal, atStage } = require('../refusal');
const { parseFrame } = require('./frame-parser');

// All frames, in order. The first one that is malformed or not all there is refused, by its number.
//= STT-DATAGRAM-001
//= STT-DATAGRAM-003
//= STT-DATAGRAM-008
function parseDatagram(bytes) {
  const frames = [];
  let start = 0;
  while (start < bytes.length) {
    const frame = atStage(`frame ${frames.length + 1}`, () => {
      const parsed = parseFrame(bytes.subarray(start));
      //= STT-DATAGRAM-004
      if (parsed.frame === undefined) throw new Refusal('wire.frame_incomplete');
      return parsed.frame;
    });
    frames.push(frame);
    start += frame.whole.length;
  }
  return frames;
}

module.exports = { parseDatagram };
