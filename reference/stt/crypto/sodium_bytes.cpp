#include <stt/crypto/sodium_bytes.hpp>

#include <sodium.h>

#include <stt/base/assert.hpp>

namespace stt::crypto {

bool start_sodium() {
  STT_ASSERT(sodium_init() >= 0);
  return true;
}

}  // namespace stt::crypto
