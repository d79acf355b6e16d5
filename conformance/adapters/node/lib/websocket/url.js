'use strict';
// The URL of a WebSocket: ws://HOST[:PORT][/PATH][?QUERY], or wss (docs/spec/websocket.md, "Connections").

const { isIPv6 } = require('node:net');
const { Refusal } = require('../refusal');

const SCHEMES = Object.freeze([
  { prefix: 'ws://', tls: false, port: 80 },
  { prefix: 'wss://', tls: true, port: 443 },
]);
const MOST_PORT = 65_535;
const NAME = /^[A-Za-z0-9._-]+$/;
const PORT = /^:[0-9]{1,5}$/;
// Printable ASCII without a space or a fragment, so that no URL ends the line of the request that it is put into.
const NOT_OF_TARGET = /[^\x21-\x7e]|#/;

const malformed = () => new Refusal('websocket.url_malformed');

//= STT-WS-019
function parseUrl(text) {
  const scheme = SCHEMES.find(({ prefix }) => text.slice(0, prefix.length).toLowerCase() === prefix);
  if (scheme === undefined) throw malformed();
  const rest = text.slice(scheme.prefix.length);
  const length = rest.search(/[/?#]/);
  const authority = length < 0 ? rest : rest.slice(0, length);
  const { host, after } = hostOf(authority);
  return { tls: scheme.tls, host, port: portOf(after, scheme.port), target: targetOf(rest.slice(authority.length)) };
}

function hostOf(authority) {
  if (authority.startsWith('[')) {
    const close = authority.indexOf(']');
    const address = authority.slice(1, Math.max(close, 1));
    if (address.includes('%') || !isIPv6(address)) throw malformed();
    return { host: address, after: authority.slice(close + 1) };
  }
  const colon = authority.indexOf(':');
  const host = colon < 0 ? authority : authority.slice(0, colon);
  if (!NAME.test(host)) throw malformed();
  return { host, after: authority.slice(host.length) };
}

function portOf(text, preset) {
  if (text === '') return preset;
  const port = PORT.test(text) ? Number(text.slice(1)) : 0;
  if (port < 1 || port > MOST_PORT) throw malformed();
  return port;
}

function targetOf(text) {
  if (NOT_OF_TARGET.test(text)) throw malformed();
  return text.startsWith('/') ? text : `/${text}`;
}

module.exports = { parseUrl };
