// An encoder, a decoder and what lies between them, for tests.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include <stt/primitives/decoder.hpp>
#include <stt/primitives/encoder.hpp>

namespace stt::primitives::testing {

// The same bytes for the same seed.
class FixedRandom final : public Random {
 public:
  explicit FixedRandom(std::uint8_t first) : next_(first) {}

  Result<void> fill(std::string_view label, MutableByteView out) override {
    if (broken) return fail(Errc::random_failed);
    labels.emplace_back(label);
    for (std::byte& byte : out) byte = std::byte{next_++};
    return {};
  }

  bool broken = false;
  std::vector<std::string> labels;

 private:
  std::uint8_t next_;
};

inline crypto::Key some_key(std::uint8_t value = 0x4B) {
  Bytes bytes(32, std::byte{value});
  return crypto::Key(std::span<const std::byte, 32>(bytes));
}

inline StreamingContext some_context(std::string_view id = "a stream") {
  return *StreamingContext::create(some_key(), as_bytes(id));
}

// Bytes that differ from place to place.
inline Bytes pattern(std::size_t size) {
  Bytes bytes(size);
  std::uint32_t state = 1;
  for (std::byte& byte : bytes)
    byte =
        std::byte{static_cast<std::uint8_t>((state = state * 1'664'525U + 1'013'904'223U) >> 24U)};
  return bytes;
}

// A segment with bytes of its own, as whoever carries it holds it.
struct Carried {
  SegmentSequence sequence;
  Bytes bytes;
};

inline Carried carried(const Segment& segment) {
  return {segment.sequence, to_bytes(segment.bytes)};
}

// All segments that the encoder gives now: up to a pause, an error or the end.
inline std::vector<Carried> drain(BinaryStreamEncoder& encoder) {
  std::vector<Carried> segments;
  for (auto next = encoder.poll_segment(); next && *next; next = encoder.poll_segment()) {
    segments.push_back(carried(**next));
  }
  return segments;
}

// The segments of `bytes`, the end segment last.
inline std::vector<Carried> encode_all(ByteView bytes, std::size_t segment_data_bytes,
                                       const StreamingContext& context = some_context(),
                                       std::uint8_t seed = 1, bool bounded = false) {
  SpanSource source(bytes);
  FixedRandom random(seed);
  EncoderOptions options;
  options.segment_data_bytes = segment_data_bytes;
  if (bounded) options.size = bytes.size();
  auto encoder = BinaryStreamEncoder::create(context, source, options, random);
  EXPECT_TRUE(encoder);
  return drain(*encoder);
}

inline BinaryStreamDecoder some_decoder(DecoderOptions options = {}) {
  return *BinaryStreamDecoder::create(some_context(), options);
}

inline Result<Reception> give(BinaryStreamDecoder& decoder, const Carried& segment) {
  return decoder.receive_segment(segment.bytes, segment.sequence);
}

// What can be read now.
inline Bytes read_available(ByteSource& source) {
  Bytes all;
  ByteArray<1'000> part{};
  for (auto count = source.read(part); count && *count > 0; count = source.read(part)) {
    append(all, ByteView(part).first(*count));
  }
  return all;
}

}  // namespace stt::primitives::testing
