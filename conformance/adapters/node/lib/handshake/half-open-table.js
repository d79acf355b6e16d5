'use strict';
// The handshakes of a responder: half-open ones in a bounded number, and those whose FINAL was sent
// (docs/spec/handshake.md, "Handshake: loss, time, limits"). An entry has h1, pair, agreed, and a state.

const { hex, equal } = require('../bytes');

//= STT-HANDSHAKE-070
const MOST_PER_SEED = 1_024;
const MOST = 4_096;

class HalfOpenTable {
  #byHello = new Map();
  #bySession = new Map();
  // Hint to half-open entries, oldest first.
  #halfOpen = new Map();
  #halfOpenCount = 0;

  //= STT-HANDSHAKE-071
  ofHello(h1) {
    return this.#byHello.get(hex(h1));
  }

  // Several peers can have sessions of one id.
  ofSession(sessionId) {
    return [...(this.#bySession.get(hex(sessionId)) ?? [])];
  }

  isSessionIdInUse(sessionId, peer) {
    return this.ofSession(sessionId).some((entry) => equal(entry.agreed.peer, peer));
  }

  addHalfOpen(entry) {
    const hint = hex(entry.pair.hint);
    this.#makeRoom(hint);
    this.addSession(entry);
    setIn(this.#halfOpen, hint).add(entry);
    this.#halfOpenCount += 1;
  }

  // An entry that is not half-open any more, but known by its HELLO and its session id.
  addSession(entry) {
    this.#byHello.set(hex(entry.h1), entry);
    setIn(this.#bySession, hex(entry.agreed.sessionId)).add(entry);
  }

  remove(entry) {
    if (this.#halfOpen.get(hex(entry.pair.hint))?.delete(entry)) this.#halfOpenCount -= 1;
    this.#byHello.delete(hex(entry.h1));
    this.#bySession.get(hex(entry.agreed.sessionId))?.delete(entry);
  }

  //= STT-HANDSHAKE-072
  #makeRoom(hint) {
    const ofSeed = this.#halfOpen.get(hint);
    if (ofSeed !== undefined && ofSeed.size >= MOST_PER_SEED) {
      this.#removeOldest(ofSeed);
    } else if (this.#halfOpenCount >= MOST) {
      this.#removeOldest([...this.#halfOpen.values()].reduce((a, b) => (b.size > a.size ? b : a)));
    }
  }

  #removeOldest(entries) {
    const [oldest] = entries;
    this.remove(oldest);
  }
}

function setIn(map, key) {
  if (!map.has(key)) map.set(key, new Set());
  return map.get(key);
}

module.exports = { HalfOpenTable };
