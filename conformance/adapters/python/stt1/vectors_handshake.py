"""Vector kinds of whole handshakes, with injected entropy: over UDP, and over connections of WebSocket."""

import re

from . import fields, frame, keys, parameters, replay, websocket
from .entropy import ListedEntropy
from .errors import NeedMore, Refused, Unreadable
from .fields import get_bytes, get_bytes_list
from .halfopen import HalfOpenTable, of_carrier
from .handshake import Initiator, NotOpened, Party

_AGE = 5_000_000
_CARRIER = re.compile(r"(?:udp|websocket (0|[1-9][0-9]{0,9}))\Z")
_OF_UDP_ONLY = (b"\x01", b"\x05", b"\x06")  # ACK, PATH_CHALLENGE, PATH_RESPONSE


def _entropy(given):
    draws = fields.member(given, "entropy")
    if not isinstance(draws, dict) or not all(isinstance(values, list) for values in draws.values()):
        raise Unreadable("entropy is not an object of lists")
    return ListedEntropy({label: [fields.hex_bytes(v, label) for v in values] for label, values in draws.items()})


def _established_json(established):
    if established is None:
        return None
    return {"session_id": established.session_id.hex(), "peer": established.peer.hex(),
            "chain_i2r": established.chain_i2r.hex(), "chain_r2i": established.chain_r2i.hex(),
            "peer_parameters": parameters.encode(established.parameters).hex()}


class _Session:
    """What a handshake led to, as far as frames of it are opened. `entry` is that of the responder."""

    def __init__(self, established, carrier, entry=None):
        self.established = established
        self.carrier = carrier
        self.entry = entry
        self._window = replay.ReplayWindow()
        self._keys = keys.ReceiveKeys(established.chain_r2i if established.initiator else established.chain_i2r)

    def open(self, incoming):
        self._window.check(incoming.sequence)
        chosen = self._keys.choose(incoming.epoch, incoming.sequence)
        payload = incoming.open(chosen.key)
        self._window.mark(incoming.sequence)
        if self._keys.opened(chosen, incoming.sequence) and self.carrier is not None:
            self._keys.forget_previous()  # STT-WS-011
        if self.carrier is not None and incoming.type == frame.CONTROL and payload[:1] in _OF_UDP_ONLY:
            raise Refused("wire.control_type")  # STT-WS-015


class _Node:
    """One participant of a vector: both roles over one list of seeds, without time.

    A carrier is None for UDP, or the number of a connection.
    """

    def __init__(self, node_seed, seeds, entropy, refuses=()):
        identity = keys.Identity(node_seed)
        self.seeds = keys.shared_seeds(node_seed, seeds)
        self.party = Party(identity, entropy, parameters.defaults(), refuses)
        self.table = HalfOpenTable(self.party, self.seeds, self._in_use, _AGE)
        self.initiator = None
        self.sessions = []

    @property
    def established(self):
        return self.sessions[-1].established if self.sessions else None

    def _in_use(self, peer, session_id):
        return any((one.established.peer, one.established.session_id) == (peer, session_id) for one in self.sessions)

    def start(self, expected):
        if not self.seeds:
            raise Refused("handshake.unknown_seed")
        self.initiator = Initiator(self.party, next(iter(self.seeds.values())), expected)
        return self.initiator.begin()

    def receive_frame(self, data, carrier=None):
        """The frame that answers one input, or None."""
        incoming = self._parse(data, carrier)
        if len(incoming.raw) != len(data):
            raise Refused("wire.trailing_bytes")
        if incoming.type == frame.HANDSHAKE:
            return self._handshake(incoming, carrier)
        if incoming.type == frame.AUTH:
            return self._auth(incoming, carrier)
        return self._session_frame(incoming, carrier)

    def _parse(self, data, carrier):
        """The (first) frame of an input: of a datagram, or of a message of a connection (STT-WS-002, -007)."""
        if carrier is not None:
            active = any(one.carrier == carrier for one in self.sessions)
            return websocket.split_message(data, websocket.MAX_MESSAGE if active else websocket.MAX_EARLY_MESSAGE)[0]
        try:
            return frame.parse(data)
        except NeedMore:
            raise Refused("wire.frame_incomplete") from None

    def _handshake(self, incoming, carrier):
        """As a HELLO, or else as the RESPONSE (STT-HANDSHAKE-058)."""
        try:
            return self.table.hello(0, incoming, carrier)[1]
        except NotOpened:
            text = None
            if self.initiator is not None and self.initiator.seed.hint == incoming.hint:
                text = self.initiator.open_response(incoming)
            if text is None:
                raise
        return self.initiator.take_response(incoming, text, self._in_use)

    def _auth(self, incoming, carrier):
        initiator = self.initiator
        if initiator is not None and initiator.session_id == incoming.session_id:
            if initiator.state != "proof_sent":
                raise Refused("handshake.unexpected_message")
            self.sessions.append(_Session(initiator.take_final(incoming), carrier))
            return None
        entry, established = self.table.auth(incoming, carrier)
        if established is not None:
            self.sessions.append(_Session(established, carrier, entry))
        return entry.responder.final

    def _session_frame(self, incoming, carrier):
        """A frame of a session: the responder forgets FINAL when it opens (STT-HANDSHAKE-065)."""
        failure = Refused("session.unknown_session")
        named = [one for one in self.sessions if one.established.session_id == incoming.session_id]
        for session in of_carrier(named, carrier):
            try:
                session.open(incoming)
            except Refused as refused:
                failure = refused
                continue
            if session.entry is not None:
                self.table.session_frame_opened(session.entry)
            return
        raise failure


