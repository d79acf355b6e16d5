"""Frames and datagrams: parsing, laying out, sealing and opening (docs/spec/wire.md)."""

from . import crypto, varint
from .errors import NeedMore, Refused

MAGIC = b"ST"
VERSION = 1
MAX_FRAME = 2_097_152
MAX_HANDSHAKE_FRAME = 1_200
SHORTEST_BODY = 53

HANDSHAKE, DATA, CONTROL, STREAM_CONTROL, AUTH, CUSTOM = 1, 2, 3, 4, 5, 0x80
_ZERO_ID = bytes(8)
_PREFIX = b"ST\x01"


class Frame:
    """One whole frame: its fields, and the bytes they came from. `selector` is the hint or the encoded epoch."""

    __slots__ = ("type", "session_id", "stream_id", "sequence", "epoch", "hint", "payload", "nonce", "tag",
                 "associated", "raw")

    def open(self, key):
        """The plaintext of the payload (STT-FRAME-026, STT-FRAME-038)."""
        return crypto.open_sealed(key, self.nonce, self.associated, self.payload + self.tag)


def is_session_type(kind):
    """Whether frames of this type belong to a session: DATA, CONTROL, STREAM_CONTROL and custom."""
    return kind in (DATA, CONTROL, STREAM_CONTROL) or kind >= CUSTOM


def is_data_type(kind):
    """Whether a message on a stream may have this type (STT-DISPATCH-009)."""
    return kind == DATA or CUSTOM <= kind <= 0xFF


def parse(data, start=0):
    """The frame at `start`; NeedMore for a proper prefix, Refused (stage `frame`) for a malformed one.

    The first broken rule in byte order is the answer, however the bytes are split (STT-FRAME-018 to -021).
    """
    try:
        return _parse(data, start)
    except Refused as refused:
        raise refused.at("frame") from None


def _parse(data, start):
    have = len(data) - start
    body, length = _parse_length(data, start, have)
    end = body + length
    missing = end - len(data)
    frame = Frame()
    position, metadata = _parse_header(data, body, min(end, len(data)), frame, end - start, missing)
    if metadata > end - position:
        raise Refused("wire.frame_metadata_length")
    _judge_metadata_length(frame.type, metadata)
    if missing > 0:
        raise NeedMore(missing)
    _parse_metadata(data, start, position, end - metadata, end, frame)
    return frame


def _parse_length(data, start, have):
    """Magic, version and length: (position of the body, its length)."""
    for index in range(min(have, 2)):
        if data[start + index] != MAGIC[index]:
            raise Refused("wire.frame_magic")
    if have > 2 and data[start + 2] != VERSION:
        raise Refused("wire.frame_version")
    if have < 4:
        raise NeedMore(4 - have)
    try:
        length, body = varint.decode(data, start + 3)
    except Refused as refused:
        if refused.reason == "wire.varint_truncated":
            raise NeedMore(1) from None
        raise
    if body - start + length > MAX_FRAME:
        raise Refused("wire.frame_too_long")
    if length < SHORTEST_BODY:
        raise Refused("wire.frame_too_short")
    return body, length


def _parse_header(data, position, end, frame, whole, missing):
    """Type to metadata_length; fills `frame`, gives (position of the payload, metadata_length)."""
    if position >= end:
        raise NeedMore(missing)
    kind = frame.type = data[position]
    if kind == 0 or AUTH < kind < CUSTOM:
        raise Refused("wire.frame_type_reserved")
    if kind in (HANDSHAKE, AUTH) and whole > MAX_HANDSHAKE_FRAME:
        raise Refused("wire.frame_handshake_too_long")
    if position + 9 > end:
        raise NeedMore(missing)
    frame.session_id = bytes(data[position + 1:position + 9])
    if (frame.session_id == _ZERO_ID) != (kind == HANDSHAKE):
        raise Refused("wire.frame_session_id")
    frame.stream_id, position = _field(data, position + 9, end, missing)
    _judge_stream_id(kind, frame.stream_id)
    frame.sequence, position = _field(data, position, end, missing)
    if frame.sequence and kind in (HANDSHAKE, AUTH):
        raise Refused("wire.frame_sequence")
    metadata, position = _field(data, position, end, missing)
    return position, metadata


