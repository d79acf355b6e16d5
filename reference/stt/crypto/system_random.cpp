#include <stt/crypto/system_random.hpp>

#include <sodium.h>

namespace stt::crypto {

Result<void> SystemRandom::fill(std::string_view, MutableByteView out) {
  if (sodium_init() < 0) return fail(Errc::random_failed);
  randombytes_buf(out.data(), out.size());
  return {};
}

}  // namespace stt::crypto
