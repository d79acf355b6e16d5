// Credit that would exceed 2^64-1 is 2^64-1, and a difference below zero is zero.
#pragma once

#include <cstdint>

namespace stt::stream {

constexpr std::uint64_t saturating_add(std::uint64_t a, std::uint64_t b) {
  return a > ~b ? ~std::uint64_t{0} : a + b;
}
constexpr std::uint64_t saturating_subtract(std::uint64_t a, std::uint64_t b) {
  return a > b ? a - b : 0;
}
constexpr std::uint64_t saturating_multiply(std::uint64_t a, std::uint64_t b) {
  return b != 0 && a > ~std::uint64_t{0} / b ? ~std::uint64_t{0} : a * b;
}

}  // namespace stt::stream
