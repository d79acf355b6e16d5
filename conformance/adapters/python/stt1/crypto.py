"""The algorithms of docs/spec/handshake.md, by libsodium and hashlib (STT-CRYPTO-001 to -013)."""

import hashlib

from nacl import bindings
from nacl.exceptions import CryptoError

from . import varint
from .errors import Refused

TAG = 16
NONCE = 24

_P = 2 ** 255 - 19
_L = 2 ** 252 + 27742317777372353535851937790883648493
_Y8 = int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little")
_SMALL_ORDER_Y = frozenset((0, 1, _P - 1, _Y8, _P - _Y8))
_ANY_SCALAR = bytes([7] * 32)


def kdf(key, label, *context):
    """KDF(key, label, ctx...): keyed BLAKE2b over LP(label) LP(ctx)... (STT-CRYPTO-002)."""
    state = hashlib.blake2b(varint.lp(label.encode("ascii")), digest_size=32, key=key)
    for part in context:
        state.update(varint.lp(part))
    return state.digest()


def digest(*parts):
    """H(a | b ...): unkeyed BLAKE2b with 32 bytes of output (STT-CRYPTO-003)."""
    state = hashlib.blake2b(digest_size=32)
    for part in parts:
        state.update(part)
    return state.digest()


def sha3(data):
    """Content addresses (STT-CRYPTO-012)."""
    return hashlib.sha3_256(data).digest()


def seal(key, nonce, associated, text):
    """Ciphertext with its tag behind it (STT-CRYPTO-001)."""
    return bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(text, associated, nonce, key)


def open_sealed(key, nonce, associated, sealed):
    """The text of ciphertext | tag; every failure is one and the same (STT-CRYPTO-004, STT-ERROR-002)."""
    try:
        return bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, associated, nonce, key)
    except CryptoError:
        raise Refused("crypto.authentication_failed", "open") from None


def public_of(scalar):
    """The X25519 public key of a scalar."""
    return bindings.crypto_scalarmult_base(scalar)


def agree(scalar, peer):
    """X25519 (RFC 7748); an all-zero result is refused (STT-CRYPTO-006, -007)."""
    try:
        shared = bindings.crypto_scalarmult(scalar, peer)
    except (CryptoError, RuntimeError):
        shared = bytes(32)
    if equal(shared, bytes(32)):
        raise Refused("crypto.key_exchange_failed", "key_exchange")
    return shared


def refuse_low_order(peer):
    """Refuses a low-order point without a draw of randomness: any clamped scalar maps it to zero."""
    agree(_ANY_SCALAR, peer)


def equal(one, other):
    """Comparison in constant time (STT-SECURITY-004)."""
    return len(one) == len(other) and bindings.sodium_memcmp(bytes(one), bytes(other))


def signing_key(seed):
    """(public key, secret key) of an Ed25519 seed."""
    return bindings.crypto_sign_seed_keypair(seed)


def sign(secret_key, label, digest32):
    """Ed25519 over label | digest (STT-CRYPTO-008)."""
    return bindings.crypto_sign(label.encode("ascii") + digest32, secret_key)[:64]


def verify(public_key, label, digest32, signature):
    """Refuses what does not verify, S >= L, A not canonical or of small order, R of small order
    (STT-CRYPTO-009, -010, -011)."""
    if not _acceptable(public_key, signature):
        raise Refused("crypto.signature_invalid", "signature")
    try:
        bindings.crypto_sign_open(signature + label.encode("ascii") + digest32, public_key)
    except CryptoError:
        raise Refused("crypto.signature_invalid", "signature") from None


def _acceptable(public_key, signature):
    if len(public_key) != 32 or len(signature) != 64:
        return False
    if int.from_bytes(signature[32:], "little") >= _L:
        return False
    y = _y_of(public_key)
    return y < _P and y not in _SMALL_ORDER_Y and _y_of(signature[:32]) % _P not in _SMALL_ORDER_Y


def _y_of(point):
    return int.from_bytes(point, "little") & ((1 << 255) - 1)
