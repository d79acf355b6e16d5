"""The two roles of a handshake, without clock and addresses (docs/spec/handshake.md).

A `Refused` from a method leaves the handshake as it was; a `Ended` has ended it.
"""

from . import crypto, frame, keys, messages, parameters
from .errors import Refused

VERSION = 1
SUITE = 1
HELLO_FRAME = 1_200
RESPONSE_FRAME = 196
ZERO_ID = bytes(8)


class Ended(Refused):
    """The input opened and broke the handshake: it is over (STT-HANDSHAKE-043 to -046)."""


class NotOpened(Refused):
    """The frame did not open as a HELLO: it may be a RESPONSE (STT-HANDSHAKE-058)."""


class Established:
    """What a handshake gave: the session id, the proven peer, both chains and the peer's parameters."""

    __slots__ = ("session_id", "peer", "chain_i2r", "chain_r2i", "parameters", "initiator")

    def __init__(self, session_id, peer, secret, declared, initiator):
        self.session_id = session_id
        self.peer = peer
        self.chain_i2r = secret.chain_i2r
        self.chain_r2i = secret.chain_r2i
        self.parameters = declared
        self.initiator = initiator


class Party:
    """What both roles need of their node: identity, randomness, declared parameters and policy."""

    def __init__(self, identity, entropy, declared, refuses=()):
        self.identity = identity
        self.entropy = entropy
        self.declared = declared
        self.refuses = frozenset(refuses)

    def judge_identity(self, node_id, expected=None):
        """The pin and the policy, judged on the proven node id (STT-HANDSHAKE-046)."""
        if node_id in self.refuses or expected is not None and not crypto.equal(node_id, expected):
            raise Refused("handshake.identity_refused")

    def auth_frame(self, label, key, session_id, text):
        nonce = self.entropy.draw(label, 24)
        return frame.seal(key, frame.AUTH, session_id, 0, 0, b"\0", nonce, text)

    def handshake_frame(self, label, key, hint, text):
        nonce = self.entropy.draw(label, 24)
        return frame.seal(key, frame.HANDSHAKE, ZERO_ID, 0, 0, hint, nonce, text)


def _judge_proof(text, kind, session_id, node_id, label, signed, party, expected=None):
    """The parameters of an AUTH message that opened, judged in the order of STT-HANDSHAKE-057; every failure ends the
    handshake (STT-HANDSHAKE-043 to -046)."""
    try:
        fields = messages.decode_auth(text, kind)
        if fields["session_id"] != session_id:
            raise Refused("handshake.session_id_mismatch")
        crypto.verify(node_id, label, signed, fields["signature"])
        declared = parameters.decode(fields["parameters"])
        party.judge_identity(node_id, expected)
        return declared
    except Refused as refused:
        raise Ended(refused.reason) from None


class Initiator:
    """hello_sent, proof_sent, established (STT-HANDSHAKE-080)."""

    def __init__(self, party, seed, expected=None):
        self.party = party
        self.seed = seed
        self.expected = expected
        self.state = "idle"
        self.session_id = self.peer = None
        self.hello = self.proof = None
        self._scalar = self._response_key = self._secret = None

    def begin(self):
        """The HELLO frame; called again it begins anew with fresh nonce and ephemeral (STT-HANDSHAKE-067)."""
        entropy = self.party.entropy
        self.nonce_i = entropy.draw("hello.nonce", 32)
        self._scalar = entropy.draw("hello.ephemeral", 32)
        fields = {"versions": bytes((VERSION,)), "suites": bytes((SUITE,)), "nonce_i": self.nonce_i,
                  "node_id_i": self.party.identity.node_id, "ephemeral_i": crypto.public_of(self._scalar),
                  "padding": 1_032}
        key = crypto.kdf(self.seed.psk, "hello")
        self.hello = self.party.handshake_frame("hello.frame_nonce", key, self.seed.hint,
                                                messages.encode_hello(fields))
        self._h1 = crypto.digest(self.seed.h0, self.hello)
        self._response_key = crypto.kdf(self.seed.psk, "response", self._h1)
        self.session_id = self._secret = self.proof = None
        self.state = "hello_sent"
        return self.hello

    def open_response(self, incoming):
        """The text of a RESPONSE to this HELLO, or None: which handshake it is for shows only in opening it."""
        if self.state != "hello_sent":
            return None
        try:
            return incoming.open(self._response_key)
        except Refused:
            return None

    def take_response(self, incoming, text, in_use):
        """AUTH_PROOF for a valid RESPONSE, checked in the order of STT-HANDSHAKE-056; in_use(peer, session_id) tells
        of ids that are taken."""
        fields = messages.decode_response(text)
        if crypto.equal(fields["node_id_r"], self.party.identity.node_id):
            raise Refused("handshake.own_node_id")
        if not crypto.equal(fields["nonce_i"], self.nonce_i):
            raise Refused("handshake.wrong_challenge")
        if fields["version"] != VERSION or fields["suite"] != SUITE:
            raise Refused("handshake.not_offered")
        session_id = keys.session_id(self.nonce_i, fields["nonce_r"], self.party.identity.node_id,
                                     fields["node_id_r"])
        if session_id == ZERO_ID or in_use(fields["node_id_r"], session_id):
            raise Refused("handshake.session_id_unusable")
        shared = crypto.agree(self._scalar, fields["ephemeral_r"])
        h2 = crypto.digest(self._h1, incoming.raw)
        secret = keys.Secret(self.seed.psk, h2, shared)
        signature = self.party.identity.sign("STT-1 initiator", h2)
        text = messages.encode_auth(messages.AUTH_PROOF, session_id, signature, self.party.declared)
        self.proof = self.party.auth_frame("auth_proof.frame_nonce", secret.auth_i2r, session_id, text)
        self._h3 = crypto.digest(h2, self.proof)
        secret.wipe()
        self._secret, self.peer, self.session_id = secret, fields["node_id_r"], session_id
        self._response_key = self._scalar = None
        self.state = "proof_sent"
        return self.proof

    def take_final(self, incoming):
        """What was established, for a FINAL that opens and is valid."""
        text = incoming.open(self._secret.auth_r2i)
        try:
            declared = _judge_proof(text, messages.FINAL, self.session_id, self.peer, "STT-1 responder", self._h3,
                                    self.party, self.expected)
        except Ended:
            self.state = "failed"
            raise
        self.state = "established"
        established = Established(self.session_id, self.peer, self._secret, declared, True)
        self._secret = None
        return established


