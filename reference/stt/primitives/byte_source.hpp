// Where bytes come from: memory, a file, another stream, whatever an application has.
#pragma once

#include <stt/base/assert.hpp>
#include <stt/base/result.hpp>
#include <stt/primitives/byte_ring.hpp>

namespace stt::primitives {

class ByteSource {
 public:
  virtual ~ByteSource() = default;

  // Writes the next bytes to the front of `out` (not empty) and says how many: at least one, or 0
  // at the end, for ever. stream.would_block while the source pauses: there may be more later. Any
  // other error is the source's own.
  virtual Result<std::size_t> read(MutableByteView out) = 0;
};

// Bytes in memory, which outlive the source.
class SpanSource final : public ByteSource {
 public:
  explicit SpanSource(ByteView bytes) : left_(bytes) {}

  Result<std::size_t> read(MutableByteView out) override {
    const std::size_t size = std::min(out.size(), left_.size());
    std::ranges::copy(left_.first(size), out.begin());
    left_ = left_.subspan(size);
    return size;
  }

 private:
  ByteView left_;
};

// Bytes that the application pushes when it has them. It pauses while it is empty.
class PushSource final : public ByteSource {
 public:
  // Holds up to `bytes_max` (at least 1) that were not read yet.
  explicit PushSource(std::size_t bytes_max) : bytes_max_(bytes_max) { STT_ASSERT(bytes_max > 0); }

  // Takes as many as there is room for, and says how many: push the rest after a read.
  // primitives.source_ended after end().
  Result<std::size_t> push(ByteView bytes) {
    if (ended_) return fail(Errc::source_ended);
    const std::size_t size = std::min(bytes.size(), bytes_max_ - bytes_.size());
    bytes_.push(bytes.first(size));
    return size;
  }
  // There will be no more.
  void end() { ended_ = true; }

  Result<std::size_t> read(MutableByteView out) override {
    if (bytes_.empty() && !ended_) return fail(Errc::would_block);
    return bytes_.pop(out);
  }

 private:
  ByteRing bytes_;
  std::size_t bytes_max_;
  bool ended_ = false;
};

}  // namespace stt::primitives
