"""The initiator's side of connects: resends, new beginnings, deadlines (STT-HANDSHAKE-060, -061, -067, -068, -073)."""

from .errors import Refused
from .handshake import Ended, Initiator

MAX_PENDING = 4
FIRST_RESEND = 500_000
MAX_PROOF_RESENDS = 3


class Connect:
    """One connect of the application, until it is established or has failed."""

    __slots__ = ("number", "to", "initiator", "deadline", "resend_at", "interval", "resends", "sent_at")

    def __init__(self, number, to, initiator, deadline):
        self.number = number
        self.to = to
        self.initiator = initiator
        self.deadline = deadline

    def first(self, now):
        """A new message leaves: the schedule of resends begins anew."""
        self.interval = FIRST_RESEND
        self.resend_at = now + FIRST_RESEND
        self.resends = 0
        self.sent_at = now

    def resend(self, now):
        """The frame to send again (STT-HANDSHAKE-060); after 3 resends of AUTH_PROOF a new HELLO."""
        if self.initiator.state == "proof_sent" and self.resends >= MAX_PROOF_RESENDS:
            hello = self.initiator.begin()
            self.first(now)
            return hello
        self.resends += 1
        self.interval *= 2
        self.resend_at = now + self.interval
        return self.initiator.proof or self.initiator.hello


class Connects:
    """All pending connects of a node."""

    def __init__(self, party):
        self._party = party
        self.pending = {}

    def start(self, now, number, to, seed, expected, deadline_us):
        """The HELLO of a new connect."""
        if sum(c.initiator.seed is seed for c in self.pending.values()) >= MAX_PENDING:
            raise Refused("handshake.too_many_pending")
        connect = Connect(number, to, Initiator(self._party, seed, expected), now + deadline_us)
        hello = connect.initiator.begin()
        connect.first(now)
        self.pending[number] = connect
        return hello

    def response(self, now, incoming, in_use):
        """(connect, AUTH_PROOF) if a waiting handshake opens this as its RESPONSE, else None."""
        for connect in self.pending.values():
            if connect.initiator.seed.hint != incoming.hint:
                continue
            text = connect.initiator.open_response(incoming)
            if text is not None:
                proof = connect.initiator.take_response(incoming, text, in_use)
                connect.first(now)
                return connect, proof
        return None

    def final(self, incoming):
        """(connect, what was established, None), or (connect, None, why it failed), or None if it is for none."""
        failure = None
        for connect in list(self.pending.values()):
            if connect.initiator.session_id != incoming.session_id:
                continue
            try:
                established = connect.initiator.take_final(incoming)
            except Ended as ended:
                del self.pending[connect.number]
                return connect, None, ended.reason
            except Refused as refused:
                failure = refused
                continue
            del self.pending[connect.number]
            return connect, established, None
        if failure is not None:
            raise failure
        return None

    def in_use(self, peer, session_id):
        return any(c.initiator.session_id == session_id and c.initiator.peer == peer for c in self.pending.values()
                   if c.initiator.state == "proof_sent")

    def timer(self):
        return min((min(c.deadline, c.resend_at) for c in self.pending.values()), default=None)

    def run(self, now, transmit, failed):
        for connect in list(self.pending.values()):
            if now >= connect.deadline:
                del self.pending[connect.number]
                failed(connect, "handshake.timeout")
            elif now >= connect.resend_at:
                transmit(connect.to, connect.resend(now))
