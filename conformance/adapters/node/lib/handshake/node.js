'use strict';
// A whole node, as far as handshakes go: initiator of one, by UDP, and responder of any number, by any carrier. It
// tells whose a frame is.

const { Refusal } = require('../refusal');
const { hex } = require('../bytes');
const { TYPE } = require('../codec/frame-types');
const { parseWholeFrame } = require('../codec/frame-parser');
const { parseMessage } = require('../websocket/messages');
const { Initiator } = require('./initiator');
const { Responder } = require('./responder');
const { UDP, isConnection, ofCarrier } = require('./carrier');

class HandshakeNode {
  #pairs;
  #responder;
  #initiator = null;
  #newInitiator;
  // Of the handshake that came to a session last.
  established = null;

  // accepts: whether a proven node id may be the peer.
  constructor({ identity, pairs, entropy, accepts }) {
    //= STT-IDENTITY-009
    this.#pairs = new Map(pairs.map((pair) => [hex(pair.hint), pair]));
    const isSessionIdInUse = (sessionId, peer) => this.#isSessionIdInUse(sessionId, peer);
    const common = { identity, entropy, accepts, isSessionIdInUse };
    this.#responder = new Responder(common);
    this.#newInitiator = (pair) => new Initiator({ ...common, pair });
  }

  // Begins a handshake under the first seed: the HELLO frame.
  start() {
    const [pair] = this.#pairs.values();
    if (pair === undefined) throw new Refusal('handshake.unknown_seed');
    this.#initiator = this.#newInitiator(pair);
    return this.#initiator.start();
  }

  // The frames by which one frame of a peer is answered, by the carrier that it came by.
  //= STT-HANDSHAKE-080
  receive(bytes, carrier = UDP) {
    const frame = isConnection(carrier) ? this.#parseMessage(bytes, carrier) : parseWholeFrame(bytes);
    if (frame.type === TYPE.HANDSHAKE) return [this.#onHandshake(frame, carrier)];
    if (frame.type === TYPE.AUTH) return this.#onAuth(frame, carrier);
    this.#onSessionFrame(frame, carrier);
    return [];
  }

  #parseMessage(bytes, carrier) {
    const [frame, ...more] = parseMessage(bytes, this.#responder.hasSessionOn(carrier));
    if (more.length > 0) throw new Refusal('wire.trailing_bytes');
    return frame;
  }

  //= STT-HANDSHAKE-058
  #onHandshake(frame, carrier) {
    const pair = this.#pairs.get(hex(frame.hint));
    //= STT-HANDSHAKE-030
    if (pair === undefined) throw new Refusal('handshake.unknown_hint');
    const { response, failure } = this.#responder.onHello(pair, frame, carrier);
    if (response !== undefined) return response;
    const payload = this.#initiator?.openResponse(frame) ?? null;
    if (payload === null) throw failure;
    return this.#initiator.onResponse(frame, payload);
  }

  #onAuth(frame, carrier) {
    const { sessionId } = frame;
    //= STT-HANDSHAKE-053
    const [established, ...sent] = this.#offer(sessionId, carrier, 'handshake.unexpected_message', {
      entries: this.#responder.ofSession(sessionId),
      asInitiator: () => [this.#initiator.onAuth(frame)],
      asResponder: (entry) => {
        const { final, established: made } = this.#responder.onAuth(entry, frame);
        return [made, final];
      },
    });
    this.established = established ?? this.established;
    return sent;
  }

  #onSessionFrame(frame, carrier) {
    const { sessionId } = frame;
    //= STT-SESSION-010
    this.#offer(sessionId, carrier, 'session.unknown_session', {
      entries: this.#responder.sessionsOf(sessionId),
      asInitiator: () => this.#initiator.onSessionFrame(frame),
      asResponder: (entry) => this.#responder.onSessionFrame(entry, frame),
    });
  }

  // Handshakes with different peers can have one session id; opening tells whose a frame is.
  #offer(sessionId, carrier, reasonIfNone, { entries, asInitiator, asResponder }) {
    const named = entries.map((entry) => ({ carrier: entry.carrier, attempt: () => asResponder(entry) }));
    if (this.#initiator?.hasSession(sessionId)) named.unshift({ carrier: UDP, attempt: asInitiator });
    if (named.length === 0) throw new Refusal(reasonIfNone);
    return firstThatOpens(ofCarrier(named, carrier).map(({ attempt }) => attempt));
  }

  #isSessionIdInUse(sessionId, peer) {
    const asInitiator = this.#initiator?.hasSessionWith(sessionId, peer) ?? false;
    return asInitiator || this.#responder.hasSessionWith(sessionId, peer);
  }
}

// One attempt at least is given.
function firstThatOpens(attempts) {
  for (const attempt of attempts.slice(0, -1)) {
    try {
      return attempt();
    } catch (error) {
      if (!(error instanceof Refusal && error.reason === 'crypto.authentication_failed')) throw error;
    }
  }
  return attempts[attempts.length - 1]();
}

module.exports = { HandshakeNode };
