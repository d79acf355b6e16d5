// Bytes that must not outlive their use: wiped when destroyed, moved from or cleared, never
// printed, compared in constant time only.
#pragma once

#include <stt/base/bytes.hpp>

namespace stt {

// Overwrites with zeros; the compiler may not drop it.
void wipe(MutableByteView bytes);

// Takes the same time for any contents of the same size.
bool equal_constant_time(ByteView a, ByteView b);

template <std::size_t N>
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::span<const std::byte, N> bytes) { std::ranges::copy(bytes, bytes_.begin()); }
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  Secret(Secret&& other) noexcept : bytes_(other.bytes_) { other.clear(); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      bytes_ = other.bytes_;
      other.clear();
    }
    return *this;
  }
  ~Secret() { clear(); }

  void clear() { wipe(bytes_); }
  std::span<const std::byte, N> view() const { return bytes_; }
  std::span<std::byte, N> mutable_view() { return bytes_; }

 private:
  ByteArray<N> bytes_{};
};

}  // namespace stt
