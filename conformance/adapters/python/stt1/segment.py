"""Segments of the BinaryStreamEncoder and the decoder that puts them in order (docs/spec/primitives.md)."""

from . import crypto, varint
from .errors import Refused
from .reader import Reader

MAX_CONTEXT = 256
MAX_TEXT = 1_048_576
SHORTEST = 42
END, BOUNDED = 1, 2
WINDOW, WIDEST_WINDOW = 1_024, 65_536
BUFFER = 16 * 1024 * 1024


def stream_key(key, context_id):
    """STT-ENCODER-004, -017."""
    if len(context_id) > MAX_CONTEXT:
        raise Refused("base.invalid_argument", "segment")
    return crypto.kdf(key, "stream", context_id)


def _associated(context_id, kind, sequence):
    return varint.lp(context_id) + bytes((kind,)) + sequence.to_bytes(8, "big")


def seal(key, context_id, nonce_prefix, sequence, end, bounded, text):
    """The bytes of one segment (STT-ENCODER-003, -005, -006)."""
    if not text:
        raise Refused("primitives.segment_too_short", "segment")
    if len(text) > MAX_TEXT:
        raise Refused("primitives.segment_too_long", "segment")
    kind = (END if end else 0) | (BOUNDED if bounded else 0)
    nonce = nonce_prefix + sequence.to_bytes(8, "big")
    sealed = crypto.seal(stream_key(key, context_id), nonce, _associated(context_id, kind, sequence), text)
    return bytes((kind,)) + sealed[:-16] + nonce + sealed[-16:]


def judge_form(sequence, data):
    """Size, kind, nonce (STT-DECODER-010); gives the kind."""
    if len(data) < SHORTEST:
        raise Refused("primitives.segment_too_short", "segment")
    if len(data) > SHORTEST - 1 + MAX_TEXT:
        raise Refused("primitives.segment_too_long", "segment")
    if data[0] > 3:
        raise Refused("primitives.segment_kind", "segment")
    if data[-24:-16] != sequence.to_bytes(8, "big"):
        raise Refused("primitives.segment_nonce", "segment")
    return data[0]


def open_segment(key, context_id, sequence, data):
    """The text of a segment whose form was judged; `key` is the stream key."""
    associated = _associated(context_id, data[0], sequence)
    return crypto.open_sealed(key, data[-40:-16], associated, data[1:-40] + data[-16:])


def _end_totals(text):
    """(total bytes, number of segments) of an end segment (STT-DECODER-015)."""
    reader = Reader(text)
    try:
        totals = reader.varint(), reader.varint()
        reader.finish()
    except Refused as refused:
        raise refused.at("end") from None
    return totals


def encode(key, context_id, nonce_prefix, segment_bytes, pieces, size=None):
    """The segments of a source that gives `pieces`, pauses between two of them, and then ends (STT-ENCODER-007 to -010,
    -013). With a declared size pauses are waited for, and the source has to give exactly that."""
    whole = b"".join(pieces)
    bounded = size is not None
    if bounded and len(whole) < size:
        raise Refused("primitives.source_too_short", "source")
    if bounded and len(whole) > size:
        raise Refused("primitives.source_too_long", "source")
    runs = [whole] if bounded else pieces
    texts = [run[at:at + segment_bytes] for run in runs for at in range(0, len(run), segment_bytes)]
    totals = varint.encode(len(whole)) + varint.encode(len(texts))
    return [seal(key, context_id, nonce_prefix, sequence, sequence == len(texts), bounded, text)
            for sequence, text in enumerate([*texts, totals])]


class Decoder:
    """Takes segments in any order, gives bytes in order, and knows when they are all (STT-DECODER-001 to -015)."""

    def __init__(self, key, context_id, window=WINDOW, buffer=BUFFER):
        self._key = stream_key(key, context_id)
        self._context_id = context_id
        self._window = window
        self._buffer = buffer
        self._encoder = None
        self._next = 0
        self._highest = -1
        self._waiting = {}
        self._waiting_bytes = 0
        self._taken_bytes = 0
        self._end = None
        self._unread = bytearray()

    @property
    def complete(self):
        """The end is verified and everything before it was taken."""
        return self._end is not None and self._next == self._end[0]

    def read(self):
        out = bytes(self._unread)
        self._unread.clear()
        return out

    def receive(self, sequence, data):
        """Takes one segment; a refusal changes nothing."""
        kind = judge_form(sequence, data)
        encoder = (bytes(data[-40:-24]), kind & BOUNDED)
        if self._encoder is not None and encoder != self._encoder:
            raise Refused("primitives.segment_foreign", "place")
        is_end = bool(kind & END)
        copy = self._judge_place(sequence, is_end)
        text = open_segment(self._key, self._context_id, sequence, data)
        if copy:
            return
        if is_end:
            self._take_end(sequence, text)
        else:
            self._take_data(sequence, text)
        self._encoder = encoder

    def _judge_place(self, sequence, is_end):
        """STT-DECODER-004, -006, -011, -012; True for a segment that had been taken before."""
        if self._end is not None and sequence >= self._end[0]:
            if is_end and sequence == self._end[0]:
                return True
            raise Refused("primitives.segment_past_end", "place")
        if is_end:
            if sequence <= self._highest or self._end is not None:
                raise Refused("primitives.segment_past_end", "place")
            return False
        if sequence < self._next or sequence in self._waiting:
            return True
        if sequence >= self._next + self._window:
            raise Refused("primitives.segment_beyond_window", "place")
        if sequence == self._next:
            if len(self._unread) >= self._buffer:
                raise Refused("stream.would_block", "place")
        elif self._waiting_bytes >= self._buffer:
            raise Refused("primitives.segment_beyond_window", "place")
        return False

    def _take_end(self, sequence, text):
        """STT-DECODER-014: the totals must be those of the segments."""
        total, number = _end_totals(text)
        all_taken = self._next == sequence and not self._waiting
        if number != sequence or total < self._taken_bytes or all_taken and total != self._taken_bytes:
            raise Refused("primitives.segment_end", "end")
        self._end = (sequence, total)

    def _take_data(self, sequence, text):
        taken = self._taken_bytes + len(text)
        if self._end is not None:
            completes = self._next + len(self._waiting) + 1 == self._end[0]
            if taken > self._end[1] or completes and taken != self._end[1]:
                raise Refused("primitives.segment_end", "end")
        self._taken_bytes = taken
        self._highest = max(self._highest, sequence)
        self._waiting[sequence] = text
        self._waiting_bytes += len(text)
        while self._next in self._waiting:
            text = self._waiting.pop(self._next)
            self._waiting_bytes -= len(text)
            self._unread += text
            self._next += 1
