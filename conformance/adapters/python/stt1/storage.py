"""Records of the BinaryStorage: how an object stands on disk (docs/spec/primitives.md, BinaryStorage)."""

from . import crypto
from .errors import Refused

ADDRESS, NONCE, TAG = 32, crypto.NONCE, crypto.TAG
SEALED_ADDRESS = ADDRESS + TAG
OVERHEAD = NONCE + SEALED_ADDRESS + TAG


def address_of(data):
    """STT-STORAGE-001."""
    return crypto.sha3(data)


def _damaged():
    """STT-STORAGE-012: the one answer to a record that is not what it was asked for."""
    return Refused("storage.object_damaged", "open")


class RecordKeys:
    """The keys of a storage, made of the storage key of a node (STT-STORAGE-005, -010)."""

    def __init__(self, storage_key):
        self._storage_key = storage_key
        self._address_key = crypto.kdf(storage_key, "address")
        self._object_key = crypto.kdf(storage_key, "object")

    def name_of(self, address):
        """What the object of this address stands under."""
        return crypto.kdf(self._storage_key, "index", address)

    def seal(self, nonce, data):
        """(name, record) of an object (STT-STORAGE-002, -011)."""
        address = address_of(data)
        name = self.name_of(address)
        sealed_address = crypto.seal(self._address_key, nonce, b"STT-1 address" + name, address)
        sealed_object = crypto.seal(self._object_key, nonce, b"STT-1 object" + address, data)
        return name, b"".join((nonce, sealed_address, sealed_object))

    def identify(self, name, record):
        """(address, size of the object) of the record under a name; the object stays sealed (STT-STORAGE-018)."""
        if len(record) < OVERHEAD:
            raise _damaged()
        address = self._open(self._address_key, b"STT-1 address" + name, record,
                             record[NONCE:NONCE + SEALED_ADDRESS])
        if not crypto.equal(self.name_of(address), name):
            raise _damaged()
        return address, len(record) - OVERHEAD

    def open(self, address, record):
        """The object of an address, its hash verified (STT-STORAGE-004)."""
        held, _ = self.identify(self.name_of(address), record)
        if not crypto.equal(held, address):
            raise _damaged()
        data = self._open(self._object_key, b"STT-1 object" + address, record, record[NONCE + SEALED_ADDRESS:])
        if not crypto.equal(address_of(data), address):
            raise _damaged()
        return data

    @staticmethod
    def _open(key, associated, record, sealed):
        try:
            return crypto.open_sealed(key, record[:NONCE], associated, sealed)
        except Refused:
            raise _damaged() from None