def transcript(given):
    entropy = _entropy(given)
    shared = [get_bytes(given, "shared_seed")]
    one = _Node(get_bytes(given, "node_seed_i"), shared, entropy)
    other = _Node(get_bytes(given, "node_seed_r"), shared, entropy)
    out, data = {}, None
    steps = (("hello", lambda _: one.start(None)), ("response", other.receive_frame),
             ("auth_proof", one.receive_frame), ("final", other.receive_frame))
    for name, step in steps:
        try:
            data = step(data)
        except Refused as refused:
            raise refused.at(name) from None
        out[name] = data.hex()
    try:
        one.receive_frame(data)
    except Refused as refused:
        raise refused.at("final") from None
    out["initiator"], out["responder"] = _established_json(one.established), _established_json(other.established)
    return out


def _offer(node, inputs, sent):
    """(frame, carrier) pairs in turn; the first refused one is the answer."""
    for number, (data, carrier) in enumerate(inputs, 1):
        try:
            answer = node.receive_frame(data, carrier)
        except Refused as refused:
            raise refused.at("frame %d" % number) from None
        if answer is not None:
            sent.append(answer)
    return {"sent": [one.hex() for one in sent], "established": _established_json(node.established)}


def _node_of(given):
    refuses = []
    if given.get("refuses") is not None:
        listed = given["refuses"] if isinstance(given["refuses"], list) else [given["refuses"]]
        refuses = [fields.hex_bytes(one, "refuses", 32) for one in listed]
    return _Node(get_bytes(given, "node_seed"), get_bytes_list(given, "shared_seeds"), _entropy(given), refuses)


def _by_udp(given):
    return [(data, None) for data in get_bytes_list(given, "frames")]


def responder(given):
    return _offer(_node_of(given), _by_udp(given), [])


def websocket_handshake(given):
    frames, carriers = get_bytes_list(given, "frames"), fields.member(given, "carriers")
    if not isinstance(carriers, list) or len(carriers) != len(frames):
        raise Unreadable("carriers is not a list of one for each frame")
    return _offer(_node_of(given), list(zip(frames, [_carrier(one) for one in carriers])), [])


def _carrier(text):
    match = _CARRIER.match(text) if isinstance(text, str) else None
    if match is None:
        raise Unreadable("a carrier is `udp` or `websocket N`")
    return int(match.group(1)) if match.group(1) else None


def initiator(given):
    node = _node_of(given)
    expected = get_bytes(given, "expected", 32) if given.get("expected") is not None else None
    try:
        hello = node.start(expected)
    except Refused as refused:
        raise refused.at("start") from None
    return _offer(node, _by_udp(given), [hello])


KINDS = {"handshake.transcript": transcript, "handshake.responder": responder, "handshake.initiator": initiator,
         "websocket.handshake": websocket_handshake}
