// Products of two 64-bit numbers without loss: congestion control counts in integers only, because
// floating point differs between compilers and the same seed must give the same trace.
#pragma once

#include <cstdint>
#include <limits>

#include <stt/base/assert.hpp>

namespace stt::recovery {

__extension__ using Wide = unsigned __int128;

constexpr std::uint64_t narrow(Wide value) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  return value > most ? most : static_cast<std::uint64_t>(value);
}

// a * b / c, rounded down; 2^64 - 1 if it is more.
constexpr std::uint64_t mul_div(std::uint64_t a, std::uint64_t b, std::uint64_t c) {
  STT_ASSERT(c != 0);
  return narrow(Wide{a} * b / c);
}

// The same, rounded up.
constexpr std::uint64_t mul_div_up(std::uint64_t a, std::uint64_t b, std::uint64_t c) {
  STT_ASSERT(c != 0);
  return narrow((Wide{a} * b + (c - 1)) / c);
}

// The largest root with root^3 <= value, for value < 2^126.
constexpr std::uint64_t cube_root(Wide value) {
  STT_ASSERT(value >> 126 == 0);
  std::uint64_t root = 0;
  for (int bit = 41; bit >= 0; --bit) {
    const std::uint64_t candidate = root | (std::uint64_t{1} << bit);
    if (Wide{candidate} * candidate * candidate <= value) root = candidate;
  }
  return root;
}

}  // namespace stt::recovery
