"""Round-trip time, loss detection and probe time-outs of one session (docs/spec/recovery.md, RFC 9002)."""

from bisect import bisect_left

from .errors import Refused

GRANULARITY = 1_000
INITIAL_RTT = 333_000
PACKET_THRESHOLD = 3
MAX_PACKET_THRESHOLD = 128
PERSISTENT = 3
MAX_LOST = 1_024
MAX_ACK_FRAMES = 32
MAX_BACK_OFF = 20
MAX_WAIT = 60_000_000


class RoundTrip:
    """STT-RECOVERY-008."""

    def __init__(self, max_ack_delay_us):
        self.max_ack_delay = max_ack_delay_us
        self.minimum = self.latest = self.first_sample_at = None
        self.smoothed, self.variation = INITIAL_RTT, INITIAL_RTT // 2

    def sample(self, now, latest, delay):
        self.latest = latest
        if self.minimum is None:
            self.minimum = self.smoothed = latest
            self.variation = latest // 2
            self.first_sample_at = now
            return
        self.minimum = min(self.minimum, latest)
        delay = min(delay, self.max_ack_delay)
        adjusted = latest - delay if latest >= self.minimum + delay else latest
        self.variation = (3 * self.variation + abs(self.smoothed - adjusted)) // 4
        self.smoothed = (7 * self.smoothed + adjusted) // 8

    def probe_timeout(self):
        """PTO without the factor 2^n."""
        return self.smoothed + max(4 * self.variation, GRANULARITY) + self.max_ack_delay


class SentFrame:
    """An ack-eliciting frame in flight: in which datagram it left, and what it carried."""

    __slots__ = ("datagram", "at", "size", "epoch", "content", "ordinal")

    def __init__(self, datagram, at, size, epoch, content):
        self.datagram = datagram
        self.at = at
        self.size = size
        self.epoch = epoch
        self.content = content
        self.ordinal = 0


