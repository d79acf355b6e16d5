// Borrowed and owned bytes. A view never outlives the call it was passed to, unless its
// receiver says so.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace stt {

using ByteView = std::span<const std::byte>;
using MutableByteView = std::span<std::byte>;
using Bytes = std::vector<std::byte>;
template <std::size_t N>
using ByteArray = std::array<std::byte, N>;

// The characters of a text as bytes; borrows.
inline ByteView as_bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

inline Bytes to_bytes(ByteView view) {
  return {view.begin(), view.end()};
}

inline void append(Bytes& to, ByteView bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

// For public values only; secrets are compared by equal_constant_time (secret.hpp).
inline bool equal(ByteView a, ByteView b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

}  // namespace stt
