// BinaryStreamDecoder: takes the segments of one encoder in any order, and gives its bytes in
// order.
//
// Two places hold bytes, each bounded: the window, where segments wait that came before their turn,
// and the buffer of bytes that nobody has read yet. What does not fit is refused and changes
// nothing, so whoever brings segments keeps them and tries again.
#pragma once

#include <optional>
#include <vector>

#include <stt/primitives/byte_source.hpp>
#include <stt/primitives/streaming_context.hpp>

namespace stt::primitives {

struct DecoderOptions {
  // How far ahead of the first missing segment another may be: 1 .. window_segments_max.
  std::size_t window_segments = window_segments_default;
  // Once so many bytes are unread, or wait in the window, no more are taken. At least 1.
  std::size_t buffer_bytes = decoder_buffer_bytes_default;
};

enum class Reception : std::uint8_t {
  taken,
  duplicate,  // it had been taken before
};

// A source, too: what it decodes can be encoded again.
class BinaryStreamDecoder final : public ByteSource {
 public:
  // base.invalid_argument for options out of range.
  static Result<BinaryStreamDecoder> create(const StreamingContext& context,
                                            const DecoderOptions& options = {});

  // Every error changes nothing. Those of parse_segment;
  // primitives.segment_foreign        of another encoder, or of another mode, than the first one
  // primitives.segment_past_end       beyond the end segment, or an end before what was taken
  // primitives.segment_beyond_window  ahead of the window, or the window holds buffer_bytes: the
  //                                   missing ones first
  // stream.would_block                buffer_bytes are unread: read first
  // crypto.authentication_failed      tampered, swapped, or sealed for another context
  // primitives.segment_end            its totals are not those of what was taken
  // In steady flow allocates nothing.
  Result<Reception> receive_segment(ByteView bytes, SegmentSequence sequence);

  // The next bytes, as ByteSource says: 0 once the end is verified and everything is read;
  // stream.would_block while the next segment is missing.
  Result<std::size_t> read(MutableByteView out) override;

  // All bytes that were not read before, once the end is verified; stream.would_block until then.
  // A stream above buffer_bytes never gets there: it is read in parts.
  Result<Bytes> receive_all();

  // All segments up to the end segment are taken, and fit it.
  bool complete() const { return end_ && next_.value() == end_->segments; }
  // The first segment that is missing; what a sender would be asked for.
  SegmentSequence missing() const { return next_; }
  std::size_t unread_bytes() const { return unread_.size(); }

 private:
  struct Origin {
    NoncePrefix prefix{};
    bool bounded = false;
  };
  struct Waiting {
    Bytes bytes;
    bool taken = false;
  };

  BinaryStreamDecoder(const StreamingContext& context, const DecoderOptions& options)
      : cipher_(context), options_(options), window_(options.window_segments) {}

  Result<void> check_place(const SegmentView& view, SegmentSequence sequence) const;
  bool was_taken(SegmentKind kind, SegmentSequence sequence) const;
  Result<void> take_end(SegmentSequence sequence);
  Result<void> take_data(SegmentSequence sequence);
  void keep(SegmentSequence sequence);
  void deliver_waiting();
  Waiting& slot(SegmentSequence sequence) {
    return window_[static_cast<std::size_t>(sequence.value() % window_.size())];
  }
  const Waiting& slot(SegmentSequence sequence) const {
    return window_[static_cast<std::size_t>(sequence.value() % window_.size())];
  }

  SegmentCipher cipher_;
  DecoderOptions options_;
  std::optional<Origin> origin_;  // of the first segment that opened
  std::optional<StreamEnd> end_;
  ByteRing unread_;
  std::vector<Waiting> window_;    // a ring, by sequence
  std::size_t waiting_bytes_ = 0;  // in it
  SegmentSequence next_;           // the first one not taken
  SegmentSequence beyond_;         // one past the highest taken
  std::uint64_t taken_bytes_ = 0;
  std::uint64_t taken_segments_ = 0;
  Bytes opened_;  // plaintext of the segment in hand
};

}  // namespace stt::primitives
