'use strict';
// The initiator of one handshake (docs/spec/handshake.md, the table "Initiator"), without time: nothing is sent again.
// It is given parsed frames that are meant for it.

const { Refusal, refusalOf } = require('../refusal');
const { equal, isZero } = require('../bytes');
const { decodeHandshakeMessage, encodeHello } = require('../codec/handshake-messages');
const { openFrame } = require('../crypto/sealed-frame');
const { x25519, x25519Public } = require('../crypto/primitives');
const schedule = require('../crypto/key-schedule');
const { SessionReceiver } = require('../session/receiver');
const steps = require('./steps');

// HELLO of one version and one suite: a frame of 1,200 bytes.
//= STT-HANDSHAKE-022
const PADDING = 1_032;

class Initiator {
  #identity;
  #pair;
  #entropy;
  #accepts;
  #isSessionIdInUse;
  #state = 'idle';
  #hello = null;
  #agreed = null;
  #h3 = null;
  #receiver = null;

  // accepts: whether a proven node id may be the peer. isSessionIdInUse: whether a session or half-open handshake
  // with a peer has that id.
  constructor({ identity, pair, entropy, accepts, isSessionIdInUse }) {
    this.#identity = identity;
    this.#pair = pair;
    this.#entropy = entropy;
    this.#accepts = accepts;
    this.#isSessionIdInUse = isSessionIdInUse;
  }

  // The HELLO frame.
  //= STT-HANDSHAKE-020
  start() {
    const nonceI = this.#entropy.draw('hello.nonce');
    const scalar = this.#entropy.draw('hello.ephemeral');
    //= STT-HANDSHAKE-008
    const payload = encodeHello({
      versions: Buffer.from([steps.VERSION]),
      suites: Buffer.from([steps.SUITE]),
      nonceI,
      nodeIdI: this.#identity.nodeId,
      ephemeralI: x25519Public(scalar),
      padding: PADDING,
    });
    const { psk, hint } = this.#pair;
    const nonce = this.#entropy.draw('hello.frame_nonce');
    const frame = steps.handshakeFrame(schedule.helloKey(psk), hint, nonce, payload);
    this.#hello = { nonceI, scalar, h1: schedule.transcriptNext(schedule.transcriptStart(psk), frame) };
    this.#state = 'hello_sent';
    return frame;
  }

  // Whether an AUTH or session frame of this id is for this handshake or its session.
  hasSession(sessionId) {
    return this.#agreed !== null && equal(sessionId, this.#agreed.sessionId);
  }

  hasSessionWith(sessionId, peer) {
    return this.hasSession(sessionId) && equal(peer, this.#agreed.peer);
  }

  // The text of a frame that is the RESPONSE to this HELLO, or null: which handshake a RESPONSE is for shows only in
  // opening it.
  //= STT-HANDSHAKE-055
  openResponse(frame) {
    const { psk, hint } = this.#pair;
    if (this.#state !== 'hello_sent' || !equal(frame.hint, hint)) return null;
    let payload = null;
    refusalOf(() => { payload = openFrame(schedule.responseKey(psk, this.#hello.h1), frame); });
    return payload;
  }

  // AUTH_PROOF, for the text that openResponse has given.
  //= STT-HANDSHAKE-056
  onResponse(frame, payload) {
    const { psk } = this.#pair;
    const { nonceI, scalar, h1 } = this.#hello;
    const response = decodeHandshakeMessage('response', payload);
    this.#judgeResponse(response);
    const { nodeId: nodeIdI } = this.#identity;
    const { nonceR, nodeIdR: peer } = response;
    const sessionId = schedule.sessionIdOf({ nonceI, nonceR, nodeIdI, nodeIdR: peer });
    //= STT-HANDSHAKE-039
    const isUsable = !isZero(sessionId) && !this.#isSessionIdInUse(sessionId, peer);
    if (!isUsable) throw new Refusal('handshake.session_id_unusable');
    //= STT-HANDSHAKE-038
    const shared = x25519(scalar, response.ephemeralR);
    const h2 = schedule.transcriptNext(h1, frame.whole);
    return this.#prove(steps.agree({ psk, h2, shared, sessionId, peer }));
  }

  //= STT-HANDSHAKE-040
  #judgeResponse({ version, suite, nonceI, nodeIdR }) {
    //= STT-HANDSHAKE-033
    if (equal(nodeIdR, this.#identity.nodeId)) throw new Refusal('handshake.own_node_id');
    //= STT-HANDSHAKE-037
    if (!equal(nonceI, this.#hello.nonceI)) throw new Refusal('handshake.wrong_challenge');
    //= STT-HANDSHAKE-036
    if (version !== steps.VERSION || suite !== steps.SUITE) throw new Refusal('handshake.not_offered');
  }

  //= STT-HANDSHAKE-016
  #prove(agreed) {
    const frame = steps.buildAuth({
      name: 'auth_proof',
      key: agreed.authI2r,
      sessionId: agreed.sessionId,
      privateKey: this.#identity.privateKey,
      label: steps.INITIATOR_LABEL,
      transcript: agreed.h2,
      nonce: this.#entropy.draw('auth_proof.frame_nonce'),
    });
    this.#agreed = agreed;
    this.#h3 = schedule.transcriptNext(agreed.h2, frame);
    this.#hello = null;
    this.#state = 'proof_sent';
    return frame;
  }

  // What is established, by an AUTH frame of this session id.
  onAuth(frame) {
    //= STT-HANDSHAKE-053
    if (this.#state !== 'proof_sent') throw new Refusal('handshake.unexpected_message');
    const agreed = this.#agreed;
    //= STT-HANDSHAKE-017
    const peerParameters = steps.judgeAuth({
      name: 'final',
      key: agreed.authR2i,
      frame,
      sessionId: agreed.sessionId,
      peer: agreed.peer,
      label: steps.RESPONDER_LABEL,
      transcript: this.#h3,
      accepts: this.#accepts,
      opened: () => { this.#state = 'failed'; },
    });
    this.#receiver = new SessionReceiver(agreed.chainR2i);
    this.#state = 'established';
    return steps.establishedOf(agreed, peerParameters);
  }

  onSessionFrame(frame) {
    //= STT-HANDSHAKE-048
    if (this.#state !== 'established') throw new Refusal('session.unknown_session');
    this.#receiver.receive(frame);
  }
}

module.exports = { Initiator };
