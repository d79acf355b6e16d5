#include <gtest/gtest.h>

#include <stt/primitives/stream_fixture.hpp>

namespace stt::primitives {
namespace {

using namespace testing;

constexpr std::size_t segment_bytes = 10;

// Six segments of data and the end.
const Bytes& whole() {
  static const Bytes bytes = pattern(55);
  return bytes;
}
std::vector<Carried> segments_of_whole() {
  return encode_all(whole(), segment_bytes);
}

// One segment, sealed by somebody who holds the key and keeps no other rule.
Carried forged(SegmentKind kind, std::uint64_t sequence, ByteView text) {
  Bytes bytes(segment_overhead_bytes + text.size());
  wire::Writer writer(bytes);
  writer.u8(std::to_integer<std::uint8_t>(encoded(kind)));
  const MutableByteView room = writer.claim(text.size());
  std::ranges::copy(text, room.begin());
  NoncePrefix prefix{};  // the one of encode_all with seed 1
  for (std::size_t i = 0; i < prefix.size(); ++i) prefix[i] = static_cast<std::byte>(1 + i);
  const auto nonce = segment_nonce(prefix, SegmentSequence(sequence));
  writer.bytes(nonce);
  SegmentCipher(some_context()).seal(kind, nonce, room, writer.claim(crypto::tag_bytes));
  return {SegmentSequence(sequence), bytes};
}

Carried forged_end(std::uint64_t sequence, StreamEnd end, bool bounded = false) {
  Bytes text(encoded_size(end));
  wire::Writer writer(text);
  encode(writer, end);
  return forged({.end = true, .bounded = bounded}, sequence, text);
}

// Refused, and everything is as if it had not come: the rest of the stream completes it.
void expect_refused(BinaryStreamDecoder& decoder, const Carried& segment, Errc error) {
  const std::size_t unread = decoder.unread_bytes();
  const SegmentSequence missing = decoder.missing();
  const bool complete = decoder.complete();
  EXPECT_EQ(give(decoder, segment), fail(error));
  EXPECT_EQ(decoder.unread_bytes(), unread);
  EXPECT_EQ(decoder.missing(), missing);
  EXPECT_EQ(decoder.complete(), complete);
}
void expect_completes(BinaryStreamDecoder& decoder) {
  for (const Carried& segment : segments_of_whole()) {
    EXPECT_TRUE(give(decoder, segment)) << segment.sequence.value();
  }
  EXPECT_EQ(decoder.receive_all(), whole());
}

//= STT-DECODER-007 test
//= STT-DECODER-008 test
TEST(Decoder, GivesBytesAsTheyComeAndAllAtTheEnd) {
  auto decoder = some_decoder();
  Bytes read;
  for (const Carried& segment : segments_of_whole()) {
    ByteArray<64> out{};
    EXPECT_EQ(decoder.read(out), fail(Errc::would_block));
    EXPECT_EQ(decoder.receive_all(), fail(Errc::would_block));
    EXPECT_EQ(give(decoder, segment), Reception::taken);
    if (segment.sequence < SegmentSequence(3)) append(read, read_available(decoder));
    if (segment.sequence == SegmentSequence(3)) break;
  }
  EXPECT_TRUE(equal(read, ByteView(whole()).first(30)));
  EXPECT_EQ(decoder.unread_bytes(), 10U);
}

TEST(Decoder, ReadsToTheEndLikeAnySource) {
  auto decoder = some_decoder();
  for (const Carried& segment : segments_of_whole()) EXPECT_TRUE(give(decoder, segment));
  EXPECT_EQ(read_available(decoder), whole());
  ByteArray<8> out{};
  EXPECT_EQ(decoder.read(out), 0U);
  EXPECT_EQ(decoder.receive_all(), Bytes{});
}

//= STT-DECODER-001 test
//= STT-DECODER-002 test
//= STT-DECODER-011 test
TEST(Decoder, TakesSegmentsInAnyOrder) {
  auto decoder = some_decoder();
  auto segments = segments_of_whole();
  std::ranges::reverse(segments);
  for (const Carried& segment : segments) {
    EXPECT_FALSE(decoder.complete());
    EXPECT_EQ(decoder.missing(), SegmentSequence(0));
    EXPECT_EQ(decoder.unread_bytes(), 0U);
    EXPECT_EQ(give(decoder, segment), Reception::taken);
  }
  EXPECT_TRUE(decoder.complete());
  EXPECT_EQ(decoder.receive_all(), whole());
}

//= STT-DECODER-001 test
TEST(Decoder, TakesDuplicatesWithoutEffect) {
  auto decoder = some_decoder();
  const auto segments = segments_of_whole();
  for (const std::size_t order : {2U, 2U, 0U, 0U, 6U, 6U, 2U, 1U, 1U, 5U, 4U, 3U, 4U, 6U, 0U}) {
    EXPECT_TRUE(give(decoder, segments[order]));
  }
  for (const Carried& segment : segments) EXPECT_EQ(give(decoder, segment), Reception::duplicate);
  EXPECT_EQ(decoder.receive_all(), whole());
  for (const Carried& segment : segments) EXPECT_EQ(give(decoder, segment), Reception::duplicate);
  EXPECT_EQ(decoder.unread_bytes(), 0U);
}

//= STT-DECODER-003 test
//= STT-DECODER-009 test
TEST(Decoder, RefusesEveryTamperedBit) {
  auto decoder = some_decoder();
  const auto segments = segments_of_whole();
  EXPECT_TRUE(give(decoder, segments[0]));
  EXPECT_TRUE(give(decoder, segments[2]));
  for (const std::size_t which : {1U, 0U, 2U}) {  // awaited, read and waiting ones alike
    for (std::size_t bit = 0; bit < 8 * segments[which].bytes.size(); ++bit) {
      Carried tampered = segments[which];
      tampered.bytes[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
      const auto taken = give(decoder, tampered);
      ASSERT_FALSE(taken) << bit;
    }
  }
  Carried tampered = segments[1];
  tampered.bytes[1] ^= std::byte{1};
  expect_refused(decoder, tampered, Errc::authentication_failed);
  expect_completes(decoder);
}

//= STT-DECODER-009 test
TEST(Decoder, RefusesSwappedSegments) {
  auto decoder = some_decoder();
  const auto segments = segments_of_whole();
  expect_refused(decoder, {SegmentSequence(0), segments[1].bytes}, Errc::segment_nonce);
  // The nonce renumbered as well: the seal does not fit.
  Carried renumbered{SegmentSequence(0), segments[1].bytes};
  renumbered.bytes[renumbered.bytes.size() - 17] = std::byte{0};
  expect_refused(decoder, renumbered, Errc::authentication_failed);
  expect_completes(decoder);
}

//= STT-DECODER-009 test
TEST(Decoder, ATruncatedStreamIsNeverComplete) {
  const auto segments = segments_of_whole();
  for (std::size_t missing = 0; missing < segments.size(); ++missing) {
    auto decoder = some_decoder();
    for (const Carried& segment : segments) {
      if (segment.sequence == SegmentSequence(missing)) continue;
      EXPECT_TRUE(give(decoder, segment));
    }
    EXPECT_FALSE(decoder.complete());
    EXPECT_EQ(decoder.missing(), SegmentSequence(missing));
    EXPECT_EQ(decoder.receive_all(), fail(Errc::would_block));
  }
}

TEST(Decoder, RefusesATruncatedSegment) {
  auto decoder = some_decoder();
  Carried cut = segments_of_whole()[0];
  cut.bytes.erase(cut.bytes.begin() + 1);
  expect_refused(decoder, cut, Errc::authentication_failed);
  cut.bytes.resize(segment_overhead_bytes);
  expect_refused(decoder, cut, Errc::segment_too_short);
  expect_completes(decoder);
}

//= STT-DECODER-005 test
//= STT-DECODER-009 test
TEST(Decoder, RefusesWhatIsSplicedFromAnotherEncoder) {
  auto decoder = some_decoder();
  EXPECT_TRUE(give(decoder, segments_of_whole()[3]));
  for (const Carried& other : encode_all(whole(), segment_bytes, some_context(), 99)) {
    expect_refused(decoder, other, Errc::segment_foreign);
  }
  expect_completes(decoder);
}

TEST(Decoder, IsNotBoundToAnEncoderByWhatDoesNotOpen) {
  auto decoder = some_decoder();
  for (const Carried& other : encode_all(whole(), segment_bytes, some_context("another"), 99)) {
    expect_refused(decoder, other, Errc::authentication_failed);
  }
  expect_completes(decoder);
}

//= STT-ENCODER-016 test
TEST(Decoder, RefusesSegmentsOfAnotherContextWithTheSameNonces) {
  auto decoder = some_decoder();
  for (const Carried& other : encode_all(whole(), segment_bytes, some_context("another"))) {
    expect_refused(decoder, other, Errc::authentication_failed);
  }
  expect_completes(decoder);
}

//= STT-DECODER-013 test
TEST(Decoder, RefusesAnotherModeThanThatOfTheFirst) {
  auto decoder = some_decoder();
  EXPECT_TRUE(give(decoder, segments_of_whole()[0]));
  for (const Carried& other : encode_all(whole(), segment_bytes, some_context(), 1, true)) {
    expect_refused(decoder, other, Errc::segment_foreign);
  }
  expect_completes(decoder);
}

TEST(Decoder, TakesTheBoundedMode) {
  auto decoder = some_decoder();
  for (const Carried& segment : encode_all(whole(), segment_bytes, some_context(), 1, true)) {
    EXPECT_TRUE(give(decoder, segment));
  }
  EXPECT_EQ(decoder.receive_all(), whole());
}

//= STT-DECODER-004 test
TEST(Decoder, RefusesSegmentsBeyondTheWindow) {
  auto decoder = some_decoder({.window_segments = 3});
  const auto segments = segments_of_whole();
  expect_refused(decoder, segments[3], Errc::segment_beyond_window);
  EXPECT_TRUE(give(decoder, segments[2]));
  EXPECT_TRUE(give(decoder, segments[0]));
  expect_refused(decoder, segments[4], Errc::segment_beyond_window);
  EXPECT_TRUE(give(decoder, segments[3]));
  EXPECT_TRUE(give(decoder, segments[6]));  // an end waits nowhere
  EXPECT_TRUE(give(decoder, segments[1]));
  EXPECT_TRUE(give(decoder, segments[5]));
  expect_completes(decoder);
}

//= STT-DECODER-004 test
TEST(Decoder, RefusesASequenceNearTheLast) {
  auto decoder = some_decoder();
  expect_refused(decoder, forged({}, ~0ULL, as_bytes("x")), Errc::segment_beyond_window);
  expect_completes(decoder);
}

//= STT-DECODER-011 test
TEST(Decoder, RefusesMoreWaitingBytesThanItsBuffer) {
  auto decoder = some_decoder({.buffer_bytes = 20});
  const auto segments = segments_of_whole();
  EXPECT_TRUE(give(decoder, segments[5]));  // of 5 bytes
  EXPECT_TRUE(give(decoder, segments[4]));
  EXPECT_TRUE(give(decoder, segments[3]));
  expect_refused(decoder, segments[2], Errc::segment_beyond_window);
  EXPECT_EQ(give(decoder, segments[3]), Reception::duplicate);
  // The missing ones have room of their own.
  EXPECT_TRUE(give(decoder, segments[0]));
  EXPECT_TRUE(give(decoder, segments[1]));
  EXPECT_EQ(read_available(decoder).size(), 20U);
  EXPECT_TRUE(give(decoder, segments[2]));
  EXPECT_TRUE(give(decoder, segments[6]));
  EXPECT_EQ(read_available(decoder).size(), 35U);
  EXPECT_TRUE(decoder.complete());
}

//= STT-DECODER-011 test
TEST(Decoder, HasItsWholeWindowAgainOnceNothingWaits) {
  auto decoder = some_decoder({.buffer_bytes = 20});
  const auto segments = segments_of_whole();
  for (const std::size_t which : {1U, 0U, 3U, 2U, 5U, 4U, 6U}) {
    EXPECT_EQ(give(decoder, segments[which]), Reception::taken) << which;
    read_available(decoder);
  }
  EXPECT_TRUE(decoder.complete());
}

//= STT-DECODER-012 test
TEST(Decoder, RefusesMoreWhileTooMuchIsUnread) {
  auto decoder = some_decoder({.buffer_bytes = 11});
  const auto segments = segments_of_whole();
  EXPECT_TRUE(give(decoder, segments[0]));
  EXPECT_TRUE(give(decoder, segments[1]));
  expect_refused(decoder, segments[2], Errc::would_block);
  EXPECT_EQ(give(decoder, segments[1]), Reception::duplicate);
  ByteArray<10> out{};
  EXPECT_EQ(decoder.read(out), 10U);
  EXPECT_EQ(give(decoder, segments[2]), Reception::taken);
  expect_refused(decoder, segments[3], Errc::would_block);
}

//= STT-DECODER-006 test
TEST(Decoder, RefusesSegmentsPastTheEnd) {
  auto decoder = some_decoder();
  const auto segments = segments_of_whole();
  EXPECT_TRUE(give(decoder, segments[6]));
  expect_refused(decoder, forged({}, 6, as_bytes("x")), Errc::segment_past_end);
  expect_refused(decoder, forged({}, 7, as_bytes("x")), Errc::segment_past_end);
  expect_refused(decoder, forged_end(7, {55, 7}), Errc::segment_past_end);
  expect_refused(decoder, forged_end(5, {50, 5}), Errc::segment_past_end);
  expect_completes(decoder);
}

//= STT-DECODER-006 test
TEST(Decoder, RefusesAnEndBeforeWhatWasTaken) {
  auto decoder = some_decoder();
  const auto segments = segments_of_whole();
  EXPECT_TRUE(give(decoder, segments[4]));
  expect_refused(decoder, forged_end(4, {40, 4}), Errc::segment_past_end);
  expect_refused(decoder, forged_end(3, {30, 3}), Errc::segment_past_end);
  expect_completes(decoder);
}

//= STT-DECODER-008 test
//= STT-DECODER-014 test
TEST(Decoder, RefusesAnEndWhoseTotalsAreNotTrue) {
  auto decoder = some_decoder();
  const auto segments = segments_of_whole();
  for (std::size_t i = 0; i < 5; ++i) EXPECT_TRUE(give(decoder, segments[i]));
  expect_refused(decoder, forged_end(6, {55, 5}), Errc::segment_end);
  expect_refused(decoder, forged_end(6, {49, 6}), Errc::segment_end);
  EXPECT_TRUE(give(decoder, segments[5]));
  expect_refused(decoder, forged_end(6, {54, 6}), Errc::segment_end);
  expect_refused(decoder, forged_end(6, {56, 6}), Errc::segment_end);
  expect_completes(decoder);
}

//= STT-DECODER-014 test
TEST(Decoder, RefusesDataThatMakesTheEndUntrue) {
  auto decoder = some_decoder();
  const auto segments = segments_of_whole();
  EXPECT_TRUE(give(decoder, segments[6]));
  for (std::size_t i = 1; i < 6; ++i) EXPECT_TRUE(give(decoder, segments[i]));
  expect_refused(decoder, forged({}, 0, as_bytes("123456789")), Errc::segment_end);
  expect_refused(decoder, forged({}, 0, as_bytes("12345678901")), Errc::segment_end);
  expect_completes(decoder);
}

//= STT-DECODER-015 test
TEST(Decoder, RefusesAnEndThatIsNotTwoVarints) {
  auto decoder = some_decoder();
  const SegmentKind end{.end = true};
  expect_refused(decoder, forged(end, 1, as_bytes("\x05")), Errc::varint_truncated);
  expect_refused(decoder, forged(end, 1, as_bytes("\x05\x01\x01")), Errc::trailing_bytes);
  expect_completes(decoder);
}

TEST(Decoder, TakesAnEmptyStream) {
  auto decoder = some_decoder();
  for (const Carried& segment : encode_all({}, segment_bytes)) EXPECT_TRUE(give(decoder, segment));
  EXPECT_EQ(decoder.receive_all(), Bytes{});
}

TEST(Decoder, RefusesOptionsOutOfRange) {
  for (const DecoderOptions& options :
       {DecoderOptions{.window_segments = 0}, DecoderOptions{.window_segments = 65'537},
        DecoderOptions{.buffer_bytes = 0}}) {
    const auto decoder = BinaryStreamDecoder::create(some_context(), options);
    ASSERT_FALSE(decoder);
    EXPECT_EQ(decoder.error(), Errc::invalid_argument);
  }
}

// The bytes that a decoder gives can be encoded again, under another key: primitives compose.
//= STT-ENCODER-001 test
TEST(Decoder, IsASourceForAnotherEncoder) {
  auto first = some_decoder();
  for (const Carried& segment : segments_of_whole()) EXPECT_TRUE(give(first, segment));
  FixedRandom random(50);
  const StreamingContext other = some_context("the next hop");
  auto encoder = *BinaryStreamEncoder::create(other, first, {}, random);
  auto second = *BinaryStreamDecoder::create(other);
  for (const Carried& segment : drain(encoder)) EXPECT_TRUE(give(second, segment));
  EXPECT_EQ(second.receive_all(), whole());
}

}  // namespace
}  // namespace stt::primitives
