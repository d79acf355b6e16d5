// A fuzzer's input as a row of choices. Whoever asks beyond its end gets zeros, so that every input
// is a run; the bounds are those of whoever asks.
#pragma once

#include <stt/base/bytes.hpp>

namespace stt::fuzz {

class Input {
 public:
  explicit Input(ByteView bytes) : left_(bytes) {}

  bool empty() const { return left_.empty(); }

  std::uint8_t byte() {
    if (left_.empty()) return 0;
    const auto value = std::to_integer<std::uint8_t>(left_.front());
    left_ = left_.subspan(1);
    return value;
  }
  bool flag() { return (byte() & 1U) != 0; }
  // From 0 to end - 1; `end` is at most 65,536.
  std::size_t below(std::size_t end) {
    std::size_t value = byte();
    if (end > 256) value = value * 256 + byte();
    return value % end;
  }
  // Any number: its first byte says how many follow, so that small ones are short.
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned left = byte() % 9U; left > 0; --left) value = value << 8U | byte();
    return value;
  }
  // A length, and as many bytes as there are of it; borrows.
  ByteView bytes(std::size_t at_most) {
    const std::size_t wanted = below(at_most + 1);
    const std::size_t size = std::min(wanted, left_.size());
    const ByteView taken = left_.first(size);
    left_ = left_.subspan(size);
    return taken;
  }

 private:
  ByteView left_;
};

}  // namespace stt::fuzz
