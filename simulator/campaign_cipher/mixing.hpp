// How the stand-ins of this folder mix bits: fast, the same on every machine, and no cryptography.
#pragma once

#include <algorithm>
#include <bit>
#include <cstring>

#include <stt/base/bytes.hpp>

namespace stt::crypto::campaign {

static_assert(std::endian::native == std::endian::little, "the same trace on every machine");

__extension__ using Wide = unsigned __int128;

inline constexpr std::uint64_t odd_a = 0x9E37'79B9'7F4A'7C15;
inline constexpr std::uint64_t odd_b = 0xD1B5'4A32'D192'ED03;

inline std::uint64_t word(const std::byte* bytes) {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

// Both halves of the product, so that every bit of the result depends on most bits of both factors;
// and the factors themselves, so that one which is zero does not hide the other.
inline std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  const Wide product = Wide{a} * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64) ^ a ^
         std::rotl(b, 32);
}

inline std::uint64_t absorb(std::uint64_t state, ByteView bytes) {
  std::size_t i = 0;
  for (; i + 16 <= bytes.size(); i += 16) {
    state = fold(state ^ word(bytes.data() + i) ^ odd_a, word(bytes.data() + i + 8) ^ odd_b) + i;
  }
  ByteArray<16> rest{};
  std::ranges::copy(bytes.subspan(i), rest.begin());
  state = fold(state ^ word(rest.data()) ^ odd_b, word(rest.data() + 8) ^ odd_a);
  return fold(state ^ bytes.size(), odd_a);
}

}  // namespace stt::crypto::campaign
