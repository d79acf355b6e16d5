// A segment of a binary stream, as it stands in its bytes. Its sequence travels beside them.
//
//   field        bytes   content
//   kind         1       bit 0: end segment; bit 1: bounded mode; the others are zero
//   ciphertext   1..     data, at most segment_data_bytes_max; of the end segment: StreamEnd
//   nonce        24      16 bytes that all segments of one encoder share | sequence u64
//   tag          16
//
// Plaintext of the end segment:
//
//   total_bytes  varint  of all data
//   segments     varint  before this one
#pragma once

#include <cstdint>

#include <stt/base/result.hpp>
#include <stt/base/strong.hpp>
#include <stt/crypto/aead.hpp>
#include <stt/primitives/limits.hpp>
#include <stt/wire/writer.hpp>

namespace stt::primitives {

// Number of a segment in its stream, from 0.
using SegmentSequence = Strong<struct SegmentSequenceTag, std::uint64_t>;

// One unit of a binary stream on its way; borrows its bytes.
struct Segment {
  SegmentSequence sequence;
  ByteView bytes;
};

struct SegmentKind {
  bool end = false;
  bool bounded = false;  // the size was declared before; live otherwise

  friend bool operator==(SegmentKind, SegmentKind) = default;
};

std::byte encoded(SegmentKind kind);

inline constexpr std::size_t segment_kind_bytes = 1;
inline constexpr std::size_t segment_overhead_bytes =
    segment_kind_bytes + crypto::nonce_bytes + crypto::tag_bytes;

// What all segments of one encoder have in common.
using NoncePrefix = ByteArray<16>;

ByteArray<crypto::nonce_bytes> segment_nonce(const NoncePrefix& prefix, SegmentSequence sequence);

// The parts of a segment, borrowed; nothing is authenticated yet.
struct SegmentView {
  SegmentKind kind;
  ByteView ciphertext;
  ByteView nonce;
  ByteView tag;

  NoncePrefix nonce_prefix() const;
};

// primitives.segment_too_short (no data), primitives.segment_too_long, primitives.segment_kind,
// primitives.segment_nonce (its last 8 bytes are not `sequence`). Allocates nothing.
Result<SegmentView> parse_segment(ByteView bytes, SegmentSequence sequence);

struct StreamEnd {
  std::uint64_t total_bytes = 0;
  std::uint64_t segments = 0;

  friend bool operator==(const StreamEnd&, const StreamEnd&) = default;
};

std::size_t encoded_size(const StreamEnd& end);
void encode(wire::Writer& writer, const StreamEnd& end);
// The varint errors, wire.trailing_bytes.
Result<StreamEnd> decode_stream_end(ByteView plaintext);

}  // namespace stt::primitives
