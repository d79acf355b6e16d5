'use strict';
// The responder (docs/spec/handshake.md, the table "Responder"), without time: any number of handshakes, each by
// itself. It is given parsed frames that are meant for it.

const { Refusal, refusalOf } = require('../refusal');
const { equal, isZero } = require('../bytes');
const { decodeHandshakeMessage, encodeResponse } = require('../codec/handshake-messages');
const { TYPE } = require('../codec/frame-types');
const { judgeOnConnection } = require('../codec/control');
const { openFrame } = require('../crypto/sealed-frame');
const { x25519, x25519Public, refuseLowOrder } = require('../crypto/primitives');
const schedule = require('../crypto/key-schedule');
const { SessionReceiver } = require('../session/receiver');
const { HalfOpenTable } = require('./half-open-table');
const { isConnection, ofCarrier } = require('./carrier');
const steps = require('./steps');

const RESPONSE_FRAME_BYTES = 196;

class Responder {
  #identity;
  #entropy;
  #accepts;
  #isSessionIdInUse;
  #handshakes = new HalfOpenTable();
  // Those on which a session is Active.
  #activeCarriers = new Set();

  // accepts: whether a proven node id may be the peer. isSessionIdInUse: whether a session or half-open handshake
  // with a peer has that id.
  constructor({ identity, entropy, accepts, isSessionIdInUse }) {
    this.#identity = identity;
    this.#entropy = entropy;
    this.#accepts = accepts;
    this.#isSessionIdInUse = isSessionIdInUse;
  }

  // The handshakes and sessions of this id, each with one peer and one carrier.
  ofSession(sessionId) {
    return this.#handshakes.ofSession(sessionId);
  }

  // Of these the sessions.
  //= STT-HANDSHAKE-048
  sessionsOf(sessionId) {
    return this.ofSession(sessionId).filter(({ receiver }) => receiver !== undefined);
  }

  hasSessionOn(carrier) {
    return this.#activeCarriers.has(carrier);
  }

  hasSessionWith(sessionId, peer) {
    return this.#handshakes.isSessionIdInUse(sessionId, peer);
  }

  // For a HANDSHAKE frame of this pair: { response }, or { failure } if it does not open as a HELLO. What opens and
  // breaks a rule is refused.
  //= STT-HANDSHAKE-054
  onHello(pair, frame, carrier) {
    const h1 = schedule.transcriptNext(schedule.transcriptStart(pair.psk), frame.whole);
    const known = this.#handshakes.ofHello(h1);
    if (known !== undefined) return { response: answerCopyOfHello(...ofCarrier([known], carrier)) };
    let payload;
    const failure = refusalOf(() => { payload = openHello(pair, frame); });
    if (failure !== null) return { failure };
    const hello = decodeHandshakeMessage('hello', payload);
    this.#judgeHello(hello);
    return { response: this.#respond({ pair, h1, carrier }, hello) };
  }

  //= STT-HANDSHAKE-035
  #judgeHello({ nodeIdI, versions, suites, ephemeralI }) {
    //= STT-HANDSHAKE-032
    if (equal(nodeIdI, this.#identity.nodeId)) throw new Refusal('handshake.own_node_id');
    //= STT-HANDSHAKE-009
    //= STT-HANDSHAKE-011
    if (!versions.includes(steps.VERSION)) throw new Refusal('handshake.no_common_version');
    if (!suites.includes(steps.SUITE)) throw new Refusal('handshake.no_common_suite');
    //= STT-HANDSHAKE-034
    refuseLowOrder(ephemeralI);
  }

  #respond({ pair, h1, carrier }, { nonceI, nodeIdI, ephemeralI }) {
    const { nonceR, sessionId } = this.#drawNonce(nonceI, nodeIdI);
    const scalar = this.#entropy.draw('response.ephemeral');
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
    const shared = x25519(scalar, ephemeralI);
    const agreed = steps.agree({ psk: pair.psk, h2, shared, sessionId, peer: nodeIdI });
    this.#handshakes.addHalfOpen({ state: 'response_sent', h1, pair, carrier, response, agreed });
    return response;
  }

  //= STT-HANDSHAKE-041
  #drawNonce(nonceI, nodeIdI) {
    for (;;) {
      const nonceR = this.#entropy.draw('response.nonce');
      const sessionId = schedule.sessionIdOf({ nonceI, nonceR, nodeIdI, nodeIdR: this.#identity.nodeId });
      if (!isZero(sessionId) && !this.#isSessionIdInUse(sessionId, nodeIdI)) return { nonceR, sessionId };
    }
  }

  // For an AUTH frame of the entry's session id: { final, established }, the latter null for a copy.
  onAuth(entry, frame) {
    if (entry.state === 'final_sent' && equal(frame.whole, entry.authProof)) {
      //= STT-HANDSHAKE-063
      return { final: entry.final, established: null };
    }
    //= STT-HANDSHAKE-053
    if (entry.state !== 'response_sent') throw new Refusal('handshake.unexpected_message');
    const { agreed } = entry;
    //= STT-HANDSHAKE-016
    const peerParameters = steps.judgeAuth({
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
    this.#activeCarriers.add(entry.carrier);
    const receiver = new SessionReceiver(agreed.chainI2r, isConnection(entry.carrier));
    Object.assign(entry, { state: 'final_sent', authProof: frame.whole, final, receiver });
    return { final, established: steps.establishedOf(agreed, peerParameters) };
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

  // For an entry of sessionsOf.
  onSessionFrame(entry, frame) {
    const payload = entry.receiver.receive(frame);
    //= STT-HANDSHAKE-065
    Object.assign(entry, { state: 'established', authProof: null, final: null });
    if (isConnection(entry.carrier) && frame.type === TYPE.CONTROL) judgeOnConnection(payload);
  }
}

// A HELLO is known by h1 as long as its handshake is; a state that waits for none drops it.
//= STT-HANDSHAKE-062
function answerCopyOfHello(entry) {
  if (entry.state !== 'response_sent') throw new Refusal('handshake.unexpected_message');
  return entry.response;
}

function openHello({ psk }, frame) {
  //= STT-HANDSHAKE-023
  if (frame.whole.length < RESPONSE_FRAME_BYTES) throw new Refusal('handshake.hello_too_short');
  return openFrame(schedule.helloKey(psk), frame);
}

module.exports = { Responder };
