"""Vector kinds of the cryptography: primitives, seeds, the key schedule, sealed frames, segments."""

from . import crypto, fields, frame, keys, segment
from .errors import Refused, Unreadable
from .fields import get_ascii, get_bytes, get_bytes_list, get_flag, get_number
from .vectors_codec import frame_fields
from .vectors_sessions import last_outcome


def kdf(given):
    key = get_bytes(given, "key")
    if len(key) > 64:
        raise Unreadable("a key has at most 64 bytes")
    context = get_bytes_list(given, "context") if "context" in given else []
    return {"key": crypto.kdf(key, get_ascii(given, "label"), *context).hex()}


def hash_parts(given):
    return {"digest": crypto.digest(*get_bytes_list(given, "parts")).hex()}


def sha3(given):
    return {"digest": crypto.sha3(get_bytes(given, "bytes")).hex()}


def aead_seal(given):
    sealed = crypto.seal(get_bytes(given, "key", 32), get_bytes(given, "nonce", 24), get_bytes(given, "associated"),
                         get_bytes(given, "text"))
    return {"ciphertext": sealed[:-16].hex(), "tag": sealed[-16:].hex()}


def aead_open(given):
    sealed = get_bytes(given, "ciphertext") + get_bytes(given, "tag", 16)
    text = crypto.open_sealed(get_bytes(given, "key", 32), get_bytes(given, "nonce", 24),
                              get_bytes(given, "associated"), sealed)
    return {"text": text.hex()}


def key_exchange(given):
    scalar = get_bytes(given, "scalar", 32)
    shared = crypto.agree(scalar, get_bytes(given, "peer", 32))
    return {"public": crypto.public_of(scalar).hex(), "shared": shared.hex()}


def signature_sign(given):
    identity = keys.Identity(get_bytes(given, "seed"))
    return {"signature": identity.sign(get_ascii(given, "label"), get_bytes(given, "digest")).hex()}


def signature_verify(given):
    crypto.verify(get_bytes(given, "node_id", 32), get_ascii(given, "label"), get_bytes(given, "digest"),
                  get_bytes(given, "signature", 64))
    return {}


def seed_node(given):
    identity = keys.Identity(get_bytes(given, "seed"))
    return {"node_id": identity.node_id.hex(), "storage_key": identity.storage_key.hex()}


def seed_shared(given):
    shared = keys.SharedSeed(get_bytes(given, "seed"))
    return {"psk": shared.psk.hex(), "hint": shared.hint.hex()}


def session_id_derive(given):
    names = ("nonce_i", "nonce_r", "node_id_i", "node_id_r")
    return {"session_id": keys.session_id(*[get_bytes(given, name, 32) for name in names]).hex()}


def key_schedule(given):
    psk = get_bytes(given, "psk", 32)
    shared = crypto.agree(get_bytes(given, "scalar", 32), get_bytes(given, "peer", 32))
    transcript = [crypto.kdf(psk, "transcript")]
    for name in ("hello", "response", "auth_proof"):
        transcript.append(crypto.digest(transcript[-1], get_bytes(given, name)))
    secret = keys.Secret(psk, transcript[2], shared)
    out = {"h%d" % n: value.hex() for n, value in enumerate(transcript)}
    out.update(hello_key=crypto.kdf(psk, "hello").hex(), response_key=crypto.kdf(psk, "response", transcript[1]).hex(),
               secret=secret.secret.hex(), auth_i2r=secret.auth_i2r.hex(), auth_r2i=secret.auth_r2i.hex(),
               chain_i2r=secret.chain_i2r.hex(), chain_r2i=secret.chain_r2i.hex(),
               keys_i2r=_epoch_keys(secret.chain_i2r), keys_r2i=_epoch_keys(secret.chain_r2i))
    return out


def _epoch_keys(chain):
    out = []
    for _ in range(4):
        out.append(keys.epoch_key(chain).hex())
        chain = keys.next_chain(chain)
    return out


def frame_seal(given):
    kind, session_id, stream_id, sequence, selector = frame_fields(given)
    raw = frame.seal(get_bytes(given, "key", 32), kind, session_id, stream_id, sequence, selector,
                     get_bytes(given, "nonce", 24), get_bytes(given, "payload"))
    frame.judge(raw)
    return {"bytes": raw.hex()}


def frame_open(given):
    return {"payload": frame.parse(get_bytes(given, "bytes")).open(get_bytes(given, "key", 32)).hex()}


def segment_seal(given):
    raw = segment.seal(get_bytes(given, "key"), get_bytes(given, "context_id"), get_bytes(given, "nonce_prefix", 16),
                       get_number(given, "sequence"), get_flag(given, "end"), get_flag(given, "bounded"),
                       get_bytes(given, "text"))
    return {"bytes": raw.hex()}


def segment_open(given):
    context_id, sequence = get_bytes(given, "context_id"), get_number(given, "sequence")
    data = get_bytes(given, "bytes")
    key = segment.stream_key(get_bytes(given, "key"), context_id)
    kind = segment.judge_form(sequence, data)
    text = segment.open_segment(key, context_id, sequence, data)
    return {"end": bool(kind & segment.END), "bounded": bool(kind & segment.BOUNDED), "text": text.hex()}


def positive(given, name, largest):
    number = get_number(given, name, largest)
    if number == 0:
        raise Unreadable("%s is not a number from 1 to %d" % (name, largest))
    return number


def segment_source(given):
    size = get_number(given, "size") if "size" in given else None
    segments = segment.encode(get_bytes(given, "key"), get_bytes(given, "context_id"),
                              get_bytes(given, "nonce_prefix", 16), positive(given, "segment_bytes", segment.MAX_TEXT),
                              get_bytes_list(given, "pieces"), size)
    return {"segments": [raw.hex() for raw in segments]}


def segment_stream(given):
    window = positive(given, "window", segment.WIDEST_WINDOW) if "window" in given else segment.WINDOW
    decoder = segment.Decoder(get_bytes(given, "key"), get_bytes(given, "context_id"), window)
    sequences, segments = fields.member(given, "sequences"), get_bytes_list(given, "segments")
    if not isinstance(sequences, list) or len(sequences) != len(segments):
        raise Unreadable("sequences and segments do not match")
    out = bytearray()

    def offer(sequence, data):
        try:
            decoder.receive(fields.as_number(sequence, "sequences"), data)
        except Refused as refused:
            return refused
        out.extend(decoder.read())
        return None

    last_outcome([offer(*one) for one in zip(sequences, segments)])
    return {"bytes": out.hex(), "complete": decoder.complete}


KINDS = {
    "kdf": kdf, "hash": hash_parts, "sha3": sha3, "aead.seal": aead_seal, "aead.open": aead_open,
    "key_exchange": key_exchange, "signature.sign": signature_sign, "signature.verify": signature_verify,
    "seed.node": seed_node, "seed.shared": seed_shared, "session_id.derive": session_id_derive,
    "key_schedule": key_schedule, "frame.seal": frame_seal, "frame.open": frame_open,
    "segment.seal": segment_seal, "segment.open": segment_open,
    "segment.source": segment_source, "segment.stream": segment_stream,
}
