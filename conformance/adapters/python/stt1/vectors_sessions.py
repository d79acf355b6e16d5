"""Vector kinds of one direction of a session: the replay window, opening in turn, sequences and epochs of a sender."""

from . import fields, frame, keys, parameters, replay
from .content import NOTHING
from .entropy import KeyedEntropy
from .errors import NeedMore, Refused, Unreadable
from .fields import get_bytes, get_bytes_list, get_flag, get_number, get_text
from .sender import Sender
from .settings import Settings

SESSION_ID, CHAIN = bytes([1] * 8), bytes(32)
# The whole message "x" at position 0 of stream 1.
STREAM, PAYLOAD = 1, b"\x01\x00x"


def last_outcome(outcomes):
    """All are offered in turn; the outcome is that of the last one."""
    last = None
    for outcome in outcomes:
        last = outcome
    if isinstance(last, Refused):
        raise last
    return last


def replay_window(given):
    sequences = fields.member(given, "sequences")
    if not isinstance(sequences, list):
        raise Unreadable("sequences is not a list")
    window = replay.ReplayWindow()

    def offer(sequence):
        try:
            window.check(sequence)
        except Refused as refused:
            return refused
        window.mark(sequence)
        return None

    last_outcome([offer(fields.as_number(one, "sequences")) for one in sequences])
    return {}


def session_open(given):
    receive, window = keys.ReceiveKeys(get_bytes(given, "chain", 32)), replay.ReplayWindow()
    reliable = get_flag(given, "reliable", False)

    def offer(data):
        try:
            incoming = frame.parse(data)
            if not frame.is_session_type(incoming.type):
                raise Unreadable("not a frame of a session")
            if len(incoming.raw) != len(data):
                raise Refused("wire.trailing_bytes", "frame")
            window.check(incoming.sequence)
            chosen = receive.choose(incoming.epoch, incoming.sequence)
            payload = incoming.open(chosen.key)
        except NeedMore:
            return Refused("wire.frame_incomplete", "frame")
        except Refused as refused:
            return refused
        window.mark(incoming.sequence)
        if receive.opened(chosen, incoming.sequence) and reliable:
            receive.forget_previous()  # STT-WS-011
        return {"payload": payload.hex(), "epoch": str(receive.epoch)}

    return last_outcome([offer(one) for one in get_bytes_list(given, "frames")]) or {}


def session_send(given):
    steps, reliable = fields.member(given, "steps"), get_flag(given, "reliable", False)
    if not isinstance(steps, list) or not steps:
        raise Unreadable("steps is not a list of steps")
    sender = Sender(0, SESSION_ID, CHAIN, Settings({}), parameters.defaults(), KeyedEntropy(bytes(32)), reliable)
    frames = []

    def take(step):
        do = get_text(step, "do")
        if do not in SEND_STEPS:
            raise Unreadable("no such step")
        try:
            return SEND_STEPS[do](sender, step, reliable, frames)
        except Refused as refused:
            return refused.at(refused.stage or "command")

    last_outcome([take(step) for step in steps])
    return {"frames": [{"sequence": str(one.sequence), "epoch": str(one.epoch)} for one in frames]}


def _send(sender, _, reliable, frames):
    """A DATA frame; over UDP it is remembered, as an ACK tells of it."""
    if reliable:
        raw = sender.seal(frame.DATA, STREAM, PAYLOAD)[1]
    else:
        raw = sender.datagram(0, None, [(frame.DATA, STREAM, PAYLOAD, NOTHING)])
    frames.append(frame.parse(raw))


def _acked(sender, step, reliable, _):
    """Nothing is acknowledged on a connection, so that it changes nothing there (STT-WS-009)."""
    sequence = get_number(step, "sequence")
    if not reliable:
        try:
            sender.on_ack(0, ("ack", 0, [(sequence, sequence)]))
        except Refused as refused:
            raise refused.at("ack") from None


SEND_STEPS = {"send": _send, "acked": _acked,
              "skip": lambda sender, step, *_: sender.skip(get_number(step, "count")),
              "rotate": lambda sender, *_: sender.rotate(0)}
KINDS = {"replay.window": replay_window, "session.open": session_open, "session.send": session_send}
