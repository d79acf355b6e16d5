// Cursor over borrowed bytes that cannot leave them. The first failure sticks: every later read
// yields zero and the position stays. A decoder reads its fields in a straight line and asks
// finish() once.
#pragma once

#include <concepts>
#include <optional>

#include <stt/base/bytes.hpp>
#include <stt/base/result.hpp>

namespace stt::wire {

class Reader {
 public:
  explicit Reader(ByteView bytes) : bytes_(bytes) {}

  template <std::unsigned_integral T>
  T be() {
    T value = 0;
    for (const std::byte byte : take(sizeof(T))) {
      value = static_cast<T>((std::uint64_t{value} << 8) | std::to_integer<std::uint64_t>(byte));
    }
    return value;
  }
  std::uint8_t u8() { return be<std::uint8_t>(); }

  // Unsigned LEB128 up to 64 bits, shortest form only. wire.varint_truncated, wire.varint_overlong
  // or wire.varint_overflow otherwise.
  std::uint64_t varint() {
    // Most numbers on the wire take one byte.
    if (!failure_ && remaining() > 0 && bytes_[position_] < std::byte{0x80}) {
      return std::to_integer<std::uint64_t>(bytes_[position_++]);
    }
    return long_varint();
  }

  // The next `count` bytes, borrowed from the input; wire.truncated if there are fewer.
  ByteView take(std::uint64_t count) {
    if (failure_) return {};
    if (count > remaining()) {
      fail(Errc::truncated);
      return {};
    }
    const ByteView out = bytes_.subspan(position_, static_cast<std::size_t>(count));
    position_ += out.size();
    return out;
  }
  template <std::size_t N>
  ByteArray<N> array() {
    ByteArray<N> out{};
    const ByteView bytes = take(N);
    std::ranges::copy(bytes, out.begin());
    return out;
  }
  // LP(x): varint length, then bytes.
  ByteView length_prefixed() { return take(varint()); }
  // All that is left.
  ByteView rest() { return take(remaining()); }

  void fail(Errc code) {
    if (!failure_) failure_ = code;
  }
  bool ok() const { return !failure_; }
  std::optional<Errc> failure() const { return failure_; }
  std::size_t position() const { return position_; }
  std::size_t remaining() const { return bytes_.size() - position_; }

  // Success only if nothing failed and nothing is left (wire.trailing_bytes).
  Result<void> finish() const;

 private:
  std::uint64_t long_varint();

  ByteView bytes_;
  std::size_t position_ = 0;
  std::optional<Errc> failure_;
};

}  // namespace stt::wire
