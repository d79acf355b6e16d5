// BLAKE2b with its longest output, keyed: what a test injects as randomness.
#pragma once

#include <stt/base/bytes.hpp>

namespace stt::crypto {

// `key` has 1 to 64 bytes.
ByteArray<64> keyed_hash(ByteView key, ByteView message);

}  // namespace stt::crypto
