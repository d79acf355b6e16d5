// What both peers compute from the bytes of a handshake: running hashes, keys, the session id.
// Pure functions, so that a vector can check each one.
#pragma once

#include <initializer_list>
#include <string_view>

#include <stt/base/result.hpp>
#include <stt/crypto/identity.hpp>
#include <stt/wire/types.hpp>

namespace stt::handshake {

inline constexpr std::uint8_t protocol_version = 0x01;
//= STT-HANDSHAKE-010
// X25519, Ed25519, BLAKE2b, XChaCha20-Poly1305, SHA3-256
inline constexpr std::uint8_t suite_1 = 0x01;

inline constexpr std::string_view initiator_label = "STT-1 initiator";
inline constexpr std::string_view responder_label = "STT-1 responder";

// What a node keeps of one shared seed; the hint finds it.
struct PairKeys {
  crypto::Key psk;
  crypto::Key hello;  // KDF(psk, "hello"): opens every HELLO of the pair
  crypto::Key h0;     // KDF(psk, "transcript"): the transcript's start

  explicit PairKeys(crypto::Key pre_shared_key);
};

// h1 = H(h0 | HELLO frame), h2 = H(h1 | RESPONSE frame), h3 = H(h2 | AUTH_PROOF frame)
crypto::Digest extend(std::span<const std::byte, 32> previous, ByteView frame);

// KDF(psk, "response", h1)
crypto::Key response_key(const PairKeys& pair, const crypto::Digest& h1);

// All keys of one handshake. The secret they come from is wiped before this returns.
struct HandshakeKeys {
  crypto::Key auth_i2r;
  crypto::Key auth_r2i;
  crypto::Key chain_i2r;
  crypto::Key chain_r2i;
};

// secret = KDF(psk, "session", h2, X25519(ours, theirs)); crypto.key_exchange_failed for a
// low-order point.
Result<HandshakeKeys> derive_keys(const PairKeys& pair, const crypto::Digest& h2,
                                  const crypto::EphemeralKey& ours, const ByteArray<32>& theirs);

struct SessionIdInput {
  const ByteArray<32>& nonce_i;
  const ByteArray<32>& nonce_r;
  const NodeId& node_id_i;
  const NodeId& node_id_r;
};

// The XOR of all four, cut to its first 8 bytes.
SessionId session_id_of(const SessionIdInput& input);

}  // namespace stt::handshake
