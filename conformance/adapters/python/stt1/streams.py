"""All streams of a session: ids, limits, credit, turns, and what the application is told of them."""

from . import frame
from .content import Data
from .errors import NUMBERS, Refused
from .flow import BUDGET, SessionFlow, loan_step
from .stream import REFUSED, Stream

LAST_ID = 65_535
READ_AT_ONCE = 65_536
MAX_REFUSED = 1_024
TOO_LARGE = NUMBERS["stream.message_too_large"]


class StreamTable:
    """`emit(effect, **members)` tells the application; `auto_read` reads at once what arrives."""

    def __init__(self, initiator, own, peer, emit, auto_read):
        self.flow = SessionFlow(own, peer)
        self.streams = {}
        self.messages_sent = self.bytes_sent = self.messages_received = self.bytes_received = 0
        self._own, self._peer = own, peer
        self._emit = emit
        self._auto_read = auto_read
        self._own_parity = 1 if initiator else 0
        self._next_id = 1 if initiator else 2
        self._used = set()
        self._control = {}
        self._ready = {}
        self._settling = {}
        self._refused = 0
        self._ended = False
        self._borrower = None
        self._last_borrower = 0

    # Ids and limits

    def open(self):
        """A stream of our own (STT-STREAM-016, -018, -022, -024)."""
        if self._next_id > LAST_ID:
            raise Refused("stream.ids_exhausted")
        if len(self.streams) - self._refused >= min(self._own["max_streams"], self._peer["max_streams"]):
            raise Refused("stream.limit")
        stream = self._add(self._next_id, True)
        self._next_id += 2
        return stream

    def _add(self, number, local):
        stream = Stream(self, number, local, self._peer["initial_stream_credit"], self._own["initial_stream_credit"])
        self.streams[number] = stream
        self._used.add(number)
        return stream

    def get(self, number):
        stream = self.streams.get(number)
        if stream is None or stream.refused:
            raise Refused("stream.closed" if number in self._used else "stream.unknown")
        return stream

    def _incoming(self, number):
        """The stream of a frame; None for one that is Closed (STT-STREAM-019, -020, -021, -025)."""
        stream = self.streams.get(number)
        if stream is not None or number in self._used:
            return stream
        if number % 2 == self._own_parity:
            raise Refused("stream.not_opened")
        limit = self._own["max_streams"]
        known = [s for s in self.streams.values() if not s.refused]
        if len(known) < 2 * limit and sum(s.counts_as_open for s in known) < limit:
            self._emit("stream_opened", stream=number)
            return self._add(number, False)
        return self._refuse(number)

    def _refuse(self, number):
        """STT-STREAM-025: RESET with final position 0; what the peer sends on it is dropped."""
        if self._refused >= MAX_REFUSED:
            raise Refused("stream.refused")
        stream = self._add(number, False)
        stream.refused = True
        self._refused += 1
        stream.recv.stop()
        stream.reset(REFUSED, "stream.refused")
        return stream

    # Frames of the peer

    def take_data(self, number, kind, offset, data, ends_message):
        stream = self._incoming(number)
        if stream is None:
            return
        before = stream.recv.highest, stream.recv.read
        high = offset + len(data) + ends_message
        stream.recv.judge_end(high)
        self.flow.judge_received(max(0, high - stream.recv.highest))
        stream.recv.data(offset, data, ends_message, kind)
        self._account(stream, before)
        self._deliver(stream)

    def take_control(self, number, message):
        stream = self._incoming(number)
        if stream is None:
            return
        before = stream.recv.highest, stream.recv.read
        if message[0] == "close":
            stream.recv.judge_final(message[1])
            self.flow.judge_received(max(0, message[1] - stream.recv.highest))
        if stream.take_control(message) and not stream.refused:
            self._account(stream, before)
            self._emit("stream_reset", stream=number, code=str(stream.recv.reset_code))
        else:
            self._account(stream, before)
        self._deliver(stream)

    def _account(self, stream, before):
        self.flow.read += stream.recv.read - before[1]
        self.flow.note_received(stream.recv.highest - before[0])

    def _deliver(self, stream):
        """Gives the application what is in order, or tells it that there is something."""
        if stream.refused:
            self.touch(stream)
            return
        if self._auto_read:
            while self._read(stream, READ_AT_ONCE):
                pass
        elif stream.recv.awaits_message:
            self._deliver_message(stream)
        elif stream.recv.readable:
            self._tell_readable(stream)
        self._finish(stream)

    def _tell_readable(self, stream):
        if not stream.told_readable:
            stream.told_readable = True
            self._emit("readable", stream=stream.id)

    def _deliver_message(self, stream):
        """To an application that has asked for a whole message and was refused."""
        recv = stream.recv
        if self._message_too_large(stream) or recv.message_bytes() is not None or recv.ends_within_message:
            self._tell_readable(stream)
        else:
            self._lend()

    def _read(self, stream, most, told=True):
        """Reads what is next in order; with `told` false nobody gets it."""
        taken = stream.recv.take(most)
        if taken is None:
            return False
        data, end, kind = taken
        self.flow.read += len(data) + end
        if not told:
            return True
        self.bytes_received += len(data)
        self.messages_received += end
        self._emit("data", stream=stream.id, bytes=data.hex(), end=end, type=kind)
        return True

    def _finish(self, stream):
        """The end of the peer's direction is reported once (STT-STREAM-045)."""
        if stream.recv.finish():
            if stream.recv.incomplete:
                stream.end_as("stream.message_incomplete", 0)
            else:
                self._emit("finished", stream=stream.id)
        self.touch(stream)

    def _message_too_large(self, stream):
        """STT-STREAM-014: STOP for a message above max_message_bytes; True if it is one."""
        recv = stream.recv
        size = recv.message_bytes()
        if (recv.contiguous - recv.read if size is None else size) <= self._own["max_message_bytes"]:
            return False
        before = recv.highest, recv.read
        stream.end_as("stream.message_too_large", TOO_LARGE)
        recv.end_reason = "stream.message_too_large"
        stream.stop(TOO_LARGE)
        self._account(stream, before)
        return True

    def _lend(self):
        """Credit beyond the window for one whole message at a time, as it arrives (STT-FLOW-008, -009, -014)."""
        holder = self._borrower
        if holder is None or not holder.recv.awaits_message or self.streams.get(holder.id) is not holder:
            waiting = [s for s in self.streams.values() if s.recv.fills_window]
            holder = self._borrower = min(waiting, default=None, key=lambda s: (s.id <= self._last_borrower, s.id))
        if holder is None:
            return
        self._last_borrower = holder.id
        window, recv = self._own["initial_stream_credit"], holder.recv
        others = [s.recv for s in self.streams.values() if s is not holder]
        promised = sum(max(window, one.credit - one.read) for one in others)
        promised += max(0, self._own["max_streams"] - len(others) - 1) * window
        recv.lent = min(recv.contiguous + loan_step(self._own), recv.read + self._own["max_message_bytes"] + 1,
                        recv.read + BUDGET - promised)
        self.touch(holder)

    # Commands of the application

    def receive(self, number):
        """One whole message (STT-STREAM-013, -014, -045)."""
        stream = self._judge_readable(number)
        recv = stream.recv
        stream.told_readable = False
        if self._message_too_large(stream):
            raise Refused("stream.message_too_large")
        size = recv.message_bytes()
        if size is not None:
            recv.awaits_message = False
            self._read(stream, size)
        elif recv.ends_within_message:
            self._read(stream, recv.final - recv.read, told=False)
        else:
            recv.awaits_message = True
            self._lend()
            raise Refused("stream.would_block")
        self._lend()
        self._finish(stream)
        if size is None:
            raise Refused("stream.message_incomplete")

    def read(self, number, most):
        stream = self._judge_readable(number)
        stream.recv.awaits_message = stream.told_readable = False
        if not self._read(stream, most):
            raise Refused("stream.would_block")
        self._finish(stream)

    def _judge_readable(self, number):
        stream = self.streams.get(number)
        if stream is None:
            raise Refused("stream.closed" if number in self._used else "stream.unknown")
        if stream.recv.reset_code is not None:
            raise Refused("stream.reset")
        if stream.recv.state in ("done", "stopped"):
            raise Refused(stream.recv.end_reason)
        return stream

    def write(self, number, data, end, kind):
        """How many of the bytes were taken (STT-SESSION-006 counts them)."""
        if not frame.is_data_type(kind):
            raise Refused("stream.type_reserved")
        stream = self.get(number)
        before = stream.send.written
        try:
            taken = stream.send.write(data, end, kind)
        finally:
            self.touch(stream)
        stream.announce()
        self.bytes_sent += taken
        self.messages_sent += stream.send.written - before - taken
        return taken

    def close_stream(self, number):
        stream = self.get(number)
        stream.send.close()
        self.touch(stream)

    def reset_stream(self, number, code):
        if not self.get(number).reset(code):
            raise Refused("stream.closed")

    def stop_stream(self, number, code):
        stream = self.get(number)
        before = stream.recv.highest, stream.recv.read
        if not stream.stop(code):
            raise Refused("stream.closed")
        self._account(stream, before)
        self.touch(stream)

    # What is to be sent

    def touch(self, stream):
        """Something changed: the stream takes its place among those that have something to send or are over."""
        if self.streams.get(stream.id) is not stream:
            return
        if stream.has_control():
            self._control[stream.id] = stream
        if stream.send.has_data(1):
            self._ready.setdefault(stream.id, stream)
        self._settling[stream.id] = stream

    def settle(self):
        """Tells of streams that are writable again or over; called after each request."""
        settling, self._settling = self._settling, {}
        for stream in settling.values():
            if stream.send.writable_again():
                self._emit("writable", stream=stream.id)
            if stream.closed and self.streams.pop(stream.id, None) is not None:
                self._control.pop(stream.id, None)
                self._ready.pop(stream.id, None)
                self._refused -= stream.refused
                if not stream.refused and not self._ended:
                    self._emit("stream_closed", stream=stream.id, reason=stream.end_reason,
                               code=str(stream.end_code))

    def next_control(self):
        """(stream id, message, content), or None."""
        while self._control:
            number, stream = next(iter(self._control.items()))
            owed = stream.next_control()
            if owed is not None:
                return number, owed[0], owed[1]
            del self._control[number]
        return None

    def next_piece(self, room_of):
        """(stream id, frame type, payload, content) of the stream whose turn it is, or None.

        Higher priorities first, round robin within one (STT-STREAM-028, -029). room_of(stream id) gives the bytes
        that a payload may have.
        """
        session_room = self.flow.send_room
        for stream in self._in_turn(session_room):
            send = stream.send
            before = send.next_new
            piece = send.piece(room_of(stream.id), session_room)
            if piece is None:
                continue
            low, high, kind, payload = piece
            self.flow.sent += send.next_new - before
            self._ready.pop(stream.id)
            if send.has_data(1):
                self._ready[stream.id] = stream
            if stream.has_control():
                self._control[stream.id] = stream
            return stream.id, kind, payload, Data(stream, low, high)
        return None

    def _in_turn(self, session_room):
        for stream in [s for s in self._ready.values() if not s.send.has_data(1)]:
            del self._ready[stream.id]
        if not self._ready:
            return []
        able = [s for s in self._ready.values() if s.send.has_data(session_room)]
        return sorted(able, key=lambda stream: -stream.priority)

    def wants_to_send(self):
        return bool(self._control) or bool(self._in_turn(self.flow.send_room))

    def unblocked(self):
        """New session credit."""
        for stream in self.streams.values():
            self.touch(stream)

    @property
    def flushed(self):
        """Everything written was acknowledged, and so were the ends of closed directions."""
        return not any(s.send.state in ("flushing", "closed_sent", "reset_sent") or not s.send.all_acknowledged
                       for s in self.streams.values())

    def held_bytes(self):
        return sum(s.send.held_bytes() + s.recv.held_bytes() for s in self.streams.values())

    def end(self):
        """The session is over: every stream that is left ends (STT-SESSION-024)."""
        self._ended = True
        for stream in self.streams.values():
            if stream.refused:
                continue
            reason, code = stream.end_reason, stream.end_code
            if not stream.recv.everything_received or not (stream.send.state == "done"
                                                           or stream.send.only_final_missing):
                reason, code = "stream.incomplete", 0
            self._emit("stream_closed", stream=stream.id, reason=reason, code=str(code))
