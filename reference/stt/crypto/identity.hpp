// Seeds and what is derived from them: a node's identity, and a pair's key and hint.
#pragma once

#include <string_view>

#include <stt/base/result.hpp>
#include <stt/crypto/kdf.hpp>

namespace stt::crypto {

inline constexpr std::size_t seed_bytes_min = 32;

// master = H("STT-1 seed" | seed). crypto.seed_too_short under 32 bytes.
Result<Key> master_of(ByteView seed);

// A node's identity, from its node seed. The node id is the Ed25519 public key.
class Identity {
 public:
  static Result<Identity> from_seed(ByteView node_seed);

  const ByteArray<32>& node_id() const { return node_id_; }
  const Key& storage_key() const { return storage_key_; }

  // Ed25519 over label | digest.
  ByteArray<64> sign(std::string_view label, const Digest& digest) const;

 private:
  Identity() = default;

  ByteArray<32> node_id_{};
  Secret<64> signing_key_;
  Key storage_key_;
};

// crypto.signature_invalid; S and A canonical, small-order A and R refused, as libsodium does.
Result<void> verify(const ByteArray<32>& node_id, std::string_view label, const Digest& digest,
                    const ByteArray<64>& signature);

// What a shared seed gives to a pair of nodes.
struct PairSecrets {
  Key psk;
  ByteArray<8> hint{};

  static Result<PairSecrets> from_seed(ByteView shared_seed);
};

// X25519 for one handshake; wiped when destroyed.
class EphemeralKey {
 public:
  explicit EphemeralKey(const Secret<32>& scalar);

  const ByteArray<32>& public_key() const { return public_key_; }
  // crypto.key_exchange_failed if the result is all zeros (a low-order point).
  Result<Secret<32>> agree(const ByteArray<32>& peer) const;

 private:
  Secret<32> scalar_;
  ByteArray<32> public_key_{};
};

}  // namespace stt::crypto
