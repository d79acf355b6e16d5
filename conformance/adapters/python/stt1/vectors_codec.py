"""Vector kinds of the codecs: varint, frame, datagram, and all plaintext messages."""

from . import fields, frame, messages, parameters, varint
from .errors import Unreadable
from .fields import get_bytes, get_flag, get_number, get_text

HANDSHAKE_KINDS = {"hello": messages.decode_hello, "response": messages.decode_response,
                   "auth_proof": lambda data: messages.decode_auth(data, messages.AUTH_PROOF),
                   "final": lambda data: messages.decode_auth(data, messages.FINAL)}
# Names of handshake.decode that are not those of the layout: whose nonce it is, the message says.
HANDSHAKE_NAMES = {
    "hello": {"nonce_i": "nonce", "node_id_i": "node_id", "ephemeral_i": "ephemeral"},
    "response": {"nonce_r": "nonce", "node_id_r": "node_id", "ephemeral_r": "ephemeral", "nonce_i": "challenge"}}


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
    return {"frames": [one.raw.hex() for one in frames], "waiting": splitter.buffer.hex(),
            "at_least": splitter.at_least()}


def datagram_decode(given):
    return {"frames": [one.raw.hex() for one in frame.split_datagram(get_bytes(given, "bytes"))]}


def handshake_decode(given):
    name = get_text(given, "message")
    if name not in HANDSHAKE_KINDS:
        raise Unreadable("no handshake message has this name")
    names, out = HANDSHAKE_NAMES.get(name, {}), {}
    for key, value in HANDSHAKE_KINDS[name](get_bytes(given, "bytes")).items():
        out[names.get(key, key)] = value.hex() if isinstance(value, bytes) else value
    return out


def parameters_decode(given):
    return parameters.to_json(parameters.decode(get_bytes(given, "bytes")))


def parameters_encode(given):
    return {"bytes": parameters.encode({name: get_number(given, name) for name in parameters.NAMES}).hex()}


def control_decode(given):
    name, *values = messages.decode_control(get_bytes(given, "bytes"))
    out = {"message": name}
    if name == "ack":
        out.update(delay_us=str(values[0]), ranges=[[str(low), str(high)] for low, high in values[1]])
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
    """Inclusive ranges [first, last], falling."""
    listed = fields.member(given, "ranges")
    if not isinstance(listed, list):
        raise Unreadable("ranges is not a list")
    ranges = []
    for one in listed:
        if not isinstance(one, list) or len(one) != 2:
            raise Unreadable("a range is two sequences")
        ranges.append((fields.as_number(one[0], "ranges"), fields.as_number(one[1], "ranges")))
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