def _field(data, position, end, missing):
    """A varint of the header; one that ends with what has arrived needs the rest of the frame."""
    try:
        return varint.decode(data, position, end)
    except Refused as refused:
        if missing > 0 and refused.reason == "wire.varint_truncated":
            raise NeedMore(missing) from None
        raise


def _judge_stream_id(kind, stream_id):
    """STT-FRAME-011, -012 and -013."""
    if stream_id > 65_535:
        raise Refused("wire.frame_stream_id")
    if kind in (HANDSHAKE, AUTH, CONTROL) and stream_id or kind in (DATA, STREAM_CONTROL) and not stream_id:
        raise Refused("wire.frame_stream_id")


def _judge_metadata_length(kind, metadata):
    """STT-FRAME-015."""
    if metadata != 48 if kind == HANDSHAKE else not 41 <= metadata <= 50:
        raise Refused("wire.frame_metadata_length")


def _parse_metadata(data, start, payload, selector, end, frame):
    """Key selector, nonce and tag of a complete frame (STT-FRAME-016, -017, -022)."""
    frame.hint = frame.epoch = None
    nonce = end - 40
    if frame.type == HANDSHAKE:
        frame.hint = bytes(data[selector:nonce])
    else:
        frame.epoch, behind = varint.decode(data, selector, nonce)
        if behind != nonce:
            raise Refused("wire.frame_metadata_length")
        if frame.type == AUTH and frame.epoch:
            raise Refused("wire.frame_epoch")
    frame.payload = bytes(data[payload:selector])
    frame.nonce = bytes(data[nonce:end - 16])
    frame.tag = bytes(data[end - 16:end])
    frame.associated = bytes(data[start:payload]) + bytes(data[selector:nonce])
    frame.raw = bytes(data[start:end])


def overhead(stream_id, sequence, epoch, payload):
    """How many bytes a session frame has beside its payload of `payload` bytes."""
    body = 50 + varint.size(stream_id) + varint.size(sequence) + varint.size(epoch)
    return 3 + varint.size(body + payload) + body


def header(kind, session_id, stream_id, sequence, selector, payload_length):
    """Every byte from the magic to metadata_length."""
    rest = b"".join((bytes((kind,)), session_id, varint.encode(stream_id), varint.encode(sequence),
                     varint.encode(len(selector) + 40)))
    return _PREFIX + varint.encode(len(rest) + payload_length + len(selector) + 40) + rest


def seal(key, kind, session_id, stream_id, sequence, selector, nonce, text):
    """A whole frame around the sealed text; nothing is judged."""
    head = header(kind, session_id, stream_id, sequence, selector, len(text))
    sealed = crypto.seal(key, nonce, head + selector, text)
    return b"".join((head, sealed[:-16], selector, nonce, sealed[-16:]))


def judge(raw):
    """Refuses a frame that was laid out and that no parser would take."""
    try:
        parse(raw)
    except NeedMore:
        raise Refused("wire.frame_metadata_length", "frame") from None


class Splitter:
    """Takes a byte stream in pieces and gives the frames in it (STT-FRAME-020)."""

    def __init__(self):
        self.buffer = bytearray()
        self.count = 0

    def feed(self, piece):
        """All frames that are complete now; Refused names the frame by its number from 1."""
        self.buffer += piece
        frames, position = [], 0
        try:
            while True:
                frame = parse(self.buffer, position)
                position += len(frame.raw)
                frames.append(frame)
                self.count += 1
        except NeedMore:
            del self.buffer[:position]
            return frames
        except Refused as refused:
            raise refused.at("frame %d" % (self.count + 1)) from None

    def at_least(self):
        """How many further bytes are needed at least."""
        try:
            parse(self.buffer)
        except NeedMore as more:
            return more.at_least
        return 0


def split_datagram(data):
    """The frames of a datagram, one by one (STT-DATAGRAM-001 to -005); Refused ends it at the frame it names."""
    position = number = 0
    while position < len(data):
        number += 1
        try:
            frame = parse(data, position)
        except NeedMore:
            raise Refused("wire.frame_incomplete", "frame %d" % number) from None
        except Refused as refused:
            raise refused.at("frame %d" % number) from None
        position += len(frame.raw)
        yield frame
