#include <stt/crypto/keyed_hash.hpp>

#include <sodium.h>

#include <stt/base/assert.hpp>
#include <stt/crypto/sodium_bytes.hpp>

namespace stt::crypto {

ByteArray<64> keyed_hash(ByteView key, ByteView message) {
  STT_ASSERT(!key.empty() && key.size() <= crypto_generichash_KEYBYTES_MAX);
  ByteArray<64> digest{};
  STT_ASSERT(crypto_generichash(out(digest), digest.size(), in(message), message.size(), in(key),
                                key.size()) == 0);
  return digest;
}

}  // namespace stt::crypto
