"""rederive_test.py VECTORS: derives vectors again from docs/spec alone, with hashlib and PyNaCl and no code of ours.

Covered: varints, KDF, seeds, session ids, the key schedule, sealing of frames and segments, and a whole handshake, byte
for byte."""

import hashlib
import json
import sys
import unittest
from pathlib import Path

import nacl.bindings as sodium

VECTORS = Path(sys.argv[1])
OF_ORDER_8 = bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")


def cases(kind):
    return json.loads((VECTORS / kind / "accept.json").read_text())["cases"]


def raw(text):
    return bytes.fromhex(text)


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def prefixed(part):
    return varint(len(part)) + part


def blake(*parts, key=b""):
    return hashlib.blake2b(b"".join(parts), digest_size=32, key=key).digest()


def kdf(key, label, *context):
    return blake(prefixed(label.encode()), *map(prefixed, context), key=key)


def shared_by(scalar, peer):
    return sodium.crypto_scalarmult(scalar, peer)


class Identity:
    def __init__(self, seed):
        master = blake(b"STT-1 seed", seed)
        self.node_id, self.secret = sodium.crypto_sign_seed_keypair(kdf(master, "identity"))
        self.storage_key = kdf(master, "storage")

    def sign(self, label, digest):
        return sodium.crypto_sign(label.encode() + digest, self.secret)[:64]


class Pair:
    def __init__(self, seed):
        master = blake(b"STT-1 seed", seed)
        self.psk = kdf(master, "psk")
        self.hint = kdf(master, "hint")[:8]


def seal(key, kind, session_id, stream_id, sequence, selector, nonce, payload):
    tail = varint(len(selector) + 40)
    body = bytes([kind]) + session_id + varint(stream_id) + varint(sequence) + tail
    length = len(body) + len(payload) + len(selector) + 40
    header = b"ST\x01" + varint(length) + body
    sealed = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(payload, header + selector, nonce, key)
    return header + sealed[:-16] + selector + nonce + sealed[-16:]


def schedule(psk, h2, shared):
    secret = kdf(psk, "session", h2, shared)
    keys = {"secret": secret}
    for name in ("auth", "chain"):
        for way in ("i2r", "r2i"):
            keys[f"{name}_{way}"] = kdf(secret, f"{name} {way}")
    return keys


def epoch_keys(chain, count=4):
    keys = []
    for _ in range(count):
        keys.append(kdf(chain, "key").hex())
        chain = kdf(chain, "rotate")
    return keys


def first_8_of_xor(*values):
    return bytes(a ^ b ^ c ^ d for a, b, c, d in zip(*values))[:8]


PARAMETERS = b"".join(varint(number) + prefixed(varint(value)) for number, value in enumerate(
    (32 << 20, 64 << 10, 64, 2_097_152, 16 << 20, 30_000, 25, 0), 1))


def handshake(given):
    """The four frames and what they establish, from seeds and draws."""
    draws = {label: raw(values[0]) for label, values in given["entropy"].items()}
    one, two = Identity(raw(given["node_seed_i"])), Identity(raw(given["node_seed_r"]))
    pair = Pair(raw(given["shared_seed"]))
    nobody = bytes(8)
    ephemeral_i = sodium.crypto_scalarmult_base(draws["hello.ephemeral"])
    ephemeral_r = sodium.crypto_scalarmult_base(draws["response.ephemeral"])

    h0 = kdf(pair.psk, "transcript")
    message = b"\x01\x01\x01\x01\x01" + draws["hello.nonce"] + one.node_id + ephemeral_i + prefixed(bytes(1_032))
    hello = seal(kdf(pair.psk, "hello"), 1, nobody, 0, 0, pair.hint, draws["hello.frame_nonce"], message)
    h1 = blake(h0, hello)
    message = b"\x02\x01\x01" + draws["response.nonce"] + two.node_id + ephemeral_r + draws["hello.nonce"]
    response = seal(kdf(pair.psk, "response", h1), 1, nobody, 0, 0, pair.hint, draws["response.frame_nonce"], message)
    h2 = blake(h1, response)
    keys = schedule(pair.psk, h2, shared_by(draws["hello.ephemeral"], ephemeral_r))
    session = first_8_of_xor(draws["hello.nonce"], draws["response.nonce"], one.node_id, two.node_id)

    message = b"\x03" + session + one.sign("STT-1 initiator", h2) + prefixed(PARAMETERS)
    proof = seal(keys["auth_i2r"], 5, session, 0, 0, b"\0", draws["auth_proof.frame_nonce"], message)
    h3 = blake(h2, proof)
    message = b"\x04" + session + two.sign("STT-1 responder", h3) + prefixed(PARAMETERS)
    final = seal(keys["auth_r2i"], 5, session, 0, 0, b"\0", draws["final.frame_nonce"], message)

    established = {"session_id": session.hex(), "chain_i2r": keys["chain_i2r"].hex(),
                   "chain_r2i": keys["chain_r2i"].hex(), "peer_parameters": PARAMETERS.hex()}
    return {"hello": hello.hex(), "response": response.hex(), "auth_proof": proof.hex(), "final": final.hex(),
            "initiator": {**established, "peer": two.node_id.hex()},
            "responder": {**established, "peer": one.node_id.hex()}}


