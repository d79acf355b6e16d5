// Appends into a buffer of known size. The size was announced by an encoded_size, so running over
// it is our own bug and asserts.
#pragma once

#include <bit>
#include <concepts>

#include <stt/base/assert.hpp>
#include <stt/base/bytes.hpp>
#include <stt/wire/limits.hpp>

namespace stt::wire {

// Bytes that `value` takes as a varint: 1 to 10.
constexpr std::size_t varint_size(std::uint64_t value) {
  return value == 0 ? 1 : (static_cast<std::size_t>(std::bit_width(value)) + 6) / 7;
}

// Bytes that LP(x) takes for an x of `size` bytes.
constexpr std::size_t length_prefixed_size(std::size_t size) {
  return varint_size(size) + size;
}

class Writer {
 public:
  explicit Writer(MutableByteView buffer) : buffer_(buffer) {}

  template <std::unsigned_integral T>
  void be(T value) {
    for (std::size_t i = sizeof(T); i-- > 0;) {
      byte(static_cast<std::byte>((std::uint64_t{value} >> (8 * i)) & 0xFF));
    }
  }
  void u8(std::uint8_t value) { byte(std::byte{value}); }

  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) byte(static_cast<std::byte>((value & 0x7F) | 0x80));
    byte(static_cast<std::byte>(value));
  }

  void bytes(ByteView view) { std::ranges::copy(view, claim(view.size()).begin()); }
  void length_prefixed(ByteView view) {
    varint(view.size());
    bytes(view);
  }
  void zeros(std::size_t count) { std::ranges::fill(claim(count), std::byte{0}); }

  // The next `count` bytes, for the caller to fill.
  MutableByteView claim(std::size_t count) {
    STT_ASSERT(count <= buffer_.size() - size_);
    const MutableByteView out = buffer_.subspan(size_, count);
    size_ += count;
    return out;
  }

  std::size_t size() const { return size_; }
  std::size_t room() const { return buffer_.size() - size_; }
  MutableByteView written() const { return buffer_.first(size_); }

 private:
  void byte(std::byte value) { claim(1)[0] = value; }

  MutableByteView buffer_;
  std::size_t size_ = 0;
};

}  // namespace stt::wire
