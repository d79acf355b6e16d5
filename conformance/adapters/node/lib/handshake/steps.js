'use strict';
// What initiator and responder have in common: their frames, their keys, and the judging of AUTH frames
// (docs/spec/handshake.md).

const { Refusal } = require('../refusal');
const { equal } = require('../bytes');
const { TYPE } = require('../codec/frame-types');
const { decodeHandshakeMessage, encodeAuth } = require('../codec/handshake-messages');
const { DEFAULT_PARAMETERS, decodeParameters } = require('../codec/parameters');
const { sealFrame, openFrame } = require('../crypto/sealed-frame');
const { sign, verify } = require('../crypto/primitives');
const { sessionSecret, secretKeys } = require('../crypto/key-schedule');

const NO_SESSION = Buffer.alloc(8);
const INITIATOR_LABEL = 'STT-1 initiator';
const RESPONDER_LABEL = 'STT-1 responder';

//= STT-HANDSHAKE-010
const VERSION = 0x01;
const SUITE = 0x01;

function handshakeFrame(key, hint, nonce, payload) {
  const fields = { sessionId: NO_SESSION, streamId: 0, sequence: 0, hint, nonce, payload };
  return sealFrame(key, { type: TYPE.HANDSHAKE, ...fields });
}

function authFrame(key, sessionId, nonce, payload) {
  return sealFrame(key, { type: TYPE.AUTH, sessionId, streamId: 0, sequence: 0, epoch: 0, nonce, payload });
}

// Everything that follows from HELLO, RESPONSE and the two ephemerals.
function agree({ psk, h2, shared, sessionId, peer }) {
  return { h2, sessionId, peer, ...secretKeys(sessionSecret(psk, h2, shared)) };
}

// An AUTH_PROOF or FINAL of ours. name: auth_proof or final.
//= STT-PARAM-008
function buildAuth({ name, key, sessionId, privateKey, label, transcript, nonce }) {
  const signature = sign(privateKey, label, transcript);
  const payload = encodeAuth(name, { sessionId, signature, parameters: DEFAULT_PARAMETERS });
  return authFrame(key, sessionId, nonce, payload);
}

// An AUTH_PROOF or FINAL of the peer, as parsed frame: the parameters that the peer, proven, declares. Refusals
// before it has opened leave the handshake as it was; `opened` is called in between.
//= STT-HANDSHAKE-057
function judgeAuth({ name, key, frame, sessionId, peer, label, transcript, accepts, opened }) {
  const payload = openFrame(key, frame);
  opened();
  //= STT-HANDSHAKE-043
  const message = decodeHandshakeMessage(name, payload);
  if (!equal(message.sessionId, sessionId)) throw new Refusal('handshake.session_id_mismatch');
  //= STT-HANDSHAKE-044
  verify(peer, label, transcript, message.signature);
  //= STT-HANDSHAKE-045
  const parameters = decodeParameters(message.parameters);
  //= STT-HANDSHAKE-046
  if (!accepts(peer)) throw new Refusal('handshake.identity_refused');
  return parameters;
}

// What a node knows once the peer is proven.
function establishedOf(agreed, peerParameters) {
  return {
    sessionId: agreed.sessionId,
    peer: agreed.peer,
    chainI2r: agreed.chainI2r,
    chainR2i: agreed.chainR2i,
    peerParameters,
  };
}

module.exports = {
  VERSION,
  SUITE,
  INITIATOR_LABEL,
  RESPONDER_LABEL,
  handshakeFrame,
  agree,
  buildAuth,
  judgeAuth,
  establishedOf,
};
