// Randomness for targets: the same in every run, so that an input is all there is to a finding.
#pragma once

#include <stt/base/random.hpp>

namespace stt::fuzz {

class PlainRandom final : public Random {
 public:
  explicit PlainRandom(std::uint64_t seed = 1) : state_(seed) {}

  // SplitMix64.
  Result<void> fill(std::string_view, MutableByteView out) override {
    for (std::byte& each : out) {
      state_ += 0x9E3779B97F4A7C15;
      std::uint64_t mixed = (state_ ^ (state_ >> 30U)) * 0xBF58476D1CE4E5B9;
      mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EB;
      each = static_cast<std::byte>(mixed >> 56U);
    }
    return {};
  }

 private:
  std::uint64_t state_;
};

}  // namespace stt::fuzz
