"""Vector kinds of the codecs: varint, frame, datagram, and all plaintext messages."""

from . import fields, frame, messages, parameters, varint
from .errors import Refused, Unreadable
from .fields import get_bytes, get_flag, get_number, get_text

HANDSHAKE_KINDS = {"hello": messages.decode_hello, "response": messages.decode_response,
                   "auth_proof": lambda data: messages.decode_auth(data, messages.AUTH_PROOF),
                   "final": lambda data: messages.decode_auth(data, messages.FINAL)}


def varint_decode(given):
    value, consumed = varint.decode(get_bytes(given, "bytes"))
    return {"value": str(value), "consumed": consumed}


def varint_encode(given):
    return {"bytes": varint.encode(get_number(given, "value")).hex()}


def frame_json(parsed):
    out = {"type": parsed.type, "session_id": parsed.session_id.hex(), "stream_id": parsed.stream_id,
           "sequence": str(parsed.sequence)}
    if parsed.type == frame.HANDSHAKE:
        out["hint"] = parsed.hint.hex()
    else:
        out["epoch"] = str(parsed.epoch)
    out.update(payload=parsed.payload.hex(), nonce=parsed.nonce.hex(), tag=parsed.tag.hex(),
               associated=parsed.associated.hex(), consumed=len(parsed.raw))
    return out


def frame_decode(given):
    return frame_json(frame.parse(get_bytes(given, "bytes")))


def frame_fields(given):
    """The header fields of frame.encode and frame.seal: (type, session_id, stream_id, sequence, key selector)."""
    kind = get_number(given, "type", 255)
    if "hint" in given:
        selector = get_bytes(given, "hint", 8)
    else:
        selector = varint.encode(get_number(given, "epoch"))
    session_id, stream_id = get_bytes(given, "session_id", 8), get_number(given, "stream_id")
    return kind, session_id, stream_id, get_number(given, "sequence"), selector


def frame_encode(given):
    kind, session_id, stream_id, sequence, selector = frame_fields(given)
    payload = get_bytes(given, "payload")
    head = frame.header(kind, session_id, stream_id, sequence, selector, len(payload))
    raw = b"".join((head, payload, selector, get_bytes(given, "nonce", 24), get_bytes(given, "tag", 16)))
    frame.judge(raw)
    return {"bytes": raw.hex()}


def frame_stream(given):
    data, cuts = get_bytes(given, "bytes"), fields.member(given, "cuts")
    if not isinstance(cuts, list):
        raise Unreadable("cuts is not a list")
    places = [0] + [fields.as_number(cut, "cuts", len(data)) for cut in cuts] + [len(data)]
    if places != sorted(places):
        raise Unreadable("cuts do not rise")
    splitter, frames = frame.Splitter(), []
    for begin, end in zip(places, places[1:]):
        frames += splitter.feed(data[begin:end])
    return {"frames": [frame_json(one) for one in frames], "waiting": len(splitter.buffer),
            "at_least": splitter.at_least()}


def datagram_decode(given):
    return {"frames": [frame_json(one) for one in frame.split_datagram(get_bytes(given, "bytes"))]}


def handshake_decode(given):
    name = get_text(given, "message")
    if name not in HANDSHAKE_KINDS:
        raise Unreadable("no handshake message has this name")
    out = {}
    for key, value in HANDSHAKE_KINDS[name](get_bytes(given, "bytes")).items():
        out[key] = value.hex() if isinstance(value, bytes) else value
    if isinstance(out.get("parameters"), dict):
        out["parameters"] = parameters.to_json(out["parameters"])
    return out


def parameters_decode(given):
    return parameters.to_json(parameters.decode(get_bytes(given, "bytes")))


def parameters_encode(given):
    source = given.get("parameters", given)
    return {"bytes": parameters.encode({name: get_number(source, name) for name in parameters.NAMES}).hex()}


