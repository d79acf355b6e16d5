'use strict';
// Vector kinds of the WebSocket transport.

const { accept } = require('../outcomes');
const { atStage } = require('../refusal');
const { hex } = require('../bytes');
const { parseMessage } = require('../websocket/messages');
const { parseUrl } = require('../websocket/url');

function websocketMessage(input) {
  const frames = atStage('message', () => parseMessage(input.bytes('bytes')));
  return accept({ frames: frames.map(({ whole }) => hex(whole)) });
}

function websocketUrl(input) {
  return accept(atStage('url', () => parseUrl(input.text('url'))));
}

module.exports = [
  ['websocket.message', websocketMessage],
  ['websocket.url', websocketUrl],
];
