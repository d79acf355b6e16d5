#include <stt/wire/reader.hpp>

#include <stt/wire/limits.hpp>

namespace stt::wire {

//= STT-VARINT-001
//= STT-VARINT-006
std::uint64_t Reader::long_varint() {
  if (failure_) return 0;
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < varint_bytes_max; ++i) {
    if (i == remaining()) {
      //= STT-VARINT-003
      fail(Errc::varint_truncated);
      return 0;
    }
    const auto byte = std::to_integer<std::uint64_t>(bytes_[position_ + i]);
    if (i == varint_bytes_max - 1 && byte > 1) {
      //= STT-VARINT-005
      fail(Errc::varint_overflow);
      return 0;
    }
    value |= (byte & 0x7F) << (7 * i);
    if (byte < 0x80) {
      if (byte == 0 && i > 0) {
        //= STT-VARINT-004
        fail(Errc::varint_overlong);
        return 0;
      }
      position_ += i + 1;
      return value;
    }
  }
  return 0;  // unreachable: the tenth byte either ends the number or overflows
}

Result<void> Reader::finish() const {
  if (failure_) return stt::fail(*failure_);
  if (remaining() != 0) return stt::fail(Errc::trailing_bytes);
  return {};
}

}  // namespace stt::wire
