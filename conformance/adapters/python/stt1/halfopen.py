"""The responder's table of handshakes: one for each HELLO, bounded in number and age (STT-HANDSHAKE-062 to -072)."""

from . import crypto
from .errors import Refused
from .handshake import Ended, Responder, open_hello

MAX_TOTAL = 4_096
MAX_PER_SEED = 1_024


class Entry:
    """One handshake as responder, when and whence its HELLO came, and by which connection (None: by UDP)."""

    __slots__ = ("responder", "since", "carrier", "responses", "session", "address", "address_again")

    def __init__(self, responder, since, carrier, address):
        self.responder = responder
        self.carrier = carrier
        self.since = since
        self.responses = 1
        self.session = None
        self.address = address
        self.address_again = None

    def path(self, address):
        """Where the session of an AUTH_PROOF from `address` begins: RESPONSE has been sent there (STT-PATH-030)."""
        return address if address == self.address_again else self.address


def of_carrier(found, carrier):
    """Those that live where a frame came from: each ends with the connection of its handshake (STT-WS-004 to -006)."""
    there = [one for one in found if one.carrier == carrier]
    if found and not there:
        raise Refused("session.wrong_transport")
    return there


class HalfOpenTable:
    """Half-open handshakes in the order of their HELLOs, and those whose FINAL is kept."""

    def __init__(self, party, seeds, session_in_use, max_age, max_total=MAX_TOTAL, max_per_seed=MAX_PER_SEED):
        self._party = party
        self._seeds = seeds
        self._session_in_use = session_in_use
        self._max_age = max_age
        self._max_total = max_total
        self._max_per_seed = max_per_seed
        self._by_h1 = {}
        self._by_session_id = {}
        self._counts = {}
        self._half_open = {}

    def __len__(self):
        return len(self._half_open)

    def seed_of(self, incoming):
        """STT-HANDSHAKE-030."""
        seed = self._seeds.get(incoming.hint)
        if seed is None:
            raise Refused("handshake.unknown_hint")
        return seed

    def hello(self, now, incoming, carrier=None, address=None):
        """(entry, RESPONSE, how many made room) for a HELLO frame, known or new."""
        seed = self.seed_of(incoming)
        h1 = crypto.digest(seed.h0, incoming.raw)
        entry = self._by_h1.get(h1)
        if entry is not None:
            if entry.carrier != carrier:
                raise Refused("session.wrong_transport")
            if entry.responder.state != "response_sent":
                raise Refused("handshake.unexpected_message")
            entry.responses += 1
            entry.address_again = address
            return entry, entry.responder.response, 0
        responder = Responder(self._party, seed, h1, open_hello(seed, incoming), self._in_use)
        evicted = self._make_room(seed)
        entry = Entry(responder, now, carrier, address)
        self._by_h1[h1] = self._half_open[h1] = entry
        self._by_session_id.setdefault(responder.session_id, []).append(entry)
        self._counts[seed.hint] = self._counts.get(seed.hint, 0) + 1
        return entry, responder.response, evicted

    def _in_use(self, peer, session_id):
        if self._session_in_use(peer, session_id):
            return True
        return any(entry.responder.peer == peer for entry in self._by_session_id.get(session_id, ()))

    def _make_room(self, seed):
        """STT-HANDSHAKE-072: the oldest of the seed that holds most goes."""
        if self._counts.get(seed.hint, 0) >= self._max_per_seed:
            fullest = seed.hint
        elif len(self._half_open) >= self._max_total:
            fullest = max(self._counts, key=self._counts.get)
        else:
            return 0
        oldest = next(e for e in self._half_open.values() if e.responder.seed.hint == fullest)
        self._remove(oldest)
        return 1

    def auth(self, incoming, carrier=None):
        """(entry, what was established) for an AUTH frame; None instead of the latter for a copy.

        Neither this nor a copy of another frame is opened where none is waited for (STT-HANDSHAKE-053), nor one that
        came by another connection than the HELLO (STT-WS-004).
        """
        failure = Refused("handshake.unexpected_message")
        for entry in of_carrier(self._by_session_id.get(incoming.session_id, ()), carrier):
            try:
                if entry.responder.state == "response_sent":
                    established = entry.responder.take_proof(incoming)
                    self._leave_half_open(entry)
                    return entry, established
                entry.responder.repeat_final(incoming)
                return entry, None
            except Ended:
                self._remove(entry)
                raise
            except Refused as refused:
                failure = refused
        raise failure

    def session_frame_opened(self, entry):
        """FINAL has arrived, or the session is over: the handshake is forgotten."""
        if entry.responder.state == "final_sent":
            entry.responder.forget_final()
            self._remove(entry)

    def expire(self, now):
        """How many half-open handshakes were given up for their age (STT-HANDSHAKE-069)."""
        gone = 0
        while self._half_open:
            entry = next(iter(self._half_open.values()))
            if now - entry.since < self._max_age:
                break
            self._remove(entry)
            gone += 1
        return gone

    def next_expiry(self):
        if not self._half_open:
            return None
        return next(iter(self._half_open.values())).since + self._max_age

    def clear(self):
        for entry in list(self._half_open.values()):
            self._remove(entry)

    def _leave_half_open(self, entry):
        responder = entry.responder
        if self._half_open.pop(responder.h1, None) is not None:
            self._counts[responder.seed.hint] -= 1

    def _remove(self, entry):
        self._leave_half_open(entry)
        self._by_h1.pop(entry.responder.h1, None)
        with_id = self._by_session_id.get(entry.responder.session_id, [])
        if entry in with_id:
            with_id.remove(entry)
            if not with_id:
                del self._by_session_id[entry.responder.session_id]
