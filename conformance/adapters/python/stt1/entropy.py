"""Random bytes by label: handed in, never drawn from the system (STT-NODE-011, STT-FRAME-037)."""

import hashlib

from .errors import Refused


class ListedEntropy:
    """The draws of a vector: for each label a list that is used from the front."""

    def __init__(self, draws):
        self._draws = {label: list(values) for label, values in draws.items()}

    def draw(self, label, count):
        values = self._draws.get(label)
        if not values or len(values[0]) != count:
            raise Refused("base.random_failed")
        return values.pop(0)


class KeyedEntropy:
    """The draws of a peer: BLAKE2b keyed with `entropy` over label | n (docs/adapter-protocol.md, entropy)."""

    def __init__(self, key):
        self._key = key
        self._counts = {}

    def draw(self, label, count):
        number = self._counts.get(label, 0)
        self._counts[label] = number + 1
        message = label.encode("ascii") + number.to_bytes(8, "big")
        return hashlib.blake2b(message, digest_size=64, key=self._key).digest()[:count]
