"""The sending direction of a stream: what was written, sent, acknowledged and lost, by positions."""

from bisect import bisect_left

from . import messages, varint
from .errors import Refused
from .ranges import RangeSet

BUFFER = 1_048_576
MAX_MESSAGES = 65_536


class SendHalf:
    """A line of positions; in the buffer an END_OF_MESSAGE holds one byte, so that index = position - base.

    States: ready, sending, flushing, closed_sent, reset_sent, done (docs/spec/streams.md, States).
    """

    def __init__(self, credit):
        self.state = "ready"
        self.credit = credit
        self.next_new = 0
        self.reset_code = None
        self.final = None
        self.ended_by_peer = False
        self.starved = False
        self._base = 0
        self._line = bytearray()
        self._ends = []
        self._starts = []
        self._types = []
        self._open_type = None
        self._acknowledged = RangeSet()
        self._lost = RangeSet()
        self._final_acknowledged = False

    @property
    def written(self):
        """The position behind all that was written."""
        return self._base + len(self._line)

    @property
    def accepts(self):
        return self.state in ("ready", "sending")

    def held_bytes(self):
        return len(self._line)

    def room(self):
        return max(0, BUFFER - len(self._line)) if len(self._starts) < MAX_MESSAGES else 0

    def write(self, data, end, kind):
        """How many of the bytes were taken; `end` counts only if all were (docs/adapter-protocol.md)."""
        if not self.accepts:
            raise Refused("stream.closed")
        if self._open_type is not None and kind != self._open_type:
            raise Refused("stream.message_type_changed")
        room = self.room()
        taken = min(len(data), room)
        ends = end and taken == len(data) and room > 0
        if self.written + taken + ends > messages.TOP:
            raise Refused("wire.position_overflow")
        if self._open_type is None and (taken or ends):
            self._starts.append(self.written)
            self._types.append(kind)
            self._open_type = kind
        self._line += data[:taken]
        if ends:
            self._ends.append(self.written)
            self._line.append(0)
            self._open_type = None
        self.starved = taken < len(data) or end and not ends
        if taken or ends:
            self.state = "sending"
        elif self.starved and not data:
            raise Refused("stream.would_block")
        return taken

    def writable_again(self):
        """Once after a write that took less than offered, when half of the buffer is free."""
        if not self.starved or not self.accepts or self.room() < BUFFER // 2:
            return False
        self.starved = False
        return True

    def close(self):
        if not self.accepts:
            raise Refused("stream.closed")
        self.state = "flushing"

    def reset(self, code):
        """Drops what is unsent and unacknowledged (STT-STREAM-043, -057); False if the direction is over."""
        if self.state in ("reset_sent", "done"):
            return False
        self.final = self.next_new
        self.state = "reset_sent"
        self.reset_code = code
        self._final_acknowledged = False
        self.starved = False
        for held in (self._line, self._ends, self._starts, self._types):
            held.clear()
        self._lost.clear()
        self._acknowledged.clear()
        return True

    def final_to_send(self):
        """The final position of a CLOSE, once everything was sent once."""
        if self.state == "flushing" and self.next_new == self.written:
            self.state, self.final = "closed_sent", self.written
            return True
        return False

    def has_data(self, session_credit):
        if self.state not in ("sending", "flushing", "closed_sent"):
            return False
        return bool(self._lost) or self.next_new < min(self.written, self.credit, self.next_new + session_credit)

    def piece(self, room, session_credit):
        """(low, high, frame type, payload) of the next piece of at most `room` bytes, or None.

        What was lost goes before what is new (STT-STREAM-030).
        """
        if self._lost:
            low, high = self._lost.lows[0], self._lost.highs[0]
        else:
            low = self.next_new
            high = min(self.written, self.credit, low + session_credit)
        space = room - 1 - varint.size(low)
        if low >= high or space < 0:
            return None
        place = bisect_left(self._ends, low)
        end = self._ends[place] if place < len(self._ends) else high
        stop = min(high, end, low + space)
        ends_message = stop == end and stop < high
        if stop == low and not ends_message:
            return None
        start = low - self._base
        payload = messages.encode_data(low, bytes(self._line[start:stop - self._base]), ends_message)
        high = stop + ends_message
        self._lost.remove(low, high)
        self.next_new = max(self.next_new, high)
        return low, high, self._type_at(low), payload

    def _type_at(self, position):
        place = bisect_left(self._starts, position + 1) - 1
        return self._types[place]

    def acknowledged(self, low, high):
        if self.state in ("reset_sent", "done"):
            return
        self._lost.remove(low, high)
        self._acknowledged.add(max(low, self._base), max(high, self._base))
        base = self._acknowledged.end_from(self._base)
        if base > self._base:
            self._trim(base)
        self._settle()

    def _trim(self, base):
        del self._line[:base - self._base]
        self._base = base
        self._acknowledged.remove(0, base)
        del self._ends[:bisect_left(self._ends, base)]
        done = bisect_left(self._starts, base + 1) - 1
        if done > 0:
            del self._starts[:done], self._types[:done]

    def lost_positions(self, low, high):
        if self.state in ("reset_sent", "done"):
            return
        for part in self._acknowledged.missing(max(low, self._base), high):
            self._lost.add(*part)

    def final_delivered(self, name):
        """CLOSE or RESET was acknowledged."""
        if name == "reset" and self.state == "reset_sent":
            self.state = "done"
        elif name == "close":
            self._final_acknowledged = True
            self._settle()

    def _settle(self):
        """STT-STREAM-046."""
        if self.state == "closed_sent" and self._final_acknowledged and self._base == self.final:
            self.state = "done"

    @property
    def all_acknowledged(self):
        """Nothing of what was written waits or is in flight."""
        if self.state in ("reset_sent", "done"):
            return True
        return self._base == self.written

    @property
    def only_final_missing(self):
        return self.state == "reset_sent" or self.state == "closed_sent" and self._base == self.final
