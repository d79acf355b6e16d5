"""The loop of the adapter protocol: requests, replies, and nothing in between (docs/adapter-protocol.md)."""

import json

from . import VERSION, vectors
from .errors import Unreadable, Unsupported

PROTOCOL = 1
MAX_LINE = 16 * 1024 * 1024


def _hello(request, _peers):
    if request.get("protocol") != PROTOCOL:
        raise Unsupported()
    return {"outcome": "accept", "protocol": PROTOCOL, "implementation": "stt1-python", "version": VERSION,
            "kinds": list(vectors.KINDS), "peer": True, "entropy": "injected",
            "features": ["datagrams", "rotation", "priority", "ping", "path"], "unsupported_config": []}


def _vector(request, _peers):
    return vectors.answer(request.get("kind"), request.get("in"))


def answer(request, peers):
    """The reply to one request, whatever it is."""
    try:
        op = request.get("op")
        if op == "hello":
            return _hello(request, peers)
        if op == "vector":
            return _vector(request, peers)
        if op == "reset":
            peers.clear()
            return {"outcome": "accept"}
        if isinstance(op, str) and op.startswith("peer."):
            from .peers import answer_peer
            return answer_peer(op, request, peers)
        raise Unsupported()
    except Unsupported:
        return {"outcome": "unsupported"}
    except Unreadable as wrong:
        return {"outcome": "error", "message": str(wrong)}
    except Exception as failure:  # the last resort: a fault of ours must not silence the process
        import traceback
        traceback.print_exc()
        return {"outcome": "error", "message": "internal: %r" % (failure,)}


def _read_request(line):
    """(request, None), or (None, the reply to what is no request)."""
    try:
        if len(line) > MAX_LINE:
            raise ValueError("a line has at most 16 MiB")
        request = json.loads(line)
        if not isinstance(request, dict):
            raise ValueError("a request is an object")
        return request, None
    except (ValueError, RecursionError) as wrong:
        return None, {"id": None, "outcome": "error", "message": str(wrong)[:200]}


def serve(source, sink):
    """Answers every line of `source` until it ends; gives the exit status."""
    peers = {}
    for line in source:
        request, reply = _read_request(line)
        if request is not None:
            reply = {"id": request.get("id"), **answer(request, peers)}
        sink.write(json.dumps(reply, separators=(",", ":")).encode("ascii") + b"\n")
        sink.flush()
    return 0
