"""The receiving direction of a stream: pieces in any order, messages in theirs."""

from bisect import bisect_left, insort

from .errors import Refused
from .ranges import RangeSet

MAX_GAPS = 256


class RecvHalf:
    """Buffers of positions from `read` on: the bytes, and the frame type of each position (0: missing).

    States: receiving, size_known, stopped, done (docs/spec/streams.md, States).
    """

    def __init__(self, window):
        self.state = "receiving"
        self.window = window
        self.credit = window
        self.read = 0
        self.highest = 0
        self.final = None
        self.reset_code = None
        self.end_reason = "stream.closed"
        self._incomplete = False
        self.awaits_message = False
        self.lent = 0
        self._line = bytearray()
        self._kinds = bytearray()
        self._have = RangeSet()
        self._ends = []
        self._checked = 0
        self._type = None
        self._inside = False

    def held_bytes(self):
        return len(self._line)

    @property
    def over(self):
        return self.state == "done"

    @property
    def everything_received(self):
        return self.state == "done" or self.final is not None and self._have.end_from(self.read) >= self.final

    def data(self, low, data, ends_message, kind):
        """Takes a piece. Refused with `stream.too_many_gaps` drops it; any other refusal closes the session."""
        high = low + len(data) + ends_message
        self.judge_end(high)
        if self.state == "done":
            return
        if self.state == "stopped":
            self._judge_gaps([(low, high)])
            self._have.add(low, high)
            self.highest = max(self.highest, high)
            self.read = self.highest
            self._settle_stopped()
            return
        missing = self._have.missing(max(low, self.read), high)
        self._judge_overlap(max(low, self.read), high, kind)
        self._judge_gaps(missing)
        self.highest = max(self.highest, high)
        for start, stop in missing:
            self._judge_neighbours(start, stop, ends_message and stop == high, kind)
            self._store(start, stop, low, data, ends_message, high, kind)
        self._check_types()

    def judge_end(self, high):
        """STT-STREAM-053 and STT-FLOW-002."""
        if self.final is not None and high > self.final:
            raise Refused("stream.final_position")
        if high > self.credit:
            raise Refused("stream.credit_exceeded")

    def _judge_overlap(self, low, high, kind):
        held = self._kinds[low - self.read:max(0, high - self.read)]
        if held.count(0) + held.count(kind) != len(held):
            raise Refused("stream.message_type_changed")

    def _judge_neighbours(self, start, stop, ends, kind):
        """STT-STREAM-062: what touches with no END_OF_MESSAGE between is of one message, also behind a gap."""
        before, after = start - 1 - self.read, stop - self.read
        left = self._kinds[before] if 0 <= before < len(self._kinds) and not self._ends_at(start - 1) else 0
        right = self._kinds[after] if after < len(self._kinds) and not ends else 0
        if left not in (0, kind) or right not in (0, kind):
            raise Refused("stream.message_type_changed")

    def _ends_at(self, position):
        index = bisect_left(self._ends, position)
        return index < len(self._ends) and self._ends[index] == position

    def _judge_gaps(self, missing):
        """STT-STREAM-027: a piece that would make more than 256 gaps is dropped."""
        if not missing or len(self._have) < MAX_GAPS:  # one piece adds one range at most
            return
        trial = RangeSet()
        trial.lows, trial.highs = list(self._have.lows), list(self._have.highs)
        for part in missing:
            trial.add(*part)
        gaps = len(trial) - (1 if trial.lows[0] <= self.read else 0)
        if gaps > MAX_GAPS:
            raise Refused("stream.too_many_gaps")

    def _store(self, start, stop, low, data, ends_message, high, kind):
        """Keeps what is new of a piece: what came first at a position stays (STT-STREAM-011)."""
        grow = stop - self.read - len(self._line)
        if grow > 0:
            self._line += bytes(grow)
            self._kinds += bytes(grow)
        at, to = start - self.read, stop - self.read
        self._kinds[at:to] = bytes((kind,)) * (to - at)
        if ends_message and stop == high:
            insort(self._ends, high - 1)
            self._line[at:to - 1] = data[start - low:]
        else:
            self._line[at:to] = data[start - low:stop - low]
        self._have.add(start, stop)

    def _check_types(self):
        """All frames of one message have the same type (STT-STREAM-012), as far as no gap hides it."""
        limit = self._have.end_from(self.read)
        position = max(self._checked, self.read)
        ends = self._ends[bisect_left(self._ends, position):bisect_left(self._ends, limit)]
        for end in ends + [None]:
            stop = limit if end is None else end + 1
            kinds = self._kinds[position - self.read:stop - self.read]
            if kinds:
                if not self._inside:
                    self._type, self._inside = kinds[0], True
                if kinds.count(self._type) != len(kinds):
                    raise Refused("stream.message_type_changed")
            position = stop
            if end is not None:
                self._inside = False
        self._checked = limit

    @property
    def readable(self):
        return self.state in ("receiving", "size_known") and self._have.end_from(self.read) > self.read

    @property
    def contiguous(self):
        """The end of what is there without a gap, from `read` on."""
        return self._have.end_from(self.read)

    def message_bytes(self):
        """How many bytes end the message at `read`, or None if it is not there whole."""
        if self.readable and self._ends and self._ends[0] < self.contiguous:
            return self._ends[0] - self.read
        return None

    @property
    def ends_within_message(self):
        """All is there, and no END_OF_MESSAGE ends it (STT-STREAM-045)."""
        return self.state == "size_known" and self.message_bytes() is None and self.contiguous == self.final

    @property
    def fills_window(self):
        """A whole message is awaited and needs more than the window (STT-FLOW-008)."""
        waits = self.awaits_message and self.state == "receiving" and self.message_bytes() is None
        return waits and self.contiguous - self.read >= self.window

    def take(self, most):
        """(bytes, end of message, frame type) of what is next in order, or None."""
        if not self.readable:
            return None
        limit = self._have.end_from(self.read)
        end = self._ends[0] if self._ends and self._ends[0] < limit else None
        stop = limit if end is None else end
        count = min(stop - self.read, most)
        ends = end is not None and self.read + count == end
        if not count and not ends:
            return None
        data, kind = bytes(self._line[:count]), self._kinds[0]
        count += ends
        del self._line[:count], self._kinds[:count]
        if ends:
            del self._ends[0]
        self.read += count
        self._have.remove(0, self.read)
        self._incomplete = not ends
        return data, ends, kind

    def close(self, final):
        """CLOSE of the peer (STT-STREAM-053 to -055)."""
        self._know_final(final)
        if self.state == "receiving":
            self.state = "size_known"
        self._settle_stopped()

    def reset(self, code, final):
        """RESET of the peer; True if it ended the direction. What is unread is dropped (STT-FLOW-012)."""
        self._know_final(final)
        if self.state == "done":
            return False
        self._give_up()
        self.reset_code = code
        self.read = self.highest = final
        self.state = "done"
        return True

    def stop(self):
        """Our application reads no more: what is there and what comes counts as read."""
        if self.state not in ("receiving", "size_known"):
            return False
        ranges = self._have
        ranges.add(0, self.read)
        self._give_up()
        self._have = ranges
        self.read = self.highest
        self.state = "stopped"
        self._settle_stopped()
        return True

    def finish(self):
        """True once all positions are there and read."""
        if self.state == "size_known" and self.read == self.final:
            self.state = "done"
            if self._incomplete:
                self.end_reason = "stream.message_incomplete"
            return True
        return False

    @property
    def incomplete(self):
        """The direction ended within a message (STT-STREAM-045)."""
        return self.end_reason == "stream.message_incomplete"

    def judge_final(self, final):
        """STT-STREAM-054, -055, and STT-FLOW-002, before it is known."""
        if self.final is not None and final != self.final or final < self.highest:
            raise Refused("stream.final_position")
        if final > self.credit:
            raise Refused("stream.credit_exceeded")

    def _know_final(self, final):
        self.judge_final(final)
        self.final = final

    def _settle_stopped(self):
        if self.state == "stopped" and self.final is not None and self._have.end_from(0) >= self.final:
            self.state = "done"
            self.read = self.highest = self.final

    def _give_up(self):
        self._line, self._kinds, self._have, self._ends = bytearray(), bytearray(), RangeSet(), []

    def new_credit(self):
        """The credit to tell, or None: when half of the window was read (STT-FLOW-007, -016)."""
        if self.state != "receiving" and self.state != "stopped" or self.final is not None:
            return None
        target = min(max(self.read + self.window, self.lent), 2 ** 64 - 1)
        gain = target - self.credit
        if gain <= 0 or gain < self.window // 2 and self.credit > self.highest:
            return None
        return target
