'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { out, assertRejected, repeat } = require('./support');

const FRAME = out('frame.encode', {
  type: 2, session_id: '0102030405060708', stream_id: 1, sequence: '7', epoch: '0', payload: '0102030405',
  nonce: repeat('aa', 24), tag: repeat('bb', 16),
}).bytes;

//= STT-WS-002 test
test('websocket.message: one or more whole frames', () => {
  assert.deepEqual(out('websocket.message', { bytes: FRAME + FRAME }), { frames: [FRAME, FRAME] });
  for (const bytes of ['', FRAME.slice(0, -2), `${FRAME}53`, `${FRAME}00`, `00${FRAME}`, `5355${FRAME.slice(4)}`]) {
    assertRejected('websocket.message', { bytes }, 'message', 'websocket.not_frames');
  }
});

//= STT-WS-017 test
test('websocket.message: 16 MiB at most', () => {
  const { parseMessage } = require('../lib/websocket/messages');
  const frame = Buffer.from(FRAME, 'hex');
  const many = Buffer.concat(Array(Math.ceil((16 * 1_048_576) / frame.length) + 1).fill(frame));
  assert.throws(() => parseMessage(many), { reason: 'websocket.message_too_long' });
});

//= STT-WS-019 test
test('websocket.url: the forms that are taken', () => {
  for (const [url, tls, host, port, target] of [
    ['ws://a', false, 'a', 80, '/'], ['wss://a/', true, 'a', 443, '/'],
    ['wss://10.0.0.1:65535?q', true, '10.0.0.1', 65_535, '/?q'],
    ['ws://My-host_1.example:8080/a//b?c=d&e=/?@:', false, 'My-host_1.example', 8_080, '/a//b?c=d&e=/?@:'],
    ['ws://[2001:db8::1]:1/', false, '2001:db8::1', 1, '/'],
    ['ws://[::ffff:1.2.3.4]', false, '::ffff:1.2.3.4', 80, '/'],
  ]) assert.deepEqual(out('websocket.url', { url }), { tls, host, port, target });
});

test('websocket.url: all others are malformed', () => {
  const urls = [
    '', 'a', 'http://a', 'ws:/a', 'ws://', 'ws:///a', 'ws://:80', 'ws://a:', 'ws://a:/', 'ws://a:0',
    'ws://a:65536', 'ws://a:-1', 'ws://a:1x', 'ws://a:000080', 'ws://u@a', 'ws://u:p@a', 'ws://a#f', 'ws://a/#',
    'ws://a?b#c', 'ws://a b', 'ws://a/b c', 'ws://a/\r\nHost: b', 'ws://a\n', 'ws://a/\n', 'ws://\u00e4',
    'ws://a/\u00e4', 'ws://a/\ud800', 'ws://::1', 'ws://[::1', 'ws://::1]', 'ws://[]', 'ws://[a]', 'ws://[1.2.3.4]',
    'ws://[::1%eth0]', 'ws://[::1]a', 'ws://[[::1]]', ' ws://a', 'ws://a%41', 'ws://a\\b',
  ];
  for (const url of urls) assertRejected('websocket.url', { url }, 'url', 'websocket.url_malformed');
});
