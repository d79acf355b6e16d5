"""One node: handshakes in both roles, sessions, states (docs/spec/node.md). No sockets, no clock, no randomness."""

from . import frame, keys
from .connecting import FIRST_RESEND, Connects
from .errors import Refused
from .halfopen import HalfOpenTable
from .handshake import NotOpened, Party, open_hello
from .session import ACTIVE, CLOSED, Session

STARTED, RUNNING, STOPPED = "Started", "Running", "Stopped"


def judge_address(address):
    """IPv6 link-local addresses have no meaning without an interface (STT-NODE-022)."""
    if address.startswith("["):
        try:
            first = int(address[1:].partition(":")[0] or "0", 16)
        except ValueError:
            raise Refused("node.address_unusable") from None
        if first & 0xFFC0 == 0xFE80:
            raise Refused("node.address_unusable")


class Node:
    """Driven by receive, tick and the commands; `take_effects` gives what happened, in order."""

    def __init__(self, node_seed, shared_seeds, entropy, settings):
        identity = keys.Identity(node_seed)
        self.seeds = keys.shared_seeds(node_seed, shared_seeds)
        self.settings = settings
        self.state = STARTED
        self._stopping = False
        self._entropy = entropy
        self._party = Party(identity, entropy, settings.declared, settings.refuse_peers)
        self._connects = Connects(self._party)
        self._table = HalfOpenTable(self._party, self.seeds, self._in_use, settings.half_open_age_us,
                                    settings.half_open_max, settings.half_open_per_seed_max)
        self._sessions = {}
        self._by_id = {}
        self._next_number = 1
        self._effects = []

    def _emit(self, effect, **members):
        self._effects.append({"effect": effect, **members})

    def _transmit(self, address, data):
        self._effects.append({"effect": "transmit", "to": address, "bytes": data.hex()})

    def _drop(self, reason):
        self._effects.append({"effect": "drop", "reason": reason})

    def take_effects(self):
        """What happened, in order, but drops first (docs/adapter-protocol.md, effects)."""
        effects, self._effects = self._effects, []
        return sorted(effects, key=lambda one: one["effect"] != "drop")

    def _in_use(self, peer, session_id):
        """STT-HANDSHAKE-039, -041."""
        return self._connects.in_use(peer, session_id) or any(
            s.peer == peer for s in self._by_id.get(session_id, ()))

    # Datagrams that arrive

    def receive(self, now, address, data):
        """Every frame of a datagram, each judged on its own (STT-DATAGRAM-002)."""
        self._run(now)
        if self.state != STOPPED:
            opened = {}
            try:
                for incoming in frame.split_datagram(data):
                    session = self._receive_frame(now, incoming, address)
                    if session is not None:
                        opened[session.number] = session
            except Refused as refused:
                self._drop(refused.reason)
            for session in opened.values():
                session.datagram_done(now, address, len(data))
        self._settle(now)

    def _receive_frame(self, now, incoming, address):
        """The session that opened the frame, or None."""
        try:
            if frame.is_session_type(incoming.type):
                return self._session_frame(now, incoming, address)
            if self._stopping:
                raise Refused("session.node_stopped")
            if incoming.type == frame.HANDSHAKE:
                self._handshake_frame(now, incoming, address)
            else:
                self._auth_frame(now, incoming, address)
        except Refused as refused:
            self._drop(refused.reason)
        return None

    def _session_frame(self, now, incoming, address):
        """Session ids may coincide between peers: the one whose key opens the frame is meant (STT-HANDSHAKE-042)."""
        failure = Refused("session.unknown_session")
        for session in list(self._by_id.get(incoming.session_id, ())):
            try:
                session.receive(now, incoming, address)
                return session
            except Refused as refused:
                failure = refused
        raise failure

    def _handshake_frame(self, now, incoming, address):
        """As a HELLO, or else as the RESPONSE to one that waits (STT-HANDSHAKE-058)."""
        seed = self._table.seed_of(incoming)
        try:
            if not self.settings.accepts:
                open_hello(seed, incoming)
                raise Refused("handshake.unexpected_message")
            self._transmit(address, self._table.hello(now, incoming, address=address)[1])
        except NotOpened:
            answered = self._connects.response(now, incoming, self._in_use)
            if answered is None:
                raise
            self._transmit(answered[0].to, answered[1])

    def _auth_frame(self, now, incoming, address):
        failure = None
        try:
            answered = self._connects.final(incoming)
        except Refused as refused:
            answered, failure = None, refused
        if answered is not None:
            self._final(now, *answered)
            return
        try:
            entry, established = self._table.auth(incoming)
        except Refused as refused:
            if failure is not None and refused.reason == "handshake.unexpected_message":
                raise failure from None
            raise
        if established is not None:
            session = self._establish(now, self._take_number(), established, entry.path(address))
            session.on_opened = lambda: self._table.session_frame_opened(entry)
            entry.session = session
            round_trip = now - entry.since
            if entry.responses == 1 and round_trip < FIRST_RESEND:
                session.sender.recovery.rtt.sample(now, round_trip, 0)
        self._transmit(address, entry.responder.final)
        if established is not None:
            self._keep_one_session(now, session)

    def _final(self, now, connect, established, why):
        if established is None:
            self._drop(why)
            self._emit("connect_failed", session=connect.number, reason=why)
            return
        session = self._establish(now, connect.number, established, connect.to)
        if connect.resends == 0:
            session.sender.recovery.rtt.sample(now, now - connect.sent_at, 0)
        session.ping()
        self._keep_one_session(now, session)

    def _keep_one_session(self, now, new):
        """STT-HANDSHAKE-075; of two with the same initiator the newer one stays: the older may be of a former life."""
        if not self.settings.single_session_per_peer:
            return
        stays = new
        for session in list(self._sessions.values()):
            if session is stays or session.peer != new.peer or session.closing:
                continue
            if self._initiator_of(session) < self._initiator_of(stays):
                stays, session = session, stays
            session.fail(now, "session.duplicate")

    def _initiator_of(self, session):
        return self._party.identity.node_id if session.initiator else session.peer

    def _take_number(self):
        self._next_number += 1
        return self._next_number - 1

    def _establish(self, now, number, established, address):
        session = Session(now, number, established, address, self.settings, self._entropy, self._emit)
        self._sessions[number] = session
        self._by_id.setdefault(session.id, []).append(session)
        self.state = RUNNING
        self._emit("connected", session=number, session_id=session.id.hex(), peer=session.peer.hex(),
                   role="initiator" if session.initiator else "responder", address=address)
        return session

    # Time

    def tick(self, now):
        self._run(now)
        self._settle(now)

    def _run(self, now):
        """Everything whose time has come."""
        self._connects.run(now, self._transmit, self._connect_failed)
        self._table.expire(now)
        for session in list(self._sessions.values()):
            session.run(now)

    def _connect_failed(self, connect, reason):
        self._emit("connect_failed", session=connect.number, reason=reason)

    def _settle(self, now):
        """After each request: what may leave leaves, what is over is forgotten."""
        for session in list(self._sessions.values()):
            session.streams.settle()
            session.flush(now, self._transmit)
            session.streams.settle()
            if session.state == CLOSED:
                self._forget(now, session)
        if self._stopping and self.state == RUNNING and not any(s.alive for s in self._sessions.values()):
            self._stopped()

    def _forget(self, now, session):
        """STT-SESSION-025; a session that its application did not close lets what had arrived be read for a while."""
        with_id = self._by_id.get(session.id, [])
        if session in with_id:
            with_id.remove(session)
            if not with_id:
                del self._by_id[session.id]
            if session.on_opened is not None:
                session.on_opened()
                session.on_opened = None
        if session.read_until <= now:
            del self._sessions[session.number]

    def timer(self, now):
        """When the node wants to be called again, or None."""
        if self.state == STOPPED:
            return None
        due = [self._connects.timer(), self._table.next_expiry()]
        due += [session.timer(now) for session in self._sessions.values()]
        due = [time for time in due if time is not None]
        return max(min(due), now) if due else None

    # Commands of the application

    def connect(self, now, to, seed_index, expected):
        """The number of the session that will be (STT-NODE-003, -005)."""
        if self.state == STOPPED:
            raise Refused("node.state_violation")
        if self._stopping:
            raise Refused("session.node_stopped")
        seeds = list(self.seeds.values())
        if seed_index >= len(seeds):
            raise Refused("handshake.unknown_seed")
        judge_address(to)
        hello = self._connects.start(now, self._next_number, to, seeds[seed_index], expected,
                                     self.settings.handshake_deadline_us)
        self._transmit(to, hello)
        return self._take_number()

    def session(self, number):
        """A session that commands may name."""
        session = self._sessions.get(number)
        if session is None:
            if number in self._connects.pending:
                raise Refused("session.not_active")
            raise Refused("session.closed" if number < self._next_number else "session.unknown_session")
        return session

    def stop(self, now):
        """STT-NODE-004."""
        if self.state == STOPPED:
            raise Refused("node.state_violation")
        if self._stopping:
            return
        self._stopping = True
        for connect in list(self._connects.pending.values()):
            self._connect_failed(connect, "session.node_stopped")
        self._connects.pending.clear()
        self._table.clear()
        for session in self._sessions.values():
            if session.state == ACTIVE and not session.closing:
                session.close(now, 0, b"")
        if self.state == STARTED:
            self._stopped()

    def _stopped(self):
        self.state = STOPPED
        self._sessions.clear()
        self._by_id.clear()
        self._emit("stopped")

    def query(self):
        sessions = [{"session": s.number, "session_id": s.id.hex(), "peer": s.peer.hex(),
                     "send_epoch": str(s.sender.keys.epoch), "receive_epoch": str(s.receive_keys.epoch),
                     "streams_open": len(s.streams.streams), "memory_bytes": s.streams.held_bytes()}
                    for s in self._sessions.values() if not s.reported]
        return {"sessions": sessions, "half_open": len(self._table)}
