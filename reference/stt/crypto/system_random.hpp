// Randomness from the operating system through libsodium; what an adapter hands to a Node.
#pragma once

#include <stt/base/random.hpp>

namespace stt::crypto {

class SystemRandom final : public Random {
 public:
  Result<void> fill(std::string_view label, MutableByteView out) override;
};

}  // namespace stt::crypto
