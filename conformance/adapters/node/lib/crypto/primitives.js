'use strict';
// The algorithms of suite 1 (docs/spec/handshake.md, "Cryptography"): libsodium, and SHA3-256 of Node.js.
// Nothing here may be called before `ready` is fulfilled. Lengths are the caller's affair, but for what an attacker
// chooses.

const { createHash } = require('node:crypto');
const sodium = require('libsodium-wrappers');
const { Refusal } = require('../refusal');
const { u64 } = require('../bytes');
const { lengthPrefixed } = require('../codec/varint');

const HASH_BYTES = 32;
const KEY_BYTES = 32;

// context: a list, which may be a long one.
//= STT-CRYPTO-002
function kdfOver(key, label, context) {
  const parts = [Buffer.from(label, 'ascii'), ...context].map(lengthPrefixed);
  return Buffer.from(sodium.crypto_generichash(HASH_BYTES, Buffer.concat(parts), key));
}

const kdf = (key, label, ...context) => kdfOver(key, label, context);

//= STT-CRYPTO-003
function hash(...parts) {
  return Buffer.from(sodium.crypto_generichash(HASH_BYTES, Buffer.concat(parts)));
}

//= STT-CRYPTO-012
function sha3(bytes) {
  return createHash('sha3-256').update(bytes).digest();
}

//= STT-CRYPTO-001
function seal(key, nonce, associated, text) {
  const sealed = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt_detached(text, associated, null, nonce, key);
  return { ciphertext: Buffer.from(sealed.ciphertext), tag: Buffer.from(sealed.mac) };
}

//= STT-CRYPTO-004
//= STT-FRAME-036
//= STT-FRAME-038
//= STT-ERROR-002
//= STT-SECURITY-005
function open(key, nonce, associated, ciphertext, tag) {
  const text = orRefuse('crypto.authentication_failed', () => (
    sodium.crypto_aead_xchacha20poly1305_ietf_decrypt_detached(null, ciphertext, tag, associated, nonce, key)
  ));
  return Buffer.from(text);
}

function x25519Public(scalar) {
  return Buffer.from(sodium.crypto_scalarmult_base(scalar));
}

// libsodium answers an all-zero result, and a point that must give one, with an error.
//= STT-CRYPTO-006
//= STT-CRYPTO-007
function x25519(scalar, peer) {
  return Buffer.from(orRefuse('crypto.key_exchange_failed', () => sodium.crypto_scalarmult(scalar, peer)));
}

// Refuses a point of low order without a scalar of ours: every scalar, as X25519 clamps it, takes it to zero.
function refuseLowOrder(peer) {
  x25519(Buffer.alloc(KEY_BYTES, 1), peer);
}

function ed25519KeyPair(seed) {
  const { publicKey, privateKey } = sodium.crypto_sign_seed_keypair(seed);
  return { publicKey: Buffer.from(publicKey), privateKey: Buffer.from(privateKey) };
}

function signed(label, digest) {
  return Buffer.concat([Buffer.from(label, 'ascii'), digest]);
}

//= STT-CRYPTO-008
function sign(privateKey, label, digest) {
  return Buffer.from(sodium.crypto_sign_detached(signed(label, digest), privateKey));
}

// libsodium's verification is the strict one: it refuses S >= L, A that is not canonical or of small order, R of small
// order, and compares R as bytes (no cofactor). The tests hold it to that.
//= STT-CRYPTO-009
//= STT-CRYPTO-010
//= STT-CRYPTO-011
//= STT-CRYPTO-014
function verify(publicKey, label, digest, signature) {
  const valid = orRefuse('crypto.signature_invalid', () => (
    sodium.crypto_sign_verify_detached(signature, signed(label, digest), publicKey)
  ));
  if (!valid) throw new Refusal('crypto.signature_invalid');
}

// libsodium-wrappers throws where libsodium answers -1. A wrong type or length would be a mistake of this program, and
// is a TypeError.
function orRefuse(reason, operation) {
  try {
    return operation();
  } catch (error) {
    if (error instanceof TypeError) throw error;
    throw new Refusal(reason);
  }
}

// A nonce of 24 bytes that ends in a sequence: of session frames and of segments.
function sequencedNonce(prefix, sequence) {
  return Buffer.concat([prefix, u64(sequence)]);
}

module.exports = {
  ready: sodium.ready,
  KEY_BYTES,
  kdf,
  kdfOver,
  hash,
  sha3,
  seal,
  open,
  x25519,
  x25519Public,
  refuseLowOrder,
  ed25519KeyPair,
  sign,
  verify,
  sequencedNonce,
};
