'use strict';
// HELLO, RESPONSE, AUTH_PROOF, FINAL: the plaintexts of HANDSHAKE and AUTH frames (docs/spec/handshake.md).

const { Refusal } = require('../refusal');
const { isZero } = require('../bytes');
const { Reader } = require('./reader');
const { lengthPrefixed } = require('./varint');
const { encodeParameters } = require('./parameters');

const MESSAGE_TYPE = Object.freeze({ hello: 0x01, response: 0x02, auth_proof: 0x03, final: 0x04 });

//= STT-HANDSHAKE-005
function decodeOffers(reader) {
  const offers = reader.lengthPrefixed();
  if (offers.length === 0) throw new Refusal('wire.handshake_list_empty');
  return offers;
}

//= STT-HANDSHAKE-006
function decodePadding(reader) {
  const padding = reader.lengthPrefixed();
  if (!isZero(padding)) throw new Refusal('wire.handshake_padding');
  return padding.length;
}

//= STT-HANDSHAKE-001
function decodeHello(reader) {
  return {
    versions: decodeOffers(reader),
    suites: decodeOffers(reader),
    nonceI: reader.take(32),
    nodeIdI: reader.take(32),
    ephemeralI: reader.take(32),
    padding: decodePadding(reader),
  };
}

//= STT-HANDSHAKE-002
function decodeResponse(reader) {
  return {
    version: reader.u8(),
    suite: reader.u8(),
    nonceR: reader.take(32),
    nodeIdR: reader.take(32),
    ephemeralR: reader.take(32),
    nonceI: reader.take(32),
  };
}

// The parameters stay bytes: they are judged after the message, and after its signature.
//= STT-HANDSHAKE-003
//= STT-ERROR-008
function decodeAuth(reader) {
  return { sessionId: reader.take(8), signature: reader.take(64), parameters: reader.lengthPrefixed() };
}

const DECODERS = new Map([
  ['hello', decodeHello],
  ['response', decodeResponse],
  ['auth_proof', decodeAuth],
  ['final', decodeAuth],
]);

// name is a key of MESSAGE_TYPE.
//= STT-HANDSHAKE-007
function decodeHandshakeMessage(name, bytes) {
  const reader = new Reader(bytes);
  //= STT-HANDSHAKE-004
  if (reader.u8() !== MESSAGE_TYPE[name]) throw new Refusal('wire.handshake_type');
  const message = DECODERS.get(name)(reader);
  reader.finish();
  return message;
}

function encodeHello({ versions, suites, nonceI, nodeIdI, ephemeralI, padding }) {
  return Buffer.concat([
    Buffer.from([MESSAGE_TYPE.hello]),
    lengthPrefixed(versions),
    lengthPrefixed(suites),
    nonceI,
    nodeIdI,
    ephemeralI,
    lengthPrefixed(Buffer.alloc(padding)),
  ]);
}

function encodeResponse({ version, suite, nonceR, nodeIdR, ephemeralR, nonceI }) {
  const head = Buffer.from([MESSAGE_TYPE.response, version, suite]);
  return Buffer.concat([head, nonceR, nodeIdR, ephemeralR, nonceI]);
}

// name: auth_proof or final; parameters: a record of values.
function encodeAuth(name, { sessionId, signature, parameters }) {
  const type = Buffer.from([MESSAGE_TYPE[name]]);
  return Buffer.concat([type, sessionId, signature, lengthPrefixed(encodeParameters(parameters))]);
}

module.exports = { MESSAGE_TYPE, decodeHandshakeMessage, encodeHello, encodeResponse, encodeAuth };
