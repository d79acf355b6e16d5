"""What a receiver acknowledges, and when (STT-RECOVERY-002 to -006, STT-CONTROL-006 to -008)."""

from . import messages
from .ranges import RangeSet

EVERY = 2
MAX_REMEMBERED = 1_024


class AckTracker:
    """The sequences that were processed, and how soon the sender is to hear of them."""

    def __init__(self, max_ack_delay_us):
        self._max_delay = max_ack_delay_us
        self._received = RangeSet()
        self._largest = -1
        self._largest_at = 0
        self._unacknowledged = 0
        self.due_at = None

    @property
    def pending(self):
        """Whether an ack-eliciting frame waits for its ACK."""
        return self._unacknowledged > 0

    def note(self, now, sequence, eliciting):
        """A frame has opened and was processed or stored."""
        in_order = sequence == self._largest + 1
        self._received.add(sequence, sequence + 1)
        if sequence > self._largest:
            self._largest, self._largest_at = sequence, now
        self._bound()
        if not eliciting:
            return
        self._unacknowledged += 1
        due = now if self._unacknowledged >= EVERY or not in_order else now + self._max_delay
        self.due_at = due if self.due_at is None else min(due, self.due_at)

    def message(self, now):
        """The ACK as a control message; its ranges are the newest, at most 64 (STT-RECOVERY-005)."""
        ranges = [(low, high - 1) for low, high in self._received][::-1]
        return "ack", now - self._largest_at, ranges[:messages.MAX_RANGES]

    def sent(self):
        self._unacknowledged = 0
        self.due_at = None

    def forget(self, ranges):
        """An ACK with these ranges has arrived: they need no further report (STT-RECOVERY-006)."""
        if not ranges:
            return
        for low, high in ranges:
            self._received.remove(low, high + 1)
        self._received.add(self._largest, self._largest + 1)
        self._bound()

    def _bound(self):
        """More ranges than an ACK has are remembered, as those between may still join; the oldest are given up."""
        surplus = len(self._received) - MAX_REMEMBERED
        if surplus > 0:
            del self._received.lows[:surplus], self._received.highs[:surplus]