def control_decode(given):
    name, *values = messages.decode_control(get_bytes(given, "bytes"))
    out = {"message": name}
    if name == "ack":
        ranges = values[1]
        out.update(delay_us=str(values[0]), largest=str(ranges[0][1]),
                   ranges=[{"first": str(low), "last": str(high)} for low, high in ranges])
    elif name == "ping":
        out["padding"] = values[0]
    elif name == "pong":
        out["sequence"] = str(values[0])
    elif name == "session_credit":
        out["position"] = str(values[0])
    elif name in ("path_challenge", "path_response"):
        out["data"] = values[0].hex()
    else:
        out.update(code=str(values[0]), reason=values[1].hex())
    return out


def control_encode(given):
    name = get_text(given, "message")
    if name == "ack":
        message = (name, get_number(given, "delay_us"), _ack_ranges(given))
    elif name == "ping":
        message = (name, get_number(given, "padding", frame.MAX_FRAME) if "padding" in given else 0)
    elif name == "pong":
        message = (name, get_number(given, "sequence"))
    elif name == "session_credit":
        message = (name, get_number(given, "position"))
    elif name in ("path_challenge", "path_response"):
        message = (name, get_bytes(given, "data", 8))
    elif name in ("close", "error"):
        message = (name, get_number(given, "code"), get_bytes(given, "reason"))
    else:
        raise Unreadable("no control message has this name")
    return {"bytes": messages.encode_control(message).hex()}


def _ack_ranges(given):
    """Inclusive ranges, the newest first: pairs, or objects with first and last, or the fields as on the wire."""
    listed = given.get("ranges", [])
    if not isinstance(listed, list):
        raise Unreadable("ranges is not a list")
    if "length" in given:
        return _ranges_of_gaps(given, listed)
    ranges = []
    for one in listed:
        if isinstance(one, dict):
            one = [one.get("first"), one.get("last")]
        if not isinstance(one, list) or len(one) != 2:
            raise Unreadable("a range is two sequences")
        ranges.append((fields.as_number(one[0], "ranges"), fields.as_number(one[1], "ranges")))
    return ranges


def _ranges_of_gaps(given, listed):
    largest = get_number(given, "largest")
    ranges = [(largest - get_number(given, "length"), largest)]
    for one in listed:
        high = ranges[-1][0] - get_number(one, "gap") - 2
        ranges.append((high - get_number(one, "length"), high))
    if ranges[-1][0] < 0:
        raise Refused("wire.ack_ranges", "message")
    return ranges


def stream_control_decode(given):
    name, *values = messages.decode_stream_control(get_bytes(given, "bytes"))
    names = next(row[1] for row in messages.STREAM_KINDS.values() if row[0] == name)
    return {"message": name, **{key: str(value) for key, value in zip(names, values)}}


def stream_control_encode(given):
    name = get_text(given, "message")
    for known, names in messages.STREAM_KINDS.values():
        if known == name:
            message = (name, *[get_number(given, key) for key in names])
            return {"bytes": messages.encode_stream_control(message).hex()}
    raise Unreadable("no stream-control message has this name")


def data_decode(given):
    offset, data, end = messages.decode_data(get_bytes(given, "bytes"))
    return {"end_of_message": end, "offset": str(offset), "bytes": data.hex()}


def data_encode(given):
    payload = messages.encode_data(get_number(given, "offset"), get_bytes(given, "bytes"),
                                   get_flag(given, "end_of_message"))
    return {"bytes": payload.hex()}


KINDS = {
    "varint.decode": varint_decode, "varint.encode": varint_encode,
    "frame.decode": frame_decode, "frame.encode": frame_encode, "frame.stream": frame_stream,
    "datagram.decode": datagram_decode, "handshake.decode": handshake_decode,
    "parameters.decode": parameters_decode, "parameters.encode": parameters_encode,
    "control.decode": control_decode, "control.encode": control_encode,
    "stream_control.decode": stream_control_decode, "stream_control.encode": stream_control_encode,
    "data.decode": data_decode, "data.encode": data_encode,
}