def key_schedule(given):
    psk = raw(given["psk"])
    hashes = [kdf(psk, "transcript")]
    for frame in ("hello", "response", "auth_proof"):
        hashes.append(blake(hashes[-1], raw(given[frame])))
    keys = schedule(psk, hashes[2], shared_by(raw(given["scalar"]), raw(given["peer"])))
    out = {name: key.hex() for name, key in keys.items()}
    out.update({f"h{number}": digest.hex() for number, digest in enumerate(hashes)})
    out["hello_key"] = kdf(psk, "hello").hex()
    out["response_key"] = kdf(psk, "response", hashes[1]).hex()
    for way in ("i2r", "r2i"):
        out[f"keys_{way}"] = epoch_keys(keys[f"chain_{way}"])
    return out


def frame_seal(given):
    selector = varint(int(given["epoch"]))
    return {"bytes": seal(raw(given["key"]), given["type"], raw(given["session_id"]), given["stream_id"],
                          int(given["sequence"]), selector, raw(given["nonce"]), raw(given["payload"])).hex()}


def segment_seal(given):
    context, sequence = raw(given["context_id"]), int(given["sequence"]).to_bytes(8, "big")
    kind = bytes([given["end"] | given["bounded"] << 1])
    nonce = raw(given["nonce_prefix"]) + sequence
    sealed = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
        raw(given["text"]), prefixed(context) + kind + sequence, nonce, kdf(raw(given["key"]), "stream", context))
    return {"bytes": (kind + sealed[:-16] + nonce + sealed[-16:]).hex()}


def seed_node(given):
    identity = Identity(raw(given["seed"]))
    return {"node_id": identity.node_id.hex(), "storage_key": identity.storage_key.hex()}


def seed_shared(given):
    pair = Pair(raw(given["seed"]))
    return {"psk": pair.psk.hex(), "hint": pair.hint.hex()}


DERIVATIONS = {
    "varint.encode": lambda given: {"bytes": varint(int(given["value"])).hex()},
    "kdf": lambda given: {"key": kdf(raw(given["key"]), given["label"], *map(raw, given["context"])).hex()},
    "hash": lambda given: {"digest": blake(*map(raw, given["parts"])).hex()},
    "sha3": lambda given: {"digest": hashlib.sha3_256(raw(given["bytes"])).hexdigest()},
    "key_exchange": lambda given: {"public": sodium.crypto_scalarmult_base(raw(given["scalar"])).hex(),
                                   "shared": shared_by(raw(given["scalar"]), raw(given["peer"])).hex()},
    "signature.sign": lambda given: {"signature": Identity(raw(given["seed"])).sign(
        given["label"], raw(given["digest"])).hex()},
    "seed.node": seed_node,
    "seed.shared": seed_shared,
    "session_id.derive": lambda given: {"session_id": first_8_of_xor(*(
        raw(given[name]) for name in ("nonce_i", "nonce_r", "node_id_i", "node_id_r"))).hex()},
    "key_schedule": key_schedule,
    "frame.seal": frame_seal,
    "handshake.transcript": handshake,
    "segment.seal": segment_seal,
}


class RederiveTest(unittest.TestCase):
    def test_every_positive_comes_out_the_same(self):
        for kind, derive in DERIVATIONS.items():
            found = cases(kind)
            self.assertTrue(found, kind)
            for case in found:
                with self.subTest(case["id"]):
                    self.assertEqual(derive(case["in"]), case["expect"]["accept"])


    def test_the_signature_of_the_cofactor_fits_but_for_a_point_of_order_8(self):
        refused = json.loads((VECTORS / "signature.verify" / "refuse.json").read_text())["cases"]
        given = next(case["in"] for case in refused if case["id"] == "signature.verify/right-but-for-the-cofactor")
        node_id, signature = raw(given["node_id"]), raw(given["signature"])
        r, s = signature[:32], signature[32:]
        message = given["label"].encode() + raw(given["digest"])
        k = sodium.crypto_core_ed25519_scalar_reduce(hashlib.sha512(r + node_id + message).digest())
        right_r = sodium.crypto_core_ed25519_sub(sodium.crypto_scalarmult_ed25519_base_noclamp(s),
                                                 sodium.crypto_scalarmult_ed25519_noclamp(k, node_id))
        self.assertNotEqual(right_r, r)
        self.assertEqual(sodium.crypto_core_ed25519_add(right_r, OF_ORDER_8), r)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