class Recovery:
    """Frames in flight by sequence. Frames of ACK, CLOSE and other paths are not among them."""

    def __init__(self, controller, max_ack_delay_us):
        self.controller = controller
        self.rtt = RoundTrip(max_ack_delay_us)
        self.sent = {}
        self.bytes_in_flight = 0
        self.limited = False
        self.pto_count = 0
        self.probes = 0
        self.loss_time = None
        self._lost = {}
        self._ack_frames = {}
        self._largest_acked = -1
        self._largest_acked_datagram = -1
        self._last_eliciting_at = 0
        self._ordinal = 0
        self._run = None
        self._packet_threshold = PACKET_THRESHOLD
        self._reordered_until = None
        self._skipped_lows, self._skipped_highs = [], []

    def skip(self, low, high):
        """Sequences that are never used, above all before them: whoever acknowledges one is caught (STT-FRAME-031)."""
        self._skipped_lows.append(low)
        self._skipped_highs.append(high)

    def on_sent(self, sequence, sent):
        self._ordinal += 1
        sent.ordinal = self._ordinal
        self.sent[sequence] = sent
        self.bytes_in_flight += sent.size
        self._last_eliciting_at = sent.at

    def on_ack_frame_sent(self, sequence, ranges):
        """Remembers what an ACK of ours reported, for the newest few."""
        self._ack_frames[sequence] = ranges
        if len(self._ack_frames) > MAX_ACK_FRAMES:
            del self._ack_frames[next(iter(self._ack_frames))]

    def on_ack(self, now, delay_us, ranges, next_sequence):
        """(frames newly acknowledged, frames lost, ranges that need no report any more) of an ACK."""
        largest = ranges[0][1]
        if largest >= next_sequence or any(self._holds_skipped(*one) for one in ranges):
            raise Refused("session.ack_never_sent")
        acked = self._take_acknowledged(now, ranges)
        reported = self._take_reported(ranges)
        if not acked:
            return [], [], reported
        if acked[0][0] == largest:
            self.rtt.sample(now, now - acked[0][1].at, delay_us)
        busy = self.limited and 2 * self.bytes_in_flight >= self.controller.window
        for _, frame in acked:
            self.bytes_in_flight -= frame.size
            self.controller.acknowledged(now, frame.size, frame.at, busy, self.rtt.smoothed)
            self._largest_acked_datagram = max(self._largest_acked_datagram, frame.datagram)
        self._largest_acked = max(self._largest_acked, acked[0][0])
        self.pto_count = 0
        return [frame for _, frame in acked], self.detect_losses(now), reported

    def _holds_skipped(self, low, high):
        place = bisect_left(self._skipped_highs, low)
        return place < len(self._skipped_lows) and self._skipped_lows[place] <= high

    def _take_acknowledged(self, now, ranges):
        """(sequence, frame) of all newly acknowledged, the newest first; late ones are told apart."""
        acked = []
        if not self.sent and not self._lost:
            return acked
        oldest = min(next(iter(self.sent), ranges[0][1]), next(iter(self._lost), ranges[0][1]))
        for low, high in ranges:
            for sequence in range(high, max(low, oldest) - 1, -1):
                frame = self.sent.pop(sequence, None)
                if frame is not None:
                    acked.append((sequence, frame))
                elif sequence in self._lost:
                    self._late(now, self._lost.pop(sequence))
            if low <= oldest:
                break
        return acked

    def _late(self, now, frame):
        """A frame that was declared lost has arrived: the path reorders (STT-RECOVERY-027, -031)."""
        distance = self._largest_acked_datagram - frame.datagram + 1
        self._packet_threshold = min(MAX_PACKET_THRESHOLD, max(self._packet_threshold, distance))
        self._reordered_until = now + 32 * self.rtt.smoothed
        for part in frame.content:
            part.delivered()

    def _take_reported(self, ranges):
        reported = []
        for sequence in [s for s in self._ack_frames if any(low <= s <= high for low, high in ranges)]:
            reported += self._ack_frames.pop(sequence)
        return reported

    def detect_losses(self, now):
        """Frames that are lost by datagrams or by time (STT-RECOVERY-009, -010, -030)."""
        if self._reordered_until is not None and now > self._reordered_until:
            self._packet_threshold, self._reordered_until = PACKET_THRESHOLD, None
        base = max(self.rtt.smoothed, self.rtt.latest or 0)
        delay = max(2 * base if self._reordered_until is not None else base * 9 // 8, GRANULARITY)
        self.loss_time = None
        lost = []
        for sequence, frame in self.sent.items():
            if sequence > self._largest_acked:
                break
            if frame.datagram + self._packet_threshold <= self._largest_acked_datagram or frame.at + delay <= now:
                lost.append((sequence, frame))
            elif self.loss_time is None or frame.at + delay < self.loss_time:
                self.loss_time = frame.at + delay
        for sequence, frame in lost:
            del self.sent[sequence]
            self.bytes_in_flight -= frame.size
            self._lost[sequence] = frame
        while len(self._lost) > MAX_LOST:
            del self._lost[next(iter(self._lost))]
        self._congest(now, [frame for _, frame in lost])
        return [frame for _, frame in lost]

    def _congest(self, now, lost):
        """The controller hears of losses; probes of the path MTU are none (STT-PATH-022)."""
        counted = [frame for frame in lost if not any(part.is_probe for part in frame.content)]
        if not counted:
            return
        self.controller.lost(now, counted[-1].at)
        if self.rtt.first_sample_at is None:
            return
        for frame in counted:
            if self._run is None or frame.ordinal != self._run[1] + 1:
                self._run = (frame.at, frame.ordinal)
            self._run = (self._run[0], frame.ordinal)
            if self._run[0] > self.rtt.first_sample_at and frame.at - self._run[0] > PERSISTENT * self.base_pto():
                self.controller.persistent_congestion()
                self._run = None

    def base_pto(self):
        return self.rtt.probe_timeout()

    def timer(self):
        """When to call `on_timer`: the loss timer if there is one, else the PTO (STT-RECOVERY-012, -014, -040)."""
        if self.loss_time is not None:
            return self.loss_time
        if not self.sent:
            return None
        wait = self.base_pto() << min(self.pto_count, MAX_BACK_OFF)
        return self._last_eliciting_at + max(min(wait, MAX_WAIT), self.base_pto())

    def on_timer(self, now):
        """Frames lost by time; or, at a PTO, the right to send two probes (STT-RECOVERY-013, -016)."""
        due = self.timer()
        if due is None or due > now:
            return []
        if self.loss_time is not None:
            return self.detect_losses(now)
        self.pto_count += 1
        self.probes = 2
        return []

    def acknowledged_epoch(self, acked, epoch):
        return any(frame.epoch == epoch for frame in acked)

    def reset_path(self, controller):
        """A new IP address: nothing that was learnt holds (STT-PATH-011)."""
        self.controller = controller
        self.rtt = RoundTrip(self.rtt.max_ack_delay)
        self.pto_count = 0
        self._run = None
