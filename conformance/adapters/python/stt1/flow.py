"""Credit on the level of the session, in both directions (STT-FLOW-003 to -006, -015, -016)."""

from .errors import Refused

BUDGET = 33_554_432
TOP = 2 ** 64 - 1


def check_budget(declared):
    """STT-FLOW-005: the budget must hold a whole message beside the windows of all streams."""
    message = declared["max_message_bytes"]
    if max(message + declared["max_streams"] * declared["initial_stream_credit"], message + 1) > BUDGET:
        raise Refused("node.config_invalid", "config")


def loan_step(declared):
    """How far beyond what has arrived a whole message is lent credit: so little that what is left over at its end
    leaves room for the next loan (STT-FLOW-008, -011)."""
    window, count = declared["initial_stream_credit"], declared["max_streams"]
    spare = BUDGET - declared["max_message_bytes"] - count * window
    return max(1, window + spare // count)


class SessionFlow:
    """What we may send, what we grant, and what was used of either, summed over all streams."""

    def __init__(self, own, peer):
        self.send_credit = peer["initial_session_credit"]
        self.sent = 0
        self.granted = own["initial_session_credit"]
        self.received = 0
        self.read = 0
        self._window = min(self.granted, BUDGET)
        self._credit_lost = False

    @property
    def send_room(self):
        return max(0, self.send_credit - self.sent)

    def raise_send_credit(self, position):
        """True if the peer gave more; less than before has no effect (STT-CONTROL-018)."""
        if position <= self.send_credit:
            return False
        self.send_credit = position
        return True

    def judge_received(self, positions):
        """STT-FLOW-003, before the positions are taken."""
        if self.received + positions > self.granted:
            raise Refused("stream.session_credit_exceeded")

    def note_received(self, positions):
        self.judge_received(positions)
        self.received += positions

    def new_grant(self):
        """The position of a SESSION_CREDIT that is due, or None; `grant` says that it was sent."""
        if self._credit_lost:
            return max(self.granted, min(self.read + BUDGET, TOP))
        target = min(self.read + BUDGET, TOP)
        left = self.granted - max(self.read, self.received)
        if target > self.granted and left <= self._window // 2:
            return target
        return None

    def grant(self, position):
        self.granted = max(self.granted, position)
        self._window = BUDGET
        self._credit_lost = False

    def credit_lost(self, position):
        """A SESSION_CREDIT was lost: it goes again with the newest value (STT-CONTROL-017)."""
        if position == self.granted:
            self._credit_lost = True
