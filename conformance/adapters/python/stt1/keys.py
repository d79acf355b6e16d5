"""Seeds, identities, the key schedule, and the chains of epoch keys of one direction."""

from . import crypto
from .errors import Refused

MIN_SEED = 32
LAST_EPOCH = 2 ** 64 - 1


def _master(seed):
    """STT-IDENTITY-001, -002."""
    if len(seed) < MIN_SEED:
        raise Refused("crypto.seed_too_short", "seed")
    return crypto.digest(b"STT-1 seed", seed)


class Identity:
    """What a node is: the Ed25519 key pair and the storage key of its node seed (STT-IDENTITY-003 to -006)."""

    def __init__(self, seed):
        master = _master(seed)
        self.node_id, self._secret = crypto.signing_key(crypto.kdf(master, "identity"))
        self.storage_key = crypto.kdf(master, "storage")

    def sign(self, label, digest):
        return crypto.sign(self._secret, label, digest)


class SharedSeed:
    """The PSK and the hint of a shared seed (STT-IDENTITY-007, -008)."""

    def __init__(self, seed):
        master = _master(seed)
        self.psk = crypto.kdf(master, "psk")
        self.hint = crypto.kdf(master, "hint")[:8]
        self.h0 = crypto.kdf(self.psk, "transcript")


def shared_seeds(node_seed, seeds):
    """The shared seeds of a node by their hints, in order (STT-IDENTITY-009 to -011)."""
    table = {}
    for seed in seeds:
        if len(seed) >= MIN_SEED and crypto.equal(seed, node_seed):
            raise Refused("handshake.seed_equals_node_seed", "seed")
        shared = SharedSeed(seed)
        if shared.hint in table:
            raise Refused("handshake.seed_in_use", "seed")
        table[shared.hint] = shared
    return table


def session_id(nonce_i, nonce_r, node_id_i, node_id_r):
    """STT-HANDSHAKE-018."""
    return bytes(a ^ b ^ c ^ d for a, b, c, d in zip(nonce_i[:8], nonce_r[:8], node_id_i[:8], node_id_r[:8]))


class Secret:
    """Everything that follows from PSK, h2 and the X25519 output (STT-HANDSHAKE-014, -015, STT-ROTATION-001)."""

    def __init__(self, psk, h2, shared):
        self.secret = crypto.kdf(psk, "session", h2, shared)
        self.auth_i2r = crypto.kdf(self.secret, "auth i2r")
        self.auth_r2i = crypto.kdf(self.secret, "auth r2i")
        self.chain_i2r = crypto.kdf(self.secret, "chain i2r")
        self.chain_r2i = crypto.kdf(self.secret, "chain r2i")

    def wipe(self):
        """Gives the secret up; in Python that is all that can be done (STT-ROTATION-005)."""
        self.secret = None


def epoch_key(chain):
    """key_n of chain_n (STT-ROTATION-002)."""
    return crypto.kdf(chain, "key")


def next_chain(chain):
    """chain_{n+1} of chain_n (STT-ROTATION-002)."""
    return crypto.kdf(chain, "rotate")


class SendKeys:
    """The sending direction: one key, and the chain to the next."""

    def __init__(self, chain):
        self.epoch = 0
        self.key = epoch_key(chain)
        self._chain = next_chain(chain)

    def rotate(self):
        """Moves to the next epoch and gives the former key up (STT-ROTATION-007, -022)."""
        if self.epoch >= LAST_EPOCH:
            raise Refused("session.epoch_exhausted")
        self.epoch += 1
        self.key = epoch_key(self._chain)
        self._chain = next_chain(self._chain)


class _Epoch:
    """The key of one epoch, the lowest and highest sequence that opened under it, and the epochs around it."""

    __slots__ = ("number", "key", "lowest", "highest", "older", "newer")

    def __init__(self, number, key, older=None):
        self.number = number
        self.key = key
        self.lowest = self.highest = None
        self.older = older
        self.newer = None

    def note(self, sequence):
        if self.lowest is None or sequence < self.lowest:
            self.lowest = sequence
        if self.highest is None or sequence > self.highest:
            self.highest = sequence


class ReceiveKeys:
    """The receiving direction: current epoch, the one before for a while, the next (STT-ROTATION-014 to -023)."""

    def __init__(self, chain):
        self.current = _Epoch(0, epoch_key(chain))
        self.previous = None
        self._next = None
        self._chain = next_chain(chain)

    @property
    def epoch(self):
        return self.current.number

    def choose(self, epoch, sequence):
        """The epoch to open with, judged before opening (STT-ROTATION-018, -019, -020, -023)."""
        number = self.current.number
        if epoch == number:
            chosen = self.current
        elif epoch == number + 1 and number < LAST_EPOCH:
            chosen = self._following()
        elif self.previous is not None and epoch == number - 1:
            chosen = self.previous
        else:
            raise Refused("session.epoch_unknown", "epoch")
        older, newer = chosen.older, chosen.newer
        if (newer is not None and sequence > newer.lowest
                or older is not None and older.highest is not None and sequence < older.highest):
            raise Refused("session.epoch_order", "epoch")
        return chosen

    def _following(self):
        """The next epoch, derived once however many frames claim it (STT-ROTATION-021)."""
        if self._next is None:
            self._next = _Epoch(self.current.number + 1, epoch_key(self._chain), self.current)
        return self._next

    def opened(self, chosen, sequence):
        """Notes that a frame opened; True if the receiver followed to a new epoch (STT-ROTATION-014, -017)."""
        chosen.note(sequence)
        if chosen is not self._next:
            return False
        if self.current.older is not None:
            self.current.older.older = self.current.older.key = None
        self.current.newer = chosen
        self.previous, self.current, self._next = self.current, chosen, None
        self._chain = next_chain(self._chain)
        return True

    def forget_previous(self):
        """The former key is given up (STT-ROTATION-015); the order of sequences stays in force."""
        if self.previous is not None:
            self.previous.key = None
        self.previous = None
