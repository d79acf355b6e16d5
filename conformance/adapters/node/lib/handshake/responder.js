'use strict';
// The responder (docs/spec/handshake.md, the table "Responder"), without time: any number of handshakes, each by
// itself.

const { Refusal } = require('../refusal');
const { hex, equal, isZero } = require('../bytes');
const { TYPE } = require('../codec/frame-types');
const { parseWholeFrame } = require('../codec/frame-parser');
const { decodeHandshakeMessage, encodeResponse } = require('../codec/handshake-messages');
const { openFrame } = require('../crypto/sealed-frame');
const { x25519, x25519Public } = require('../crypto/primitives');
const schedule = require('../crypto/key-schedule');
const { SessionReceiver } = require('../session/receiver');
const { HalfOpenTable } = require('./half-open-table');
const steps = require('./steps');

const RESPONSE_FRAME_BYTES = 196;

class Responder {
  #identity;
  #pairs;
  #entropy;
  #accepts;
  #handshakes = new HalfOpenTable();
  // Of the handshake that came to a session last.
  established = null;

  // accepts: whether a proven node id may be the peer.
  constructor({ identity, pairs, entropy, accepts }) {
    this.#identity = identity;
    //= STT-IDENTITY-009
    this.#pairs = new Map(pairs.map((pair) => [hex(pair.hint), pair]));
    this.#entropy = entropy;
    this.#accepts = accepts;
  }

  // The frames by which one frame of a peer is answered.
  //= STT-HANDSHAKE-080
  receive(bytes) {
    const frame = parseWholeFrame(bytes);
    if (frame.type === TYPE.HANDSHAKE) return [this.#onHello(frame)];
    const entries = this.#handshakes.ofSession(frame.sessionId);
    //= STT-SESSION-010
    if (entries.length === 0) throw new Refusal('session.unknown_session');
    if (frame.type === TYPE.AUTH) return [firstThatOpens(entries, (entry) => this.#onAuthProof(entry, frame))];
    firstThatOpens(entries, (entry) => this.#onSessionFrame(entry, frame));
    return [];
  }

  //= STT-HANDSHAKE-054
  #onHello(frame) {
    const pair = this.#pairs.get(hex(frame.hint));
    //= STT-HANDSHAKE-030
    if (pair === undefined) throw new Refusal('handshake.unknown_hint');
    const h1 = schedule.transcriptNext(schedule.transcriptStart(pair.psk), frame.whole);
    const known = this.#handshakes.ofHello(h1);
    if (known !== undefined) return answerCopyOfHello(known);
    //= STT-HANDSHAKE-023
    if (frame.whole.length < RESPONSE_FRAME_BYTES) throw new Refusal('handshake.hello_too_short');
    const hello = decodeHandshakeMessage('hello', openFrame(schedule.helloKey(pair.psk), frame));
    this.#judgeHello(hello);
    return this.#respond(pair, h1, hello);
  }

  //= STT-HANDSHAKE-035
  #judgeHello({ nodeIdI, versions, suites }) {
    //= STT-HANDSHAKE-032
    if (equal(nodeIdI, this.#identity.nodeId)) throw new Refusal('handshake.own_node_id');
    //= STT-HANDSHAKE-009
    //= STT-HANDSHAKE-011
    if (!versions.includes(steps.VERSION)) throw new Refusal('handshake.no_common_version');
    if (!suites.includes(steps.SUITE)) throw new Refusal('handshake.no_common_suite');
  }

  #respond(pair, h1, { nonceI, nodeIdI, ephemeralI }) {
    const scalar = this.#entropy.draw('response.ephemeral');
    //= STT-HANDSHAKE-034
    const shared = x25519(scalar, ephemeralI);
    const { nonceR, sessionId } = this.#drawNonce(nonceI, nodeIdI);
    const payload = encodeResponse({
      version: steps.VERSION,
      suite: steps.SUITE,
      nonceR,
      nodeIdR: this.#identity.nodeId,
      ephemeralR: x25519Public(scalar),
      nonceI,
    });
    const nonce = this.#entropy.draw('response.frame_nonce');
    const response = steps.handshakeFrame(schedule.responseKey(pair.psk, h1), pair.hint, nonce, payload);
    const h2 = schedule.transcriptNext(h1, response);
    const agreed = steps.agree({ psk: pair.psk, h2, shared, sessionId, peer: nodeIdI });
    this.#handshakes.addHalfOpen({ state: 'response_sent', h1, pair, response, agreed });
    return response;
  }

  //= STT-HANDSHAKE-041
  #drawNonce(nonceI, nodeIdI) {
    for (;;) {
      const nonceR = this.#entropy.draw('response.nonce');
      const sessionId = schedule.sessionIdOf({ nonceI, nonceR, nodeIdI, nodeIdR: this.#identity.nodeId });
      if (!isZero(sessionId) && !this.#handshakes.isSessionIdInUse(sessionId, nodeIdI)) return { nonceR, sessionId };
    }
  }

  #onAuthProof(entry, frame) {
    if (entry.state === 'final_sent' && equal(frame.whole, entry.authProof)) {
      //= STT-HANDSHAKE-063
      return entry.final;
    }
    //= STT-HANDSHAKE-053
    if (entry.state !== 'response_sent') throw new Refusal('handshake.unexpected_message');
    const { agreed } = entry;
    //= STT-HANDSHAKE-016
    const message = steps.judgeAuth({
      name: 'auth_proof',
      key: agreed.authI2r,
      frame,
      sessionId: agreed.sessionId,
      peer: agreed.peer,
      label: steps.INITIATOR_LABEL,
      transcript: agreed.h2,
      accepts: this.#accepts,
      opened: () => this.#handshakes.remove(entry),
    });
    const final = this.#buildFinal(agreed, frame.whole);
    this.#handshakes.addSession(entry);
    const receiver = new SessionReceiver(agreed.chainI2r);
    Object.assign(entry, { state: 'final_sent', authProof: frame.whole, final, receiver });
    this.established = steps.establishedOf(agreed, message);
    return final;
  }

  //= STT-HANDSHAKE-017
  #buildFinal(agreed, authProof) {
    return steps.buildAuth({
      name: 'final',
      key: agreed.authR2i,
      sessionId: agreed.sessionId,
      privateKey: this.#identity.privateKey,
      label: steps.RESPONDER_LABEL,
      transcript: schedule.transcriptNext(agreed.h2, authProof),
      nonce: this.#entropy.draw('final.frame_nonce'),
    });
  }

  #onSessionFrame(entry, frame) {
    //= STT-HANDSHAKE-048
    if (entry.receiver === undefined) throw new Refusal('session.unknown_session');
    entry.receiver.receive(frame);
    //= STT-HANDSHAKE-065
    Object.assign(entry, { state: 'established', authProof: null, final: null });
  }
}

// A HELLO is known by h1 as long as its handshake is; a state that waits for none drops it.
//= STT-HANDSHAKE-062
function answerCopyOfHello(entry) {
  if (entry.state !== 'response_sent') throw new Refusal('handshake.unexpected_message');
  return entry.response;
}

// Handshakes with different peers can have one session id; opening tells whose a frame is. One at least is given.
function firstThatOpens(entries, attempt) {
  for (const entry of entries.slice(0, -1)) {
    try {
      return attempt(entry);
    } catch (error) {
      if (!(error instanceof Refusal && error.reason === 'crypto.authentication_failed')) throw error;
    }
  }
  return attempt(entries[entries.length - 1]);
}

module.exports = { Responder };
