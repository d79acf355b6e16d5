"""The requests peer.* of the adapter protocol, and the commands of the application (docs/adapter-protocol.md)."""

from . import fields, frame
from .entropy import KeyedEntropy
from .errors import Refused, Unreadable, Unsupported
from .fields import get_bytes, get_bytes_list, get_number, get_text, member
from .node import Node
from .session import ACTIVE
from .settings import Settings

MAX_TIME = 2 ** 63


class Peer:
    """A node and the virtual time it has seen."""

    __slots__ = ("node", "now")

    def __init__(self, node, now):
        self.node = node
        self.now = now


def _time(request, peer=None):
    now = get_number(request, "now", MAX_TIME)
    if peer is not None:
        if now < peer.now:
            raise Unreadable("the clock goes back")
        peer.now = now
    return now


def _done(peer, **more):
    return {"outcome": "accept", "effects": peer.node.take_effects(), "timer": peer.node.timer(peer.now), **more}


def _new(request, peers):
    name, now = get_text(request, "peer"), _time(request)
    try:
        settings = Settings(request.get("config", {}))
        node = Node(get_bytes(request, "node_seed"), get_bytes_list(request, "shared_seeds"),
                    KeyedEntropy(get_bytes(request, "entropy", 32)), settings)
    except Refused as refused:
        peers.pop(name, None)
        return {"outcome": "reject", "stage": refused.stage, "reason": refused.reason}
    peers[name] = Peer(node, now)
    return _done(peers[name])


def _receive(request, peer):
    now, address, data = _time(request, peer), get_text(request, "from"), get_bytes(request, "bytes")
    peer.node.receive(now, address, data)
    return _done(peer)


def _tick(request, peer):
    peer.node.tick(_time(request, peer))
    return _done(peer)


def _query(request, peer):
    return {"outcome": "accept", **peer.node.query()}


def _app(request, peer):
    now = _time(request, peer)
    try:
        more = COMMANDS[request["do"]](peer.node, now, request) or {}
    except Refused as refused:
        peer.node.tick(now)
        return {**_done(peer), "outcome": "reject", "stage": "command", "reason": refused.reason}
    peer.node.tick(now)
    return _done(peer, **more)


# The commands

def _session(node, request):
    return node.session(get_number(request, "session"))


def _streams(node, request, sends=False):
    session = _session(node, request)
    if sends:
        session.judge_open()
    elif session.state != ACTIVE:
        raise Refused("session.closed")
    return session.streams, get_number(request, "stream")


def _code(request):
    """Codes of the registry are not the application's (STT-STREAM-060)."""
    code = get_number(request, "code") if "code" in request else 0
    if 0 < code < 65_536:
        raise Refused("base.invalid_argument")
    return code


def _reason(request):
    """STT-CONTROL-021, -022."""
    text = request.get("text", "")
    if not isinstance(text, str):
        raise Unreadable("text is not a text")
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError:
        raise Refused("base.invalid_argument") from None
    if len(data) > 256:
        raise Refused("base.invalid_argument")
    return data


def _connect(node, now, request):
    expected = get_bytes(request, "expected", 32) if request.get("expected") is not None else None
    return {"session": node.connect(now, get_text(request, "to"), get_number(request, "seed"), expected)}


def _open_stream(node, now, request):
    session = _session(node, request)
    session.judge_open()
    return {"stream": session.streams.open().id}


def _send(node, now, request):
    data = get_bytes(request, "bytes")
    kind = get_number(request, "type") if "type" in request else frame.DATA
    end = fields.get_flag(request, "end", False)
    streams, number = _streams(node, request, sends=True)
    return {"taken": streams.write(number, data, end, kind)}


def _read(node, now, request):
    session, number, most = _session(node, request), get_number(request, "stream"), get_number(request, "max")
    _take(session, lambda: session.streams.read(number, most))


def _receive_message(node, now, request):
    session, number = _session(node, request), get_number(request, "stream")
    _take(session, lambda: session.streams.receive(number))


def _take(session, action):
    """Reads also where the session is over; what has not come then will not come (STT-SESSION-024, -027)."""
    try:
        action()
    except Refused as refused:
        if refused.reason == "stream.would_block" and session.state != ACTIVE:
            raise Refused("stream.incomplete") from None
        raise


def _close_stream(node, now, request):
    streams, number = _streams(node, request)
    streams.close_stream(number)


def _reset_stream(node, now, request):
    streams, number = _streams(node, request)
    streams.reset_stream(number, _code(request))


def _stop_stream(node, now, request):
    streams, number = _streams(node, request)
    streams.stop_stream(number, _code(request))


def _priority(node, now, request):
    value = member(request, "value")
    if not isinstance(value, int) or isinstance(value, bool):
        raise Unreadable("value is not a number")
    streams, number = _streams(node, request)
    streams.get(number).priority = value


def _datagram(node, now, request):
    _session(node, request).queue_datagram(get_number(request, "type"), get_bytes(request, "bytes"))


def _rotate(node, now, request):
    _session(node, request).rotate(now)


def _ping(node, now, request):
    _session(node, request).ping()


def _error(node, now, request):
    _session(node, request).queue_error(_code(request), _reason(request))


def _close(node, now, request):
    _session(node, request).close(now, _code(request), _reason(request))


def _stop(node, now, request):
    node.stop(now)


COMMANDS = {"connect": _connect, "open_stream": _open_stream, "send": _send, "read": _read,
            "receive": _receive_message, "close_stream": _close_stream, "reset_stream": _reset_stream,
            "stop_stream": _stop_stream, "priority": _priority, "datagram": _datagram, "rotate": _rotate,
            "ping": _ping, "error": _error, "close": _close, "stop": _stop}
OPERATIONS = {"peer.receive": _receive, "peer.tick": _tick, "peer.app": _app, "peer.query": _query}


def answer_peer(op, request, peers):
    """The reply to a request peer.*, without its id."""
    if op == "peer.new":
        return _new(request, peers)
    if op not in OPERATIONS and op != "peer.drop" or op == "peer.app" and get_text(request, "do") not in COMMANDS:
        raise Unsupported()
    name = get_text(request, "peer")
    if name not in peers:
        raise Unreadable("no peer has this name")
    if op == "peer.drop":
        del peers[name]
        return {"outcome": "accept"}
    return OPERATIONS[op](request, peers[name])
