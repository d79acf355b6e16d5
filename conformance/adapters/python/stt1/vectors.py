"""The vector kinds of vectors/README.md: one question, one answer."""

from . import vectors_codec, vectors_crypto, vectors_handshake, vectors_objects, vectors_sessions, vectors_streams
from .errors import NeedMore, Refused, Unreadable, Unsupported

KINDS = {**vectors_codec.KINDS, **vectors_crypto.KINDS, **vectors_sessions.KINDS, **vectors_handshake.KINDS,
         **vectors_streams.KINDS, **vectors_objects.KINDS}


def answer(kind, given):
    """The reply to a vector, without its id."""
    if not isinstance(kind, str) or kind not in KINDS:
        raise Unsupported()
    if not isinstance(given, dict):
        raise Unreadable("in is not an object")
    try:
        return {"outcome": "accept", "out": KINDS[kind](given)}
    except NeedMore as more:
        return {"outcome": "need_more", "at_least": more.at_least}
    except Refused as refused:
        return {"outcome": "reject", "stage": refused.stage or "message", "reason": refused.reason}
