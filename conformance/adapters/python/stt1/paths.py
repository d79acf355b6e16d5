"""The addresses of a session: current, previous, on trial (docs/spec/session.md, Paths)."""

from . import crypto

MAX_TRIALS = 4
CHALLENGES = 3
AMPLIFICATION = 3
LEAST_INTERVAL = 1_000_000


def host_of(address):
    """The IP address of an address text."""
    return address.rpartition(":")[0]


class Trial:
    """An address that has to answer a challenge (STT-PATH-002, -015)."""

    __slots__ = ("address", "interval", "next_at", "challenges", "received", "sent")

    def __init__(self, address, now, interval):
        self.address = address
        self.interval = interval
        self.next_at = now
        self.challenges = []
        self.received = self.sent = 0

    def may_send(self, size):
        """STT-PATH-009."""
        return self.sent + size <= AMPLIFICATION * self.received


class Paths:
    """draw() gives 8 fresh random bytes; send(address, message) queues a control message for an address."""

    def __init__(self, address, draw, send):
        self.current = address
        self._previous = None
        self._previous_until = 0
        self._trials = {}
        self._draw = draw
        self._send = send

    def newest_frame(self, now, address, interval):
        """A frame with the highest sequence so far came from `address`; True if the path was taken back."""
        if address == self.current:
            self._trials.clear()
            return False
        if address == self._previous and now < self._previous_until:
            self.current, self._previous = address, None
            self._trials.clear()
            return True
        if address not in self._trials:
            if len(self._trials) >= MAX_TRIALS:
                del self._trials[next(iter(self._trials))]
            self._trials[address] = Trial(address, now, max(interval, LEAST_INTERVAL))
            self._send(self.current, ("path_challenge", self._draw()))
        return False

    def received(self, address, size):
        """A datagram of which a frame opened has come from `address`."""
        trial = self._trials.get(address)
        if trial is not None:
            trial.received += size

    def may_send(self, address, size):
        """Whether the three-fold bound lets `size` bytes go there; counts them if so."""
        trial = self._trials.get(address)
        if trial is None:
            return True
        if not trial.may_send(size):
            return False
        trial.sent += size
        return True

    def response(self, now, data, keep_previous_until):
        """True if the data equals a challenge that was sent to an address on trial: that address is current now."""
        for trial in self._trials.values():
            if any(crypto.equal(data, challenge) for challenge in trial.challenges):
                self._previous, self._previous_until = self.current, keep_previous_until
                self.current = trial.address
                self._trials.clear()
                return True
        return False

    def run(self, now):
        """Challenges that are due, and the end of trials that have failed."""
        for trial in list(self._trials.values()):
            if now < trial.next_at:
                continue
            if len(trial.challenges) >= CHALLENGES:
                del self._trials[trial.address]
                continue
            trial.challenges.append(self._draw())
            trial.next_at = now + trial.interval
            self._send(trial.address, ("path_challenge", trial.challenges[-1]))

    def timer(self):
        return min((trial.next_at for trial in self._trials.values()), default=None)
