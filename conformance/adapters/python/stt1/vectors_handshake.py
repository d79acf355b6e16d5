"""Vector kinds of whole handshakes, with injected entropy."""

from . import fields, frame, keys, parameters
from .entropy import ListedEntropy
from .errors import NeedMore, Refused, Unreadable
from .fields import get_bytes, get_bytes_list
from .halfopen import HalfOpenTable
from .handshake import Initiator, NotOpened, Party

_AGE = 5_000_000


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


class _Node:
    """One participant of a vector: both roles over one list of seeds, without time."""

    def __init__(self, node_seed, seeds, entropy, refuses=()):
        identity = keys.Identity(node_seed)
        self.seeds = keys.shared_seeds(node_seed, seeds)
        self.party = Party(identity, entropy, parameters.defaults(), refuses)
        self.table = HalfOpenTable(self.party, self.seeds, self._in_use, _AGE)
        self.initiator = self.established = self.entry = self.receive = None

    def _in_use(self, peer, session_id):
        made = self.established
        return made is not None and (made.peer, made.session_id) == (peer, session_id)

    def start(self, expected):
        if not self.seeds:
            raise Refused("handshake.unknown_seed")
        self.initiator = Initiator(self.party, next(iter(self.seeds.values())), expected)
        return self.initiator.begin()

    def receive_frame(self, data):
        """The frame that answers one input, or None."""
        try:
            incoming = frame.parse(data)
        except NeedMore:
            raise Refused("wire.frame_incomplete") from None
        if len(incoming.raw) != len(data):
            raise Refused("wire.trailing_bytes")
        if incoming.type == frame.HANDSHAKE:
            return self._handshake(incoming)
        if incoming.type == frame.AUTH:
            return self._auth(incoming)
        return self._session_frame(incoming)

    def _handshake(self, incoming):
        """As a HELLO, or else as the RESPONSE (STT-HANDSHAKE-058)."""
        try:
            return self.table.hello(0, incoming)[1]
        except NotOpened:
            text = None
            if self.initiator is not None and self.initiator.seed.hint == incoming.hint:
                text = self.initiator.open_response(incoming)
            if text is None:
                raise
        return self.initiator.take_response(incoming, text, self._in_use)

    def _auth(self, incoming):
        initiator = self.initiator
        if initiator is not None and initiator.session_id == incoming.session_id:
            if initiator.state != "proof_sent":
                raise Refused("handshake.unexpected_message")
            self.established = initiator.take_final(incoming)
            self.receive = keys.ReceiveKeys(self.established.chain_r2i)
            return None
        self.entry, established = self.table.auth(incoming)
        if established is not None:
            self.established = established
            self.receive = keys.ReceiveKeys(established.chain_i2r)
        return self.entry.responder.final

    def _names(self, incoming):
        return self.established is not None and incoming.session_id == self.established.session_id

    def _session_frame(self, incoming):
        """A frame of the session: the responder forgets FINAL when it opens (STT-HANDSHAKE-065)."""
        if not self._names(incoming) or self.receive is None:
            raise Refused("session.unknown_session")
        incoming.open(self.receive.choose(incoming.epoch, incoming.sequence).key)
        if self.entry is not None:
            self.table.session_frame_opened(self.entry)


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


def _offer(node, given, sent):
    for number, data in enumerate(get_bytes_list(given, "frames"), 1):
        try:
            answer = node.receive_frame(data)
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


def responder(given):
    return _offer(_node_of(given), given, [])


def initiator(given):
    node = _node_of(given)
    expected = get_bytes(given, "expected", 32) if given.get("expected") is not None else None
    try:
        hello = node.start(expected)
    except Refused as refused:
        raise refused.at("start") from None
    return _offer(node, given, [hello])


KINDS = {"handshake.transcript": transcript, "handshake.responder": responder, "handshake.initiator": initiator}
