"""The sending side of a session: sequences, epochs, nonces, datagrams, the congestion window and the pacer."""

from . import frame, keys, messages, varint
from .congestion import Cubic, Pacer
from .content import NOTHING, Data, Probe, SessionCredit, StreamControl
from .errors import Refused
from .mtu import BASE, BLACK_HOLE_PTOS, MtuSearch
from .recovery import Recovery, SentFrame

LAST_SEQUENCE = 2 ** 64 - 1
LEAST_ROOM = 100
ROTATE_AFTER_US = 3_600_000_000


class Sender:
    """Seals frames under the keys of one direction and packs them into datagrams.

    `reliable`: on a connection, where nothing is acknowledged (STT-WS-009, -012).
    """

    def __init__(self, now, session_id, chain, settings, peer, entropy, reliable=False):
        self.session_id = session_id
        self.keys = keys.SendKeys(chain)
        self.next_sequence = 0
        self.recovery = Recovery(Cubic(), peer["max_ack_delay_ms"] * 1_000)
        self.pacer = Pacer()
        self.mtu = MtuSearch(now, min(settings.datagram_bytes_max, peer["max_frame_bytes"]))
        self.paced_until = None
        self.last_eliciting_at = now
        self._settings = settings
        self._entropy = entropy
        self._reliable = reliable
        self._datagram = 0
        self._begin_epoch(now)

    # Epochs

    def _begin_epoch(self, now):
        """STT-FRAME-035."""
        self._nonce_prefix = self._entropy.draw("session.nonce_prefix", 16)
        self._selector = varint.encode(self.keys.epoch)
        self._epoch_since = now
        self._epoch_bytes = self._epoch_messages = 0
        self._may_rotate = self.keys.epoch == 0

    def rotate(self, now):
        """STT-ROTATION-012, -016."""
        if not self._may_rotate:
            raise Refused("session.rotation_too_early")
        self.keys.rotate()
        self._begin_epoch(now)

    def rotate_if_due(self, now):
        """The thresholds are triggers (STT-ROTATION-008 to -011)."""
        settings = self._settings
        if self._may_rotate and (self._epoch_bytes >= settings.rotate_after_bytes
                                 or self._epoch_messages >= settings.rotate_after_messages
                                 or now - self._epoch_since >= ROTATE_AFTER_US):
            self.rotate(now)

    # Frames

    def overhead(self, stream_id, payload, ahead=0):
        return frame.overhead(stream_id, self.next_sequence + ahead, self.keys.epoch, payload)

    def payload_room(self, stream_id, room, ahead=0):
        """How many bytes a payload may have in a frame of at most `room` bytes."""
        return room - self.overhead(stream_id, room, ahead)

    def seal(self, kind, stream_id, payload):
        """(sequence, frame) of a payload; no sequence is used twice (STT-FRAME-029, -032)."""
        sequence = self.next_sequence
        if sequence > LAST_SEQUENCE:
            raise Refused("session.sequence_exhausted")
        self.next_sequence += 1
        self._may_rotate = self._may_rotate or self._reliable
        self._epoch_bytes += len(payload)
        if kind >= frame.CUSTOM and not stream_id or kind in (frame.DATA,) and payload[0] & 1:
            self._epoch_messages += 1
        elif kind >= frame.CUSTOM and payload[:1] == b"\x01":
            self._epoch_messages += 1
        nonce = self._nonce_prefix + sequence.to_bytes(8, "big")
        raw = frame.seal(self.keys.key, kind, self.session_id, stream_id, sequence, self._selector, nonce, payload)
        return sequence, raw

    def skip(self, count):
        """Leaves sequences out (STT-FRAME-031)."""
        if count > LAST_SEQUENCE + 1 - self.next_sequence:
            raise Refused("session.sequence_exhausted")
        if count:
            self.recovery.skip(self.next_sequence, self.next_sequence + count - 1)
            self.next_sequence += count

    def control(self, message):
        """One CONTROL frame outside of recovery: CLOSE, and path messages to other addresses."""
        return self.seal(frame.CONTROL, 0, messages.encode_control(message))[1]

    # Datagrams

    def may_send(self, now):
        """Whether the window and the pacer let a full datagram go, or a PTO does (STT-RECOVERY-015, -018, -023)."""
        recovery = self.recovery
        self.paced_until = None
        if recovery.probes:
            return True
        controller = recovery.controller
        if recovery.bytes_in_flight + self.mtu.current > controller.window:
            recovery.limited = True
            return False
        self.pacer.refill(now, controller, recovery.rtt.smoothed)
        wait = self.pacer.wait(self.mtu.current, controller, recovery.rtt.smoothed)
        if wait:
            recovery.limited = True
            self.paced_until = now + wait
            return False
        return True

    def datagram(self, now, ack, parts):
        """Seals an ACK message (or None) and parts (type, stream id, payload, content) into one datagram."""
        out, elicited = [], 0
        self._datagram += 1
        if ack is not None:
            sequence, raw = self.seal(frame.CONTROL, 0, messages.encode_control(ack))
            self.recovery.on_ack_frame_sent(sequence, ack[2])
            out.append(raw)
        for kind, stream_id, payload, content in parts:
            sequence, raw = self.seal(kind, stream_id, payload)
            self.recovery.on_sent(sequence, SentFrame(self._datagram, now, len(raw), self.keys.epoch, (content,)))
            elicited += len(raw)
            out.append(raw)
        if elicited:
            self.pacer.spent(elicited)
            self.last_eliciting_at = now
            self.recovery.probes = max(0, self.recovery.probes - 1)
        return b"".join(out)

    def mtu_probe(self, now):
        """A padded PING as a datagram of its own, if one is due and the window has room, or None."""
        size = self.mtu.probe(now)
        recovery = self.recovery
        if size is None or recovery.bytes_in_flight + size > recovery.controller.window:
            return None
        self.mtu.sent(now)
        padding = self.payload_room(0, size) - 1
        part = (frame.CONTROL, 0, messages.encode_control(("ping", padding)), Probe(self.mtu, size))
        return self.datagram(now, None, [part])

    def oldest_again(self):
        """At a PTO with nothing that waits: what was sent and not acknowledged goes again (STT-RECOVERY-013)."""
        repeated = 0
        for sent in self.recovery.sent.values():
            for content in sent.content:
                if isinstance(content, (Data, StreamControl, SessionCredit)):
                    content.again()
                    repeated += 1
            if repeated >= 2:
                break

    # What is heard of them

    def on_ack(self, now, message):
        """The ranges of our own ACKs that arrived; raises Refused for a sequence that was never sent."""
        acked, lost, reported = self.recovery.on_ack(now, message[1], message[2], self.next_sequence)
        if not self._may_rotate:
            self._may_rotate = self.recovery.acknowledged_epoch(acked, self.keys.epoch)
        for sent in acked:
            self.mtu.datagram_fate(now, sent.size, True)
            for content in sent.content:
                content.delivered()
        self._lose(now, lost)
        self._follow_mtu()
        return reported

    def _lose(self, now, lost):
        for sent in lost:
            for content in sent.content:
                if not content.is_probe:
                    self.mtu.datagram_fate(now, sent.size, False)
                content.again()

    def on_timer(self, now):
        """Losses by time and probe time-outs."""
        self._lose(now, self.recovery.on_timer(now))
        if self.recovery.pto_count >= BLACK_HOLE_PTOS:
            self.mtu.fall_back(now)
        self._follow_mtu()

    def _follow_mtu(self):
        self.recovery.controller.datagram = max(BASE, self.mtu.current)

    def reset_path(self, now):
        """STT-PATH-011."""
        self.recovery.reset_path(Cubic())
        self.pacer = Pacer()
        self.mtu.reset(now)

    def ping_part(self):
        return frame.CONTROL, 0, b"\x02", NOTHING