def open_hello(seed, incoming):
    """The text of a HELLO; its length is judged before it is opened (STT-HANDSHAKE-023, -054)."""
    if len(incoming.raw) < RESPONSE_FRAME:
        raise NotOpened("handshake.hello_too_short")
    try:
        return incoming.open(crypto.kdf(seed.psk, "hello"))
    except Refused as refused:
        raise NotOpened(refused.reason) from None


class Responder:
    """response_sent, final_sent, established (STT-HANDSHAKE-080). Made by a HELLO that passed every check."""

    def __init__(self, party, seed, h1, text, in_use):
        """Checks the text of a HELLO in the order of STT-HANDSHAKE-054 and builds RESPONSE."""
        fields = messages.decode_hello(text)
        if crypto.equal(fields["node_id_i"], party.identity.node_id):
            raise Refused("handshake.own_node_id")
        if VERSION not in fields["versions"]:
            raise Refused("handshake.no_common_version")
        if SUITE not in fields["suites"]:
            raise Refused("handshake.no_common_suite")
        crypto.refuse_low_order(fields["ephemeral_i"])
        self.party = party
        self.seed = seed
        self.h1 = h1
        self.peer = fields["node_id_i"]
        self._proof = self.final = None
        self._respond(fields, in_use)
        self.state = "response_sent"

    def _respond(self, fields, in_use):
        """STT-HANDSHAKE-009, -012 to -014, -041."""
        own, entropy = self.party.identity.node_id, self.party.entropy
        while True:
            nonce_r = entropy.draw("response.nonce", 32)
            self.session_id = keys.session_id(fields["nonce_i"], nonce_r, self.peer, own)
            if self.session_id != ZERO_ID and not in_use(self.peer, self.session_id):
                break
        scalar = entropy.draw("response.ephemeral", 32)
        text = messages.encode_response({
            "version": VERSION, "suite": SUITE, "nonce_r": nonce_r, "node_id_r": own,
            "ephemeral_r": crypto.public_of(scalar), "nonce_i": fields["nonce_i"]})
        key = crypto.kdf(self.seed.psk, "response", self.h1)
        self.response = self.party.handshake_frame("response.frame_nonce", key, self.seed.hint, text)
        self._h2 = crypto.digest(self.h1, self.response)
        self._secret = keys.Secret(self.seed.psk, self._h2, crypto.agree(scalar, fields["ephemeral_i"]))
        self._secret.wipe()

    def take_proof(self, incoming):
        """(FINAL, what was established) for an AUTH_PROOF that opens and is valid."""
        text = incoming.open(self._secret.auth_i2r)
        try:
            declared = _judge_proof(text, messages.AUTH_PROOF, self.session_id, self.peer, "STT-1 initiator",
                                    self._h2, self.party)
        except Ended:
            self.state = "failed"
            raise
        h3 = crypto.digest(self._h2, incoming.raw)
        signature = self.party.identity.sign("STT-1 responder", h3)
        text = messages.encode_auth(messages.FINAL, self.session_id, signature, self.party.declared)
        self.final = self.party.auth_frame("final.frame_nonce", self._secret.auth_r2i, self.session_id, text)
        self._proof = incoming.raw
        self.state = "final_sent"
        established = Established(self.session_id, self.peer, self._secret, declared, False)
        self._secret = None
        return established

    def repeat_final(self, incoming):
        """The same FINAL for an identical AUTH_PROOF (STT-HANDSHAKE-063)."""
        if self.state != "final_sent" or not crypto.equal(incoming.raw, self._proof):
            raise Refused("handshake.unexpected_message")
        return self.final

    def forget_final(self):
        """A session frame of the initiator has opened (STT-HANDSHAKE-065)."""
        self.final = self._proof = None
        self.state = "established"
