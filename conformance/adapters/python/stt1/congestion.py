"""NewReno, CUBIC and the pacer (STT-RECOVERY-018 to -024, RFC 9002 §7, RFC 9438)."""

MIN_DATAGRAM = 1_200


def initial_window(datagram):
    """STT-RECOVERY-019."""
    return min(10 * datagram, max(2 * datagram, 14_720))


class NewReno:
    """Slow start, recovery, congestion avoidance; at most one reduction for each round trip."""

    REDUCTION = 0.5

    def __init__(self, datagram=MIN_DATAGRAM):
        self.datagram = datagram
        self.window = initial_window(datagram)
        self.threshold = None
        self._recovery_start = -1
        self._avoidance_bytes = 0

    @property
    def slow_start(self):
        return self.threshold is None or self.window < self.threshold

    def acknowledged(self, now, size, sent_at, limited, smoothed_rtt):
        """The window grows only while the sender uses it (STT-RECOVERY-024)."""
        if sent_at <= self._recovery_start or not limited:
            return
        if self.slow_start:
            self.window += size
        else:
            self._avoid(now, size, smoothed_rtt)

    def _avoid(self, _now, size, _smoothed_rtt):
        """Congestion avoidance: a datagram more for each window."""
        self._avoidance_bytes += size
        if self._avoidance_bytes >= self.window:
            self._avoidance_bytes -= self.window
            self.window += self.datagram

    def lost(self, now, sent_at):
        """Frames were lost, the last of them sent at `sent_at` (STT-RECOVERY-020)."""
        if sent_at <= self._recovery_start:
            return
        self._recovery_start = now
        self._before_reduction(now)
        self.window = max(int(self.window * self.REDUCTION), 2 * self.datagram)
        self.threshold = self.window
        self._avoidance_bytes = 0

    def _before_reduction(self, now):
        """For controllers that remember where loss began."""

    def persistent_congestion(self):
        """STT-RECOVERY-017."""
        self.window = 2 * self.datagram
        self._recovery_start = -1
        self._avoidance_bytes = 0


class Cubic(NewReno):
    """Congestion avoidance by a cubic function of time since the last reduction (RFC 9438 §4)."""

    REDUCTION = 0.7
    SCALE = 0.4
    FRIENDLY = 3 * (1 - REDUCTION) / (1 + REDUCTION)

    def __init__(self, datagram=MIN_DATAGRAM):
        super().__init__(datagram)
        self._most = 0.0
        self._prior = 0.0
        self._epoch = None
        self._plateau_at = self._estimate = 0.0

    def _before_reduction(self, _now):
        """Fast convergence: who was smaller than before leaves room (§4.7)."""
        window = self.window / self.datagram
        self._most = window * (1 + self.REDUCTION) / 2 if window < self._most else window
        self._prior, self._epoch = window, None

    def _avoid(self, now, size, smoothed_rtt):
        window = self.window / self.datagram
        if self._epoch is None:
            self._epoch, self._estimate = now, window
            self._most = max(self._most, window)
            self._plateau_at = ((self._most - window) / self.SCALE) ** (1 / 3)
        share = size / self.datagram / window
        self._estimate += share * (self.FRIENDLY if self._estimate < self._prior else 1)
        ahead = (now - self._epoch + smoothed_rtt) / 1_000_000 - self._plateau_at
        target = min(max(self.SCALE * ahead ** 3 + self._most, window), 1.5 * window)
        self.window = int(max(window + (target - window) * share, self._estimate, 2) * self.datagram)

    def persistent_congestion(self):
        super().persistent_congestion()
        self._epoch = None


class Pacer:
    """A bucket of bytes that fills at the pacing rate; its size is the burst (STT-RECOVERY-023, -038)."""

    MAX_BURST = 65_536

    def __init__(self, datagram=MIN_DATAGRAM):
        self._least_burst = initial_window(datagram)
        self._tokens = float(self._least_burst)
        self._at = 0

    @staticmethod
    def _rate(controller, smoothed_rtt):
        """Bytes for each microsecond: more than a window for each round trip, so that pacing is not the limit."""
        gain = 2.0 if controller.slow_start else 1.25
        return gain * controller.window / max(smoothed_rtt, 1)

    def refill(self, now, controller, smoothed_rtt):
        rate = self._rate(controller, smoothed_rtt)
        burst = max(self._least_burst, min(self.MAX_BURST, rate * 1_000))
        self._tokens = min(burst, self._tokens + rate * (now - self._at))
        self._at = now

    def wait(self, size, controller, smoothed_rtt):
        """Microseconds until `size` bytes may leave; 0: now."""
        if self._tokens >= size:
            return 0
        return int((size - self._tokens) / self._rate(controller, smoothed_rtt)) + 1

    def spent(self, size):
        self._tokens -= size
