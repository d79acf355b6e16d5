"""The search for the largest datagram of a path (STT-PATH-020 to -029, RFC 8899)."""

BASE = 1_200
STEP = 16
PROBES = 3
AGAIN = 600_000_000
AFTER_BLACK_HOLE = 60_000_000
BLACK_HOLE_LOSSES = 10
BLACK_HOLE_PTOS = 3


class MtuSearch:
    """Tries the maximum, then halves between what passed and what failed."""

    def __init__(self, now, maximum):
        self.current = BASE
        self._maximum = maximum
        self._begin(now)

    def _begin(self, now):
        self._low, self._high = self.current, self._maximum + 1
        self._size, self._failures, self._in_flight = self._maximum, 0, False
        self._next_at = now
        self._lost_large = 0

    def probe(self, now):
        """The size of the probe that is due, or None."""
        if self._in_flight or now < self._next_at or self.current >= self._maximum:
            return None
        if self._size == 0:
            self._begin(now)
        return self._size

    def sent(self, now):
        self._in_flight = True
        self._next_at = now

    def passed(self, size):
        self._in_flight = False
        if size > self.current:
            self.current = size
        self._low, self._failures = max(self._low, size), 0
        self._choose()

    def failed(self, size):
        self._in_flight = False
        if size != self._size:
            return
        self._failures += 1
        if self._failures >= PROBES:
            self._high, self._failures = size, 0
            self._choose()

    def _choose(self):
        if self._high - self._low < STEP:
            self._size = 0
            self._next_at += AGAIN
        else:
            self._size = (self._low + self._high) // 2

    def datagram_fate(self, now, size, arrived):
        """Black holes show in losses of large datagrams only (STT-PATH-028)."""
        if size <= BASE:
            return
        self._lost_large = 0 if arrived else self._lost_large + 1
        if self._lost_large >= BLACK_HOLE_LOSSES:
            self.fall_back(now)

    def fall_back(self, now):
        """STT-PATH-025, -029."""
        if self.current > BASE:
            self.current = BASE
            self._begin(now + AFTER_BLACK_HOLE)

    def reset(self, now):
        """A new IP address (STT-PATH-011)."""
        self.current = BASE
        self._begin(now)

    def timer(self):
        """When the next probe is due, or None."""
        return None if self._in_flight or self.current >= self._maximum else self._next_at
