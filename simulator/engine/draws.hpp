// Randomness of a world. Each consumer has a sequence of its own, keyed by the world's seed, who
// it is and what for: a new consumer shifts nobody else's draws, and neighbouring seeds have
// nothing in common. Philox is a function of (key, counter), the same on every machine; only
// integers come out, because floating point does not promise that.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <stt/base/bytes.hpp>

namespace stt::sim {

// Parts in a million. A probability is an integer like everything that decides.
using Ppm = std::uint32_t;
inline constexpr Ppm ppm_always = 1'000'000;

class Draws {
 public:
  // `purpose` within `entity` ("link.loss" of entity 3) is unique in a world.
  Draws(std::uint64_t seed, std::uint64_t entity, std::string_view purpose);

  std::uint64_t next();
  // Uniform in [0, bound); bound > 0. Rejects what would favour small numbers.
  std::uint64_t below(std::uint64_t bound);
  // Uniform in [low, high].
  std::uint64_t between(std::uint64_t low, std::uint64_t high);
  // Always draws, so that changing a probability does not shift the draws after it.
  bool chance(Ppm probability);
  void fill(MutableByteView out);

  // The same for a place in a sequence of its own, whatever was drawn before: who draws for packet
  // n gets the same, whether or not it drew for those before it. Leaves next() as it was.
  bool chance_at(std::uint64_t position, Ppm probability) const;
  std::uint64_t between_at(std::uint64_t position, std::uint64_t low, std::uint64_t high) const;

  // The bytes from `position` on of an endless sequence that depends on the key alone; leaves
  // next() as it was. Cheap, and for content only: nothing should be decided by these bytes.
  void fill_at(std::uint64_t position, MutableByteView out) const;

 private:
  using Block = std::array<std::uint64_t, 2>;
  Block block(std::uint64_t counter, std::uint32_t half) const;

  std::uint64_t key_ = 0;
  std::uint32_t stream_ = 0;
  std::uint64_t counter_ = 0;
  Block current_{};
  bool second_half_ = false;
};

}  // namespace stt::sim
