// A queue of bytes in one block of memory that grows by doubling and never shrinks: in a steady
// flow it does not allocate. Whoever pushes minds the limit.
#pragma once

#include <bit>

#include <stt/base/bytes.hpp>

namespace stt::primitives {

class ByteRing {
 public:
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

  void push(ByteView bytes) {
    if (bytes.size() > slots_.size() - size_) grow(size_ + bytes.size());
    const std::size_t at = (first_ + size_) & (slots_.size() - 1);
    const std::size_t until_wrap = std::min(bytes.size(), slots_.size() - at);
    std::ranges::copy(bytes.first(until_wrap), slots_.begin() + static_cast<std::ptrdiff_t>(at));
    std::ranges::copy(bytes.subspan(until_wrap), slots_.begin());
    size_ += bytes.size();
  }

  // Moves the oldest bytes to the front of `out`, and says how many.
  std::size_t pop(MutableByteView out) {
    const std::size_t count = std::min(out.size(), size_);
    const std::size_t until_wrap = std::min(count, slots_.size() - first_);
    const ByteView slots(slots_);
    std::ranges::copy(slots.subspan(first_, until_wrap), out.begin());
    std::ranges::copy(slots.first(count - until_wrap),
                      out.begin() + static_cast<std::ptrdiff_t>(until_wrap));
    size_ -= count;
    first_ = size_ == 0 ? 0 : (first_ + count) & (slots_.size() - 1);
    return count;
  }

 private:
  void grow(std::size_t size) {
    Bytes larger(std::bit_ceil(std::max<std::size_t>(size, 256)));
    const std::size_t held = pop(larger);
    slots_.swap(larger);
    first_ = 0;
    size_ = held;
  }

  Bytes slots_;  // a power of two, or none
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

}  // namespace stt::primitives
