// The randomness of a node in a world.
#pragma once

#include <map>
#include <string>

#include <simulator/engine/draws.hpp>
#include <stt/base/random.hpp>

namespace stt::sim {

// Each label is a sequence of its own, so a node that asks for one kind of bytes more often gets
// the same bytes of every other kind.
class SeededRandom final : public Random {
 public:
  SeededRandom(std::uint64_t seed, std::uint64_t entity) : seed_(seed), entity_(entity) {}

  Result<void> fill(std::string_view label, MutableByteView out) override;

 private:
  std::uint64_t seed_;
  std::uint64_t entity_;
  std::map<std::string, Draws, std::less<>> by_label_;
};

}  // namespace stt::sim
