// What the tag of a frame covers besides its payload: header bytes | selector bytes.
#pragma once

#include <stt/base/assert.hpp>
#include <stt/base/bytes.hpp>
#include <stt/wire/limits.hpp>

namespace stt::session {

// The two parts lie at both ends of a frame; here they are one piece, without an allocation.
class AssociatedData {
 public:
  AssociatedData(ByteView header_bytes, ByteView selector_bytes)
      : size_(header_bytes.size() + selector_bytes.size()) {
    STT_ASSERT(size_ <= buffer_.size());
    const auto end = std::ranges::copy(header_bytes, buffer_.begin()).out;
    std::ranges::copy(selector_bytes, end);
  }

  ByteView view() const { return ByteView(buffer_).first(size_); }

 private:
  ByteArray<wire::associated_bytes_max> buffer_{};
  std::size_t size_;
};

}  // namespace stt::session
