"""One stream: both directions, and the stream-control messages that it owes (docs/spec/streams.md, States)."""

from .content import StreamControl
from .errors import NUMBERS, Refused
from .receiving import RecvHalf
from .sending import SendHalf

REFUSED = NUMBERS["stream.refused"]


class Stream:
    """`table` is told by `touch` whenever the stream may have something to send or may be over."""

    def __init__(self, table, number, local, send_credit, window):
        self.table = table
        self.id = number
        self.local = local
        self.priority = 0
        self.send = SendHalf(send_credit)
        self.recv = RecvHalf(window)
        self.refused = False
        self.told_readable = False
        self.end_reason, self.end_code = "session.no_error", 0
        self._owed = {}
        self._announced = False
        self._stop_code = None
        self._stop_told = False

    def touch(self):
        self.table.touch(self)

    @property
    def closed(self):
        """STT-STREAM-042."""
        return self.send.state == "done" and self.recv.state == "done"

    @property
    def counts_as_open(self):
        """To a receiver that judges an opening (STT-STREAM-023)."""
        return not (self.recv.everything_received and (self.send.only_final_missing or self.send.state == "done"))

    def end_as(self, reason, code):
        """The first unusual end of a direction names the end of the stream."""
        if self.end_reason == "session.no_error":
            self.end_reason, self.end_code = reason, code

    # Commands of the application

    def reset(self, code, reason="stream.cancelled"):
        if self.send.reset(code):
            self.end_as(reason, code)
            self._owed.pop("close", None)
            self._owe("reset")
            return True
        return False

    def announce(self):
        """A stream of ours whose first data wait for credit: the peer learns of it by OPEN."""
        if self.local and not self._announced and not self.send.next_new and not self.send.credit:
            self._announced = True
            self._owe("open")

    def stop(self, code):
        if not self.recv.stop():
            return False
        self._stop_code = code
        self._owe("stop")
        return True

    # What the peer says

    def take_control(self, message):
        """Any stream-control message but OPEN; copies change nothing (STT-STREAM-052). True: the peer reset."""
        name = message[0]
        if name == "close":
            self.recv.close(message[1])
        elif name == "reset":
            code = message[1]
            told = self.recv.reset(code, message[2])
            if told:
                self.end_as("stream.refused" if code == REFUSED else "stream.reset", code)
            if code == REFUSED:
                self.reset(code, "stream.refused")
            return told
        elif name == "credit" and message[1] > self.send.credit:
            self.send.credit = message[1]
        elif name == "stop":
            self.reset(message[1], "stream.stopped")
        return False

    # What is to be sent

    def _owe(self, name):
        self._owed[name] = True
        self.touch()

    def has_control(self):
        if self.send.final_to_send():
            self._owed["close"] = True
        if self.recv.new_credit() is not None:
            self._owed["credit"] = True
        return bool(self._owed)

    def next_control(self):
        """(message, content) of the next stream-control message that is owed, or None."""
        while self.has_control():
            name = next(iter(self._owed))
            del self._owed[name]
            message = self._message(name)
            if message is not None:
                return message, StreamControl(self, name, message[-1])
        return None

    def _message(self, name):
        if name == "open":
            return (name,)
        if name == "close":
            return (name, self.send.final) if self.send.state == "closed_sent" else None
        if name == "reset":
            return (name, self.send.reset_code, self.send.final) if self.send.state == "reset_sent" else None
        if name == "stop":
            first, self._stop_told = not self._stop_told, True
            return (name, self._stop_code) if first or self.recv.state == "stopped" else None
        self.recv.credit = max(self.recv.credit, self.recv.new_credit() or 0)
        return "credit", self.recv.credit

    def control_delivered(self, name):
        if name in ("close", "reset"):
            self.send.final_delivered(name)
            self._owed.pop(name if self.send.state == "done" else "", None)
        self.touch()

    def control_lost(self, name, value):
        """Sent again with its newest value, if it still matters (STT-RECOVERY-026)."""
        if name == "credit" and (value < self.recv.credit or self.recv.final is not None):
            return
        if name == "close" and self.send.state != "closed_sent":
            return
        self._owe(name)

    def judge_sendable(self):
        if not self.send.accepts:
            raise Refused("stream.closed")
