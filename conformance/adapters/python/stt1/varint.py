"""Varints: unsigned LEB128 in its shortest form (STT-VARINT-001 to -006)."""

from .errors import Refused

LIMIT = 1 << 64
_SMALL = tuple(bytes([n]) for n in range(128))


def encode(value):
    """The only encoding of a value from 0 to 2^64-1 (STT-VARINT-002)."""
    if value < 128:
        if value < 0:
            raise ValueError("a varint is not negative")
        return _SMALL[value]
    if value >= LIMIT:
        raise ValueError("a varint is at most 2^64-1")
    out = bytearray()
    while value > 127:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def size(value):
    """How many bytes the encoding of `value` has."""
    return 1 if value < 128 else (value.bit_length() + 6) // 7


def decode(data, position=0, end=None):
    """(value, position behind it) of the varint at `position`; refuses by STT-VARINT-003, -004 and -005."""
    end = len(data) if end is None else end
    value = shift = 0
    start = position
    while position < end:
        byte = data[position]
        position += 1
        if position - start == 10 and byte > 1:
            raise Refused("wire.varint_overflow", "varint")
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            if byte == 0 and position - start > 1:
                raise Refused("wire.varint_overlong", "varint")
            return value, position
        shift += 7
    raise Refused("wire.varint_truncated", "varint")


def lp(data):
    """LP(x): the length of x as a varint, then x."""
    return encode(len(data)) + data
