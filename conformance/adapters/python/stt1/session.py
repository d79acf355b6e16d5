"""One session: states, frames that arrive, datagrams that leave, timers (docs/spec/session.md)."""

from . import frame, keys, messages
from .acks import AckTracker
from .content import NOTHING, Queued, SessionCredit
from .errors import NUMBERS, Refused
from .paths import Paths, host_of
from .replay import ReplayWindow
from .sender import LEAST_ROOM, Sender
from .streams import StreamTable

MAX_RESPONSES = 4
MAX_QUEUED = 256
ACTIVE, CLOSING_SENT, CLOSING_SILENT, CLOSED = "active", "closing_sent", "closing_silent", "closed"
NOT_ACKNOWLEDGED = ("stream.too_many_gaps", "stream.refused")


class Session:
    """`emit(effect, **members)` tells the application; settings are those of the node."""

    def __init__(self, now, number, established, address, settings, entropy, emit):
        own, peer = settings.declared, established.parameters
        mine, theirs = established.chain_i2r, established.chain_r2i
        if not established.initiator:
            mine, theirs = theirs, mine
        self.number = number
        self.id = established.session_id
        self.peer = established.peer
        self.initiator = established.initiator
        self.state = ACTIVE
        self.created_at = self.active_at = now
        self.opened_any = False
        self.on_opened = None
        self.sender = Sender(now, self.id, mine, settings, peer, entropy)
        self.receive_keys = keys.ReceiveKeys(theirs)
        self.paths = Paths(address, lambda: entropy.draw("session.path_challenge", 8), self._queue_for)
        self.streams = StreamTable(self.initiator, own, peer, self._tell, settings.auto_read)
        self._emit = emit
        self._settings = settings
        self._window = ReplayWindow()
        self._acks = AckTracker(own["max_ack_delay_ms"] * 1_000)
        self._idle_us = 1_000 * min([v for v in (own["idle_timeout_ms"], peer["idle_timeout_ms"]) if v], default=0)
        self._keep_alive_us = 1_000 * own["keep_alive_ms"]
        self._idle_since = now
        self._idle_extended = False
        self._forget_key_at = None
        self._challenge = None
        self._errors = []
        self._datagrams = []
        self._off_path = []
        self._responses = []
        self._pong = None
        self._pings = 0
        self._close_message = None
        self._close_deadline = None
        self._close_due = False
        self._closing_frames = 0
        self._closing_until = None
        self.reported = False
        self.read_until = None

    def _tell(self, effect, **members):
        self._emit(effect, session=self.number, **members)

    def _queue_for(self, address, message):
        """A PATH_CHALLENGE: on the current path the newest waits for the window, others leave by themselves."""
        if address == self.paths.current:
            self._challenge = message
        else:
            self._off_path.append((address, message))

    @property
    def alive(self):
        return self.state in (ACTIVE, CLOSING_SENT, CLOSING_SILENT)

    @property
    def closing(self):
        return self.state != ACTIVE or self._close_deadline is not None

    def three_pto(self):
        return 3 * self.sender.recovery.base_pto()

    # Frames that arrive

    def receive(self, now, incoming, address):
        """One frame of this session; Refused drops it and leaves everything as it was."""
        if self.state == CLOSING_SILENT:
            raise Refused("session.closed")
        self._wipe_former_key(now)
        self._window.check(incoming.sequence)
        chosen = self.receive_keys.choose(incoming.epoch, incoming.sequence)
        text = incoming.open(chosen.key)
        newest = self._window.mark(incoming.sequence)
        if self.receive_keys.opened(chosen, incoming.sequence):
            self._forget_key_at = now + self.three_pto()
        self._note_opened(now)
        if self.state == CLOSING_SENT:
            self._receive_closing(now, incoming, text)
            return
        former = self.paths.current
        if newest and self.paths.newest_frame(now, address, self.sender.recovery.base_pto()):
            self._path_changed(now, former)
        try:
            if len(incoming.raw) > self._settings.declared["max_frame_bytes"]:
                raise Refused("session.frame_over_limit")
            eliciting = self._process(now, incoming, text, address)
        except Refused as refused:
            if refused.reason in NOT_ACKNOWLEDGED:
                raise
            self.fail(now, refused.reason)
            return
        self._acks.note(now, incoming.sequence, eliciting)

    def _note_opened(self, now):
        self.active_at = self._idle_since = now
        self._idle_extended = False
        self.opened_any = True
        if self.on_opened is not None:
            told, self.on_opened = self.on_opened, None
            told()

    def _wipe_former_key(self, now):
        """STT-ROTATION-015."""
        if self._forget_key_at is not None and now >= self._forget_key_at:
            self.receive_keys.forget_previous()
            self._forget_key_at = None

    def _process(self, now, incoming, text, address):
        """The payload by its type; True if the frame elicits an ACK. Every refusal closes the session."""
        kind, number = incoming.type, incoming.stream_id
        if kind == frame.CONTROL:
            return self._take_control(now, messages.decode_control(text), incoming.sequence, address)
        if kind == frame.STREAM_CONTROL:
            self.streams.take_control(number, messages.decode_stream_control(text))
        elif number:
            offset, data, end = messages.decode_data(text)
            self.streams.take_data(number, kind, offset, data, end)
        else:
            self.streams.bytes_received += len(text)
            self.streams.messages_received += 1
            self._tell("datagram", type=kind, bytes=text.hex())
        return True

    def _take_control(self, now, message, sequence, address):
        name = message[0]
        if name == "ack":
            self._acks.forget(self.sender.on_ack(now, message))
            return False
        if name == "close":
            self._closed_by_peer(now, message[1], message[2])
            return False
        if name == "ping":
            self._pong = max(sequence, self._pong or 0)
        elif name == "session_credit":
            if self.streams.flow.raise_send_credit(message[1]):
                self.streams.unblocked()
        elif name == "path_challenge":
            self._responses = (self._responses + [(address, message[1])])[-MAX_RESPONSES:]
        elif name == "path_response":
            former = self.paths.current
            if self.paths.response(now, message[1], now + self.three_pto()):
                self._path_changed(now, former)
        elif name == "error":
            self._tell("peer_error", code=str(message[1]), text=message[2].hex())
        return True

    def _path_changed(self, now, former):
        """Only a new IP address resets what was learnt (STT-PATH-011, -012, -017)."""
        if host_of(former) != host_of(self.paths.current):
            self.sender.reset_path(now)
        self._tell("address_changed", address=self.paths.current)

    def datagram_done(self, now, address, size):
        """All frames of a datagram were judged, and one of this session opened."""
        self.paths.received(address, size)
        self.paths.run(now)

    # The end

    def fail(self, now, reason):
        """A protocol error of the peer, or an end of our own making: CLOSE with its number (STT-SESSION-013)."""
        self._start_closing(now, NUMBERS[reason], b"")
        self._over(reason, False, NUMBERS[reason], b"")

    def close(self, now, code, text):
        """STT-SESSION-018: streams flush up to the deadline."""
        if self.closing:
            raise Refused("session.closed")
        self._close_message = (code, text)
        self._close_deadline = now + self._settings.close_deadline_us
        self._close_if_flushed(now)

    def _close_if_flushed(self, now):
        if self.state != ACTIVE or self._close_deadline is None:
            return
        flushed = self.streams.flushed and not self._datagrams and not self._errors
        if flushed or now >= self._close_deadline:
            self._start_closing(now, *self._close_message)

    def _start_closing(self, now, code, text):
        self.state = CLOSING_SENT
        self._close_message = (code, text)
        self._close_due = True
        self._closing_until = now + self.three_pto()
        self.streams.settle()
        self.streams.end()

    def _over(self, reason, by_peer, code, text):
        """Tells the application, once, that the session is over."""
        if not self.reported:
            self.reported = True
            self._tell("closed", reason=reason, by_peer=by_peer, code=str(code), text=text.hex())

    def _receive_closing(self, now, incoming, text):
        """STT-SESSION-020 to -022: an answer for the 1st, 2nd, 4th, 8th ... frame."""
        if incoming.type == frame.CONTROL and text[:1] == b"\x07":
            self._become_closed(now)
            return
        self._closing_frames += 1
        if self._closing_frames & (self._closing_frames - 1) == 0:
            self._close_due = True

    def _closed_by_peer(self, now, code, text):
        """STT-SESSION-023."""
        self.state = CLOSING_SILENT
        self._closing_until = now + self.three_pto()
        self.read_until = now + self._settings.close_deadline_us
        self.streams.settle()
        self.streams.end()
        self._over("session.closed", True, code, text)

    def _become_closed(self, now):
        if self.state == CLOSING_SENT:
            self._over("session.no_error", False, *self._close_message)
        self.read_until = self.read_until or now
        self._wipe()

    def _wipe(self):
        """STT-SESSION-025."""
        self.state = CLOSED
        self.receive_keys = None
        self.sender.keys = None

    def _end_silently(self, now, reason):
        """The idle time-out, without a CLOSE (STT-SESSION-016)."""
        self.streams.settle()
        self.streams.end()
        self._over(reason, False, NUMBERS[reason], b"")
        self.read_until = now + self._settings.close_deadline_us
        self._wipe()

    # Commands of the application

    def judge_open(self):
        """STT-SESSION-019."""
        if self.closing:
            raise Refused("session.closed")

    def queue_datagram(self, kind, data):
        self.judge_open()
        if not frame.CUSTOM <= kind <= 0xFF:
            raise Refused("stream.type_reserved")
        if len(data) > self.sender.payload_room(0, self.sender.mtu.current, MAX_QUEUED):
            raise Refused("session.datagram_too_large")
        if len(self._datagrams) >= MAX_QUEUED:
            raise Refused("stream.would_block")
        self._datagrams.append((kind, data))
        self.streams.bytes_sent += len(data)
        self.streams.messages_sent += 1

    def queue_error(self, code, text):
        self.judge_open()
        if len(self._errors) >= MAX_QUEUED:
            raise Refused("stream.would_block")
        self._errors.append(("error", code, text))

    def ping(self):
        self.judge_open()
        self._pings = min(self._pings + 1, MAX_QUEUED)

    def rotate(self, now):
        self.judge_open()
        self.sender.rotate(now)

    # Timers

    def timer(self, now):
        """When this session wants to be called again, or None; never in the past."""
        if self.state == CLOSED:
            return self.read_until if self.read_until and self.read_until > now else None
        if self.state != ACTIVE:
            return max(self._closing_until, now + 1)
        mtu = self.sender.mtu.timer()
        due = [self._acks.due_at, self.sender.recovery.timer(), self.sender.paced_until, self._idle_at(),
               self._keep_alive_at(), self._close_deadline, self.paths.timer(), self._forget_key_at,
               mtu if mtu is not None and mtu > now else None]
        due = [time for time in due if time is not None]
        return max(min(due), now + 1) if due else None

    def _idle_at(self):
        """STT-SESSION-014, -028."""
        due = None
        if self._idle_us:
            due = self._idle_since + max(self._idle_us, self.three_pto())
        if not self.initiator and not self.opened_any:
            unproven = self.created_at + 3 * self._settings.handshake_deadline_us
            due = unproven if due is None else min(due, unproven)
        return due

    def _keep_alive_at(self):
        """STT-SESSION-017; while a PING for it waits there is no further one."""
        if not self._keep_alive_us or self._pings:
            return None
        return self.sender.last_eliciting_at + self._keep_alive_us

    def run(self, now):
        """Everything whose time has come."""
        if self.state in (CLOSING_SENT, CLOSING_SILENT):
            if now >= self._closing_until:
                self._become_closed(now)
            return
        if self.state != ACTIVE:
            return
        idle_at = self._idle_at()
        if idle_at is not None and now >= idle_at:
            self._end_silently(now, "session.idle_timeout")
            return
        self._wipe_former_key(now)
        self.sender.on_timer(now)
        self.paths.run(now)
        keep_alive_at = self._keep_alive_at()
        if keep_alive_at is not None and now >= keep_alive_at:
            self._pings = 1
        self.streams.settle()
        self._close_if_flushed(now)

    # Datagrams that leave

    def flush(self, now, transmit):
        """Everything that may be sent now; transmit(address, bytes)."""
        if self.state == CLOSING_SENT and self._close_due:
            self._close_due = False
            transmit(self.paths.current, self.sender.control(("close", *self._close_message)))
        if self.state != ACTIVE:
            return
        self.sender.paced_until = None
        try:
            self.sender.rotate_if_due(now)
            self._flush_off_path(transmit)
            while self._flush_one(now, transmit):
                pass
        except Refused as refused:
            if refused.reason == "session.sequence_exhausted":
                self._end_silently(now, refused.reason)
            else:
                self.fail(now, refused.reason)
        self._close_if_flushed(now)
        if self.state == CLOSING_SENT:
            self.flush(now, transmit)

    def _flush_off_path(self, transmit):
        """Answers, and challenges to other addresses, have no part in the congestion window (STT-PATH-018)."""
        queued = self._off_path + [(to, ("path_response", data)) for to, data in self._responses]
        self._off_path, self._responses = [], []
        for address, message in queued:
            size = 9 + self.sender.overhead(0, 9)
            if self.paths.may_send(address, size):
                transmit(address, self.sender.control(message))

    def _flush_one(self, now, transmit):
        """One datagram; False if there is nothing more to send now."""
        sender = self.sender
        ack = self._acks.message(now) if self._acks.pending else None
        ack_size = 0
        if ack is not None:
            payload = len(messages.encode_control(ack))
            ack_size = payload + sender.overhead(0, payload)
        parts, waits = [], self._wants_to_send()
        if waits and sender.may_send(now):
            parts = self._gather(sender.mtu.current - ack_size)
            if not parts and ack is not None:
                parts = self._gather(sender.mtu.current)
                ack = None if parts else ack
            waits = bool(parts)
        if not waits:
            sender.recovery.limited = False
        if not parts and (not self._acks.pending or self._acks.due_at > now):
            probe = sender.mtu_probe(now)
            if probe is not None:
                transmit(self.paths.current, probe)
            return probe is not None
        if ack is not None:
            self._acks.sent()
        raw = sender.datagram(now, ack, parts)
        if parts and not self._idle_extended:
            self._idle_since, self._idle_extended = now, True
        transmit(self.paths.current, raw)
        return True

    def _wants_to_send(self):
        return bool(self.sender.recovery.probes or self._challenge or self._pong is not None
                    or self._pings or self._errors or self._datagrams or self.streams.flow.new_grant() is not None
                    or self.streams.wants_to_send())

    def _gather(self, room):
        """Parts of one datagram: control, stream control, datagrams, data; at a PTO at least a PING."""
        sender, parts = self.sender, []
        if sender.recovery.probes and not self._anything_waits():
            sender.oldest_again()
        while True:
            part = self._next_part(room, len(parts))
            if part is None:
                break
            room -= len(part[2]) + sender.overhead(part[1], len(part[2]), len(parts))
            parts.append(part)
        if not parts and sender.recovery.probes:
            parts.append(sender.ping_part())
        return parts

    def _anything_waits(self):
        return bool(self._errors or self._datagrams or self.streams.wants_to_send())

    def _next_part(self, room, ahead):
        if room < LEAST_ROOM:
            return None
        part = self._next_control(room)
        if part is not None:
            return part
        owed = self.streams.next_control()
        if owed is not None:
            return frame.STREAM_CONTROL, owed[0], messages.encode_stream_control(owed[1]), owed[2]
        if self._datagrams:
            if len(self._datagrams[0][1]) > self.sender.payload_room(0, room, ahead):
                if not ahead and room >= self.sender.mtu.current:
                    self._datagrams.pop(0)
                return None
            kind, data = self._datagrams.pop(0)
            return kind, 0, data, NOTHING
        piece = self.streams.next_piece(lambda stream_id: self.sender.payload_room(stream_id, room, ahead))
        return None if piece is None else (piece[1], piece[0], piece[2], piece[3])

    def _next_control(self, room):
        content, message = NOTHING, None
        if self._challenge is not None:
            message, self._challenge = self._challenge, None
        elif self._pong is not None:
            message, self._pong = ("pong", self._pong), None
        elif self._pings:
            message, self._pings = ("ping", 0), self._pings - 1
        elif self.streams.flow.new_grant() is not None:
            position = self.streams.flow.new_grant()
            self.streams.flow.grant(position)
            message, content = ("session_credit", position), SessionCredit(self.streams.flow, position)
        elif self._errors and len(self._errors[0][2]) + LEAST_ROOM <= room:
            message = self._errors.pop(0)
            content = Queued(self._errors, message)
        if message is None:
            return None
        return frame.CONTROL, 0, messages.encode_control(message), content
