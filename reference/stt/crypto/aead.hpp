// Sealing: XChaCha20-Poly1305-IETF with a detached tag (libsodium).
#pragma once

#include <stt/base/result.hpp>
#include <stt/crypto/kdf.hpp>

namespace stt::crypto {

inline constexpr std::size_t nonce_bytes = 24;
inline constexpr std::size_t tag_bytes = 16;

using Nonce = std::span<const std::byte, nonce_bytes>;

// One key. The HChaCha20 sub-key of the last 16-byte nonce prefix is kept, so frames that share a
// prefix cost one ChaCha20-Poly1305 each: the bytes are those of XChaCha20-Poly1305.
class Aead {
 public:
  explicit Aead(const Key& key) : key_(key) {}

  // Encrypts `text` in place and writes the tag (16 bytes). A nonce is used once under a key.
  //= STT-CRYPTO-001
  void seal(Nonce nonce, ByteView associated, MutableByteView text, MutableByteView tag);

  // Verifies first, then decrypts in place. crypto.authentication_failed leaves `text` as it was.
  Result<void> open(Nonce nonce, ByteView associated, MutableByteView text, ByteView tag);

 private:
  void use_prefix(Nonce nonce);

  Key key_;
  Secret<32> sub_key_;
  ByteArray<16> prefix_{};
  bool has_sub_key_ = false;
};

}  // namespace stt::crypto
