// BinaryStreamEncoder: cuts the bytes of a source by size alone, and seals each piece.
//
//   live     the size is open. A segment leaves as soon as the source pauses, even if it is small.
//   bounded  the size is declared before. Segments are full but for the last; a source that gives
//            more or less than declared is an error, and its stream never gets an end.
#pragma once

#include <optional>

#include <stt/base/random.hpp>
#include <stt/primitives/byte_source.hpp>
#include <stt/primitives/streaming_context.hpp>

namespace stt::primitives {

struct EncoderOptions {
  // Of the source, in bytes, for the bounded mode; nothing for the live mode.
  std::optional<std::uint64_t> size;
  // Data in a full segment; with its overhead a default one fits a datagram of 1,200 bytes.
  std::size_t segment_data_bytes = segment_data_bytes_default;
};

class BinaryStreamEncoder {
 public:
  // Draws the nonce prefix ("encoder.nonce_prefix"). `source` outlives the encoder.
  // base.random_failed; base.invalid_argument for segments of 0 or above segment_data_bytes_max.
  static Result<BinaryStreamEncoder> create(const StreamingContext& context, ByteSource& source,
                                            const EncoderOptions& options, Random& random);
  // A copy would use the same nonces again.
  BinaryStreamEncoder(const BinaryStreamEncoder&) = delete;
  BinaryStreamEncoder& operator=(const BinaryStreamEncoder&) = delete;
  BinaryStreamEncoder(BinaryStreamEncoder&&) noexcept = default;
  BinaryStreamEncoder& operator=(BinaryStreamEncoder&&) noexcept = default;
  ~BinaryStreamEncoder() = default;

  // The next segment; its bytes are the encoder's until the next call. Nothing after the end
  // segment. stream.would_block while the source pauses; primitives.source_too_long or
  // primitives.source_too_short in bounded mode, or the source's own error: these are final.
  // Allocates nothing.
  Result<std::optional<Segment>> poll_segment();

 private:
  BinaryStreamEncoder(const StreamingContext& context, ByteSource& source,
                      const EncoderOptions& options, const NoncePrefix& prefix);

  Result<void> gather();
  Result<bool> source_has_ended();
  Segment seal(SegmentKind kind, std::size_t text_bytes);
  Segment seal_end();
  MutableByteView room();

  SegmentCipher cipher_;
  ByteSource* source_;
  EncoderOptions options_;
  NoncePrefix prefix_;
  Bytes segment_;             // laid out in place
  std::size_t gathered_ = 0;  // data in it
  SegmentSequence next_;
  std::uint64_t total_bytes_ = 0;  // read from the source
  bool source_ended_ = false;
  bool finished_ = false;
  std::optional<Errc> failure_;
};

}  // namespace stt::primitives
