"""Vector kinds of streams and acknowledgements: they ask the parts of which a session of the peer is made."""

from . import fields, frame, messages, parameters
from .acks import AckTracker
from .congestion import NewReno
from .content import Content
from .errors import Refused, Unreadable
from .fields import get_bytes, get_bytes_list, get_flag, get_number, get_text
from .recovery import Recovery, SentFrame
from .streams import LAST_ID, READ_AT_ONCE, StreamTable

STREAM_PARAMETERS = ("initial_session_credit", "initial_stream_credit", "max_streams", "max_message_bytes")
MAX_SENT = 1_000_000
MAX_DELAY_US = 25_000


# stream.receive

def stream_receive(given):
    frames, whole = _stream_frames(given), get_flag(given, "whole", False)
    told = []
    table = StreamTable(_is_initiator(given), _declared(given), parameters.defaults(),
                        lambda effect, **members: told.append((effect, members)), False)
    for number, one in enumerate(frames, 1):
        try:
            _offer(table, *one)
        except Refused as refused:
            dropped = refused.reason in ("stream.too_many_gaps", "stream.refused")
            if number == len(frames) or not dropped:
                raise
    opened = sorted(number for number, stream in table.streams.items() if not stream.refused)
    streams = [_read_all(table, number, whole, told) for number in opened]
    return {"streams": streams, "replies": _replies(table)}


def _is_initiator(given):
    role = get_text(given, "role")
    if role not in ("initiator", "responder"):
        raise Unreadable("no such role")
    return role == "initiator"


def _declared(given):
    declared = parameters.defaults()
    declared.update((name, get_number(given, name)) for name in STREAM_PARAMETERS if name in given)
    parameters.check_range(declared)
    return declared


def _stream_frames(given):
    listed = fields.member(given, "frames")
    if not isinstance(listed, list) or not listed:
        raise Unreadable("frames is not a list of frames")
    out = []
    for one in listed:
        kind, stream = get_number(one, "type", 255), get_number(one, "stream", LAST_ID)
        if not stream or kind != frame.STREAM_CONTROL and not frame.is_data_type(kind):
            raise Unreadable("not a stream frame")
        out.append((kind, stream, get_bytes(one, "payload")))
    return out


def _offer(table, kind, stream, payload):
    """One opened frame, as the session takes it."""
    try:
        if kind == frame.STREAM_CONTROL:
            table.take_control(stream, messages.decode_stream_control(payload))
        else:
            offset, data, end = messages.decode_data(payload)
            table.take_data(stream, kind, offset, data, end)
    except Refused as refused:
        raise refused.at(refused.stage or "stream") from None


def _read_all(table, number, whole, told):
    """What an application gets that reads as much as there is."""
    told.clear()
    try:
        while True:
            if whole:
                table.receive(number)
            else:
                table.read(number, READ_AT_ONCE)
    except Refused as refused:
        end = "open" if refused.reason == "stream.would_block" else refused.reason
    complete, partial = [], ""
    for effect, members in told:
        if effect == "data":
            partial += members["bytes"]
            if members["end"]:
                complete.append({"type": members["type"], "bytes": partial})
                partial = ""
    return {"stream": number, "messages": complete, "partial": partial, "end": end}


def _replies(table):
    """The RESET and STOP messages that are owed, by stream, RESET first."""
    owed = []
    while True:
        one = table.next_control()
        if one is None:
            break
        number, message, _ = one
        if message[0] in ("reset", "stop"):
            owed.append((number, message[0], message[1]))
    return [{"stream": number, "message": name, "code": str(code)} for number, name, code in sorted(owed)]


# stream.open

def stream_open(given):
    declared = parameters.defaults()
    declared["max_streams"] = get_number(given, "max_streams", LAST_ID)
    count = get_number(given, "count")
    if not declared["max_streams"] or not count:
        raise Unreadable("neither limit nor count may be 0")
    table = StreamTable(_is_initiator(given), declared, declared, lambda *_, **__: None, False)
    try:
        # Whatever is refused once stays refused, as no stream closes; so a count of any size comes to an end.
        for _ in range(count):
            last = table.open()
    except Refused as refused:
        raise refused.at("command") from None
    return {"stream": last.id}


# ack.report, ack.receive

def ack_report(given):
    sequences = fields.member(given, "sequences")
    if not isinstance(sequences, list):
        raise Unreadable("sequences is not a list")
    tracker = AckTracker(MAX_DELAY_US)
    for one in sequences:
        tracker.note(0, fields.as_number(one, "sequences"), True)
    return {"ranges": [[str(low), str(high)] for low, high in tracker.message(0)[2]]}


class _Noted(Content):
    """Writes down the sequence of a frame that was delivered."""

    __slots__ = ("sequence", "delivered_to")

    def __init__(self, sequence, delivered_to):
        self.sequence = sequence
        self.delivered_to = delivered_to

    def delivered(self):
        self.delivered_to.append(self.sequence)


def ack_receive(given):
    skipped = given.get("skipped", [])
    if not isinstance(skipped, list):
        raise Unreadable("skipped is not a list")
    skipped = {fields.as_number(one, "skipped") for one in skipped}
    acknowledged, recovery = [], Recovery(NewReno(), MAX_DELAY_US)
    next_sequence = _send(recovery, get_number(given, "sent", MAX_SENT), skipped, acknowledged)
    acks = get_bytes_list(given, "acks")
    if not acks:
        raise Unreadable("acks is empty")
    for payload in acks:
        acknowledged.clear()
        _take_ack(recovery, payload, next_sequence)
    return {"acknowledged": [str(sequence) for sequence in sorted(acknowledged)]}


def _send(recovery, count, skipped, acknowledged):
    """`count` frames, each in a datagram of its own; gives the sequence after the last one."""
    sequence = 0
    while count:
        if sequence in skipped:
            recovery.skip(sequence, sequence)
        else:
            recovery.on_sent(sequence, SentFrame(sequence, 0, 1, 0, (_Noted(sequence, acknowledged),)))
            count -= 1
        sequence += 1
    return sequence


def _take_ack(recovery, payload, next_sequence):
    message = messages.decode_control(payload)
    if message[0] != "ack":
        raise Unreadable("not an ACK")
    try:
        newly, _, _ = recovery.on_ack(0, message[1], message[2], next_sequence)
    except Refused as refused:
        raise refused.at("ack") from None
    for sent in newly:
        for content in sent.content:
            content.delivered()


KINDS = {"stream.open": stream_open, "stream.receive": stream_receive,
         "ack.report": ack_report, "ack.receive": ack_receive}
