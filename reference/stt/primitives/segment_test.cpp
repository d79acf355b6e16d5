#include <gtest/gtest.h>

#include <stt/base/hex.hpp>
#include <stt/primitives/stream_fixture.hpp>

namespace stt::primitives {
namespace {

using namespace testing;

Bytes whole_segment() {
  Bytes bytes(segment_overhead_bytes + 5);
  bytes[0] = encoded({.end = false, .bounded = true});
  const auto nonce = segment_nonce({}, SegmentSequence(7));
  std::ranges::copy(nonce, bytes.begin() + 6);
  return bytes;
}

//= STT-ENCODER-003 test
TEST(ParseSegment, FindsThePartsOfTheLayout) {
  const Bytes bytes = whole_segment();
  const auto view = parse_segment(bytes, SegmentSequence(7));
  ASSERT_TRUE(view);
  EXPECT_EQ(view->kind, (SegmentKind{.end = false, .bounded = true}));
  EXPECT_EQ(view->ciphertext.data(), bytes.data() + 1);
  EXPECT_EQ(view->ciphertext.size(), 5U);
  EXPECT_EQ(view->nonce.data(), bytes.data() + 6);
  EXPECT_EQ(view->tag.data(), bytes.data() + 30);
  EXPECT_EQ(view->tag.size(), 16U);
}

TEST(ParseSegment, NamesEachKind) {
  for (unsigned kind = 0; kind < 4; ++kind) {
    Bytes bytes = whole_segment();
    bytes[0] = static_cast<std::byte>(kind);
    const auto view = parse_segment(bytes, SegmentSequence(7));
    ASSERT_TRUE(view);
    EXPECT_EQ(view->kind.end, (kind & 1U) != 0);
    EXPECT_EQ(view->kind.bounded, (kind & 2U) != 0);
    EXPECT_EQ(encoded(view->kind), bytes[0]);
  }
}

//= STT-DECODER-010 test
TEST(ParseSegment, RefusesEveryOtherBitOfTheKind) {
  for (unsigned bit = 2; bit < 8; ++bit) {
    Bytes bytes = whole_segment();
    bytes[0] |= static_cast<std::byte>(1U << bit);
    EXPECT_EQ(parse_segment(bytes, SegmentSequence(7)), fail(Errc::segment_kind));
  }
}

//= STT-DECODER-010 test
TEST(ParseSegment, RefusesANonceThatIsNotTheSequence) {
  const Bytes bytes = whole_segment();
  EXPECT_EQ(parse_segment(bytes, SegmentSequence(8)), fail(Errc::segment_nonce));
  EXPECT_EQ(parse_segment(bytes, SegmentSequence(7U | (1ULL << 63U))), fail(Errc::segment_nonce));
}

//= STT-ENCODER-018 test
TEST(ParseSegment, RefusesNoDataAndTooMuch) {
  const Bytes bytes = whole_segment();
  for (std::size_t size = 0; size <= segment_overhead_bytes; ++size) {
    const Bytes prefix = to_bytes(ByteView(bytes).first(size));
    EXPECT_EQ(parse_segment(prefix, SegmentSequence(7)), fail(Errc::segment_too_short)) << size;
  }
  Bytes largest(segment_overhead_bytes + segment_data_bytes_max);
  EXPECT_TRUE(parse_segment(largest, SegmentSequence(0)));
  largest.push_back({});
  EXPECT_EQ(parse_segment(largest, SegmentSequence(0)), fail(Errc::segment_too_long));
}

//= STT-ENCODER-011 test
TEST(StreamEnd, IsTwoVarints) {
  Bytes bytes(encoded_size(StreamEnd{300, 2}));
  wire::Writer writer(bytes);
  encode(writer, StreamEnd{300, 2});
  EXPECT_EQ(to_hex(writer.written()), "ac0202");
  EXPECT_EQ(writer.room(), 0U);
  EXPECT_EQ(decode_stream_end(bytes), (StreamEnd{300, 2}));
}

TEST(StreamEnd, RefusesPrefixesAndWhatIsLeftOver) {
  const Bytes bytes = *from_hex("ac028101");
  EXPECT_EQ(decode_stream_end(bytes), (StreamEnd{300, 129}));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const Bytes prefix = to_bytes(ByteView(bytes).first(size));
    EXPECT_EQ(decode_stream_end(prefix), fail(Errc::varint_truncated)) << size;
  }
  EXPECT_EQ(decode_stream_end(*from_hex("ac02810100")), fail(Errc::trailing_bytes));
  EXPECT_EQ(decode_stream_end(*from_hex("8000"
                                        "01")),
            fail(Errc::varint_overlong));
}

//= STT-ENCODER-017 test
TEST(StreamingContext, BoundsItsId) {
  EXPECT_TRUE(StreamingContext::create(some_key(), {}));
  EXPECT_TRUE(StreamingContext::create(some_key(), Bytes(256)));
  const auto too_long = StreamingContext::create(some_key(), Bytes(257));
  ASSERT_FALSE(too_long);
  EXPECT_EQ(too_long.error(), Errc::invalid_argument);
}

//= STT-ENCODER-004 test
//= STT-ENCODER-016 test
TEST(StreamingContext, HasAKeyOfItsOwn) {
  const auto context = some_context("one");
  EXPECT_TRUE(equal_constant_time(context.key().view(),
                                  crypto::kdf(some_key(), "stream", {as_bytes("one")}).view()));
  EXPECT_FALSE(equal_constant_time(context.key().view(), some_context("two").key().view()));
}

TEST(ByteRing, KeepsTheOrderWhileItWrapsAndGrows) {
  ByteRing ring;
  const Bytes in = pattern(10'000);
  Bytes out;
  std::size_t pushed = 0;
  for (std::size_t step = 1; out.size() < in.size(); step = step * 7 % 601) {
    const std::size_t count = std::min(step, in.size() - pushed);
    ring.push(ByteView(in).subspan(pushed, count));
    pushed += count;
    Bytes part(step / 2 + 1);
    part.resize(ring.pop(part));
    append(out, part);
    EXPECT_EQ(ring.size(), pushed - out.size());
  }
  EXPECT_EQ(out, in);
  EXPECT_TRUE(ring.empty());
}

TEST(PushSource, TakesWhatFitsAndPausesWhileItIsEmpty) {
  PushSource source(5);
  ByteArray<8> out{};
  EXPECT_EQ(source.read(out), fail(Errc::would_block));
  EXPECT_EQ(source.push(as_bytes("1234567")), 5U);
  EXPECT_EQ(source.push(as_bytes("67")), 0U);
  EXPECT_EQ(source.read(MutableByteView(out).first(2)), 2U);
  EXPECT_EQ(source.push(as_bytes("67")), 2U);
  EXPECT_EQ(source.read(out), 5U);
  EXPECT_TRUE(equal(ByteView(out).first(5), as_bytes("34567")));
  source.end();
  EXPECT_EQ(source.read(out), 0U);
  EXPECT_EQ(source.push(as_bytes("8")), fail(Errc::source_ended));
}

}  // namespace
}  // namespace stt::primitives
