"""Plaintext messages of HANDSHAKE, AUTH, CONTROL, STREAM_CONTROL and DATA frames.

A control or stream-control message is a tuple that begins with its name; a refusal has the stage `message`.
"""

from . import parameters, varint
from .errors import Refused
from .reader import Reader

HELLO, RESPONSE, AUTH_PROOF, FINAL = 1, 2, 3, 4
MAX_RANGES = 64
MAX_REASON = 256
TOP = 2 ** 64 - 1


# Handshake messages (STT-HANDSHAKE-001 to -007)

def _typed(data, expected):
    reader = Reader(data)
    if reader.u8() != expected:
        raise Refused("wire.handshake_type", "message")
    return reader


def _id_list(reader):
    values = reader.lp()
    if not values:
        raise Refused("wire.handshake_list_empty", "message")
    return values


def encode_hello(fields):
    return b"".join((bytes((HELLO,)), varint.lp(fields["versions"]), varint.lp(fields["suites"]), fields["nonce_i"],
                     fields["node_id_i"], fields["ephemeral_i"], varint.lp(bytes(fields["padding"]))))


def decode_hello(data):
    reader = _typed(data, HELLO)
    fields = {"versions": _id_list(reader), "suites": _id_list(reader), "nonce_i": reader.take(32),
              "node_id_i": reader.take(32), "ephemeral_i": reader.take(32)}
    padding = reader.lp()
    if padding.strip(b"\0"):
        raise Refused("wire.handshake_padding", "message")
    fields["padding"] = len(padding)
    reader.finish()
    return fields


def encode_response(fields):
    return b"".join((bytes((RESPONSE, fields["version"], fields["suite"])), fields["nonce_r"], fields["node_id_r"],
                     fields["ephemeral_r"], fields["nonce_i"]))


def decode_response(data):
    reader = _typed(data, RESPONSE)
    fields = {"version": reader.u8(), "suite": reader.u8(), "nonce_r": reader.take(32),
              "node_id_r": reader.take(32), "ephemeral_r": reader.take(32), "nonce_i": reader.take(32)}
    reader.finish()
    return fields


def encode_auth(kind, session_id, signature, declared):
    return b"".join((bytes((kind,)), session_id, signature, varint.lp(parameters.encode(declared))))


def decode_auth(data, kind):
    """AUTH_PROOF or FINAL with its parameters still as bytes: they are judged later (STT-ERROR-008)."""
    reader = _typed(data, kind)
    fields = {"session_id": reader.take(8), "signature": reader.take(64), "parameters": reader.lp()}
    reader.finish()
    return fields


# Control messages (STT-CONTROL-001 to -005)

def encode_ack(delay_us, ranges):
    """ACK of inclusive ranges (low, high), the newest first, with at least one sequence between two of them."""
    if not 1 <= len(ranges) <= MAX_RANGES:
        raise Refused("wire.ack_ranges", "message")
    low, high = ranges[0]
    out = [b"\x01", varint.encode(delay_us), varint.encode(high), varint.encode(len(ranges) - 1)]
    if not 0 <= low <= high:
        raise Refused("wire.ack_ranges", "message")
    out.append(varint.encode(high - low))
    for next_low, next_high in ranges[1:]:
        gap = low - 2 - next_high
        if gap < 0 or not 0 <= next_low <= next_high:
            raise Refused("wire.ack_ranges", "message")
        out.append(varint.encode(gap) + varint.encode(next_high - next_low))
        low = next_low
    return b"".join(out)


def _decode_ack(reader):
    delay, high, more = reader.varint(), reader.varint(), reader.varint()
    if more > MAX_RANGES - 1:
        raise Refused("wire.ack_ranges", "message")
    ranges = []
    for index in range(more + 1):
        if index:
            high = _not_negative(ranges[-1][0] - reader.varint() - 2)
        ranges.append((_not_negative(high - reader.varint()), high))
    return "ack", delay, ranges


def _not_negative(sequence):
    """STT-CONTROL-005, judged at the field that reaches too far (STT-ERROR-008)."""
    if sequence < 0:
        raise Refused("wire.ack_ranges", "message")
    return sequence


def _decode_ping(reader):
    padding = reader.rest()
    if padding.strip(b"\0"):
        raise Refused("wire.control_padding", "message")
    return "ping", len(padding)


def _decode_reasoned(name, reader):
    """STT-CONTROL-021: a reason is judged once it is there."""
    code, reason = reader.varint(), reader.lp()
    if len(reason) > MAX_REASON:
        raise Refused("wire.reason_too_long", "message")
    return name, code, reason


def encode_control(message):
    """The payload of a CONTROL frame of a message tuple."""
    name = message[0]
    if name == "ack":
        return encode_ack(message[1], message[2])
    if name == "ping":
        return b"\x02" + bytes(message[1])
    if name == "pong":
        return b"\x03" + varint.encode(message[1])
    if name == "session_credit":
        return b"\x04" + varint.encode(message[1])
    if name in ("path_challenge", "path_response"):
        return (b"\x05" if name == "path_challenge" else b"\x06") + message[1]
    if len(message[2]) > MAX_REASON:
        raise Refused("wire.reason_too_long", "message")
    return (b"\x07" if name == "close" else b"\x08") + varint.encode(message[1]) + varint.lp(message[2])


def decode_control(data):
    """(name, fields...) of the one message in a CONTROL frame."""
    reader = Reader(data)
    kind = reader.u8()
    if kind == 1:
        message = _decode_ack(reader)
    elif kind == 2:
        message = _decode_ping(reader)
    elif kind in (3, 4):
        message = ("pong" if kind == 3 else "session_credit", reader.varint())
    elif kind in (5, 6):
        message = ("path_challenge" if kind == 5 else "path_response", reader.take(8))
    elif kind in (7, 8):
        message = _decode_reasoned("close" if kind == 7 else "error", reader)
    else:
        raise Refused("wire.control_type", "message")
    reader.finish()
    return message


# Stream-control messages (STT-STREAM-050, -051)

STREAM_KINDS = {1: ("open", ()), 2: ("close", ("final_position",)), 3: ("reset", ("code", "final_position")),
                4: ("credit", ("position",)), 5: ("stop", ("code",))}
_STREAM_NUMBERS = {name: number for number, (name, _) in STREAM_KINDS.items()}


def encode_stream_control(message):
    return bytes((_STREAM_NUMBERS[message[0]],)) + b"".join(varint.encode(value) for value in message[1:])


def decode_stream_control(data):
    reader = Reader(data)
    kind = reader.u8()
    if kind not in STREAM_KINDS:
        raise Refused("wire.stream_control_type", "message")
    name, fields = STREAM_KINDS[kind]
    message = (name, *[reader.varint() for _ in fields])
    reader.finish()
    return message


# Data messages (STT-STREAM-005 to -008)

def encode_data(offset, data, end_of_message):
    if not data and not end_of_message:
        raise Refused("wire.data_empty", "message")
    if offset + len(data) + end_of_message > TOP:
        raise Refused("wire.position_overflow", "message")
    return b"".join((b"\x01" if end_of_message else b"\x00", varint.encode(offset), data))


def decode_data(payload):
    """(offset, bytes, end_of_message) of a data message."""
    reader = Reader(payload)
    flags = reader.u8()
    if flags > 1:
        raise Refused("wire.data_flags", "message")
    offset = reader.varint()
    data = reader.rest()
    if not data and not flags:
        raise Refused("wire.data_empty", "message")
    if offset + len(data) + flags > TOP:
        raise Refused("wire.position_overflow", "message")
    return offset, data, bool(flags)
