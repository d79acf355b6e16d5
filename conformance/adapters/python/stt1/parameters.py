"""The parameters that each side declares in its AUTH message (STT-PARAM-001 to -010)."""

from . import varint
from .errors import Refused
from .reader import Reader

# id: (name, smallest, largest, default)
TABLE = {
    1: ("initial_session_credit", 0, 2 ** 64 - 1, 33_554_432),
    2: ("initial_stream_credit", 0, 2 ** 64 - 1, 65_536),
    3: ("max_streams", 1, 65_535, 64),
    4: ("max_frame_bytes", 1_200, 2_097_152, 2_097_152),
    5: ("max_message_bytes", 1, 2 ** 62, 16_777_216),
    6: ("idle_timeout_ms", 0, 2 ** 32 - 1, 30_000),
    7: ("max_ack_delay_ms", 0, 16_383, 25),
    8: ("keep_alive_ms", 0, 2 ** 32 - 1, 0),
}
NAMES = tuple(row[0] for row in TABLE.values())


def defaults():
    return {name: default for name, _, _, default in TABLE.values()}


def check_range(values):
    """Refuses a value that no parameters may have."""
    for name, low, high, _ in TABLE.values():
        if not low <= values[name] <= high:
            raise Refused("wire.parameter_range", "parameters")


def encode(values):
    check_range(values)
    out = []
    for number, (name, _, _, _) in TABLE.items():
        out.append(varint.encode(number) + varint.lp(varint.encode(values[name])))
    return b"".join(out)


def decode(data):
    """The eight parameters; unknown ids are skipped (STT-PARAM-004), all known ones are due (STT-PARAM-006)."""
    reader = Reader(data)
    values, last = {}, -1
    while reader.position < reader.end:
        number = reader.varint()
        if number == last:
            raise Refused("wire.parameter_duplicate", "message")
        if number < last:
            raise Refused("wire.parameter_order", "message")
        last = number
        value = reader.lp()
        if number in TABLE:
            name, low, high, _ = TABLE[number]
            inner = Reader(value)
            values[name] = inner.varint()
            inner.finish()
            if not low <= values[name] <= high:
                raise Refused("wire.parameter_range", "message")
    if len(values) != len(TABLE):
        raise Refused("wire.parameter_missing", "message")
    return values


def to_json(values):
    """Decimal strings, as in the vector kinds `parameters.*`."""
    return {name: str(values[name]) for name in NAMES}
