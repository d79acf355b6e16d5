"""The replay window of one direction (STT-REPLAY-001 to -006)."""

from .errors import Refused

WIDTH = 1_024
_MASK = (1 << (WIDTH + 1)) - 1


class ReplayWindow:
    """Remembers the highest sequence that opened and the WIDTH ones below it; bit n of `seen` is highest - n."""

    __slots__ = ("highest", "seen")

    def __init__(self):
        self.highest = -1
        self.seen = 0

    def check(self, sequence):
        """Asked before a frame is opened; changes nothing (STT-REPLAY-004)."""
        distance = self.highest - sequence
        if distance < 0:
            return
        if distance > WIDTH:
            raise Refused("session.too_old", "replay")
        if self.seen >> distance & 1:
            raise Refused("session.replayed", "replay")

    def mark(self, sequence):
        """Called only after the frame has opened; True if the sequence is the highest so far (STT-REPLAY-005)."""
        distance = self.highest - sequence
        if distance < 0:
            self.seen = (self.seen << -distance) & _MASK | 1 if -distance <= WIDTH else 1
            self.highest = sequence
            return True
        self.seen |= 1 << distance
        return False
