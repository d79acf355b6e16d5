#include <gtest/gtest.h>

#include <deque>

#include <stt/primitives/stream_fixture.hpp>
#include <stt/wire/frame.hpp>

namespace stt::primitives {
namespace {

using namespace testing;

// Gives what a test has laid out, piece by piece, with pauses and errors between.
class ScriptedSource final : public ByteSource {
 public:
  explicit ScriptedSource(std::deque<Result<Bytes>> script) : script_(std::move(script)) {}

  Result<std::size_t> read(MutableByteView out) override {
    EXPECT_FALSE(out.empty());
    if (script_.empty()) return 0;
    auto& next = script_.front();
    if (!next) {
      const Errc error = next.error();
      script_.pop_front();
      return fail(error);
    }
    const std::size_t count = std::min(out.size(), next->size());
    std::copy_n(next->begin(), count, out.begin());
    next->erase(next->begin(), next->begin() + static_cast<std::ptrdiff_t>(count));
    if (next->empty()) script_.pop_front();
    return count;
  }

 private:
  std::deque<Result<Bytes>> script_;
};

Result<Bytes> text(std::string_view bytes) {
  return to_bytes(as_bytes(bytes));
}
Result<Bytes> pause() {
  return fail(Errc::would_block);
}

struct Encoding {
  explicit Encoding(std::deque<Result<Bytes>> script, EncoderOptions options = {})
      : source(std::move(script)),
        encoder(*BinaryStreamEncoder::create(some_context(), source, options, random)) {}

  // Data bytes of the next segment.
  std::size_t data_bytes() {
    const auto next = encoder.poll_segment();
    EXPECT_TRUE(next && *next);
    return (*next)->bytes.size() - segment_overhead_bytes;
  }
  Errc error() {
    const auto next = encoder.poll_segment();
    EXPECT_FALSE(next);
    return next.error();
  }
  bool over() {
    const auto next = encoder.poll_segment();
    return next && !*next;
  }

  FixedRandom random{1};
  ScriptedSource source;
  BinaryStreamEncoder encoder;
};

//= STT-ENCODER-002 test
//= STT-ENCODER-007 test
//= STT-ENCODER-013 test
TEST(Encoder, CutsBySizeAndNumbersFromZero) {
  const Bytes bytes = pattern(25);
  const auto segments = encode_all(bytes, 10);
  ASSERT_EQ(segments.size(), 4U);
  for (std::size_t i = 0; i < segments.size(); ++i) {
    EXPECT_EQ(segments[i].sequence, SegmentSequence(i));
    EXPECT_EQ(segments[i].bytes[0], encoded({.end = i == 3, .bounded = false}));
  }
  EXPECT_EQ(segments[0].bytes.size(), segment_overhead_bytes + 10);
  EXPECT_EQ(segments[2].bytes.size(), segment_overhead_bytes + 5);
}

// Sealed as the specification says, by hand.
//= STT-ENCODER-003 test
//= STT-ENCODER-005 test
//= STT-ENCODER-006 test
//= STT-ENCODER-011 test
//= STT-ENCODER-014 test
TEST(Encoder, SealsEachSegmentByItself) {
  const auto segments = encode_all(as_bytes("hello world"), 6);
  ASSERT_EQ(segments.size(), 3U);
  crypto::Aead aead(crypto::kdf(some_key(), "stream", {as_bytes("a stream")}));
  const std::vector<Bytes> texts{
      to_bytes(as_bytes("hello ")), to_bytes(as_bytes("world")), {std::byte{11}, std::byte{2}}};
  for (std::size_t i = 0; i < 3; ++i) {
    const ByteView bytes(segments[i].bytes);
    ByteArray<24> nonce{};
    for (std::size_t at = 0; at < 16; ++at) nonce[at] = static_cast<std::byte>(1 + at);
    nonce[23] = static_cast<std::byte>(i);
    EXPECT_TRUE(equal(bytes.subspan(bytes.size() - 40, 24), nonce));
    Bytes associated{std::byte{8}};
    append(associated, as_bytes("a stream"));
    associated.push_back(static_cast<std::byte>(i == 2 ? 1 : 0));
    append(associated, ByteView(nonce).last(8));
    Bytes opened = to_bytes(bytes.subspan(1, bytes.size() - segment_overhead_bytes));
    EXPECT_TRUE(aead.open(nonce, associated, opened, bytes.last(16)));
    EXPECT_EQ(opened, texts[i]);
  }
}

//= STT-ENCODER-005 test
TEST(Encoder, DrawsItsNoncePrefixOnce) {
  SpanSource source(as_bytes("some bytes"));
  FixedRandom random(1);
  auto encoder = *BinaryStreamEncoder::create(some_context(), source, {std::nullopt, 2}, random);
  drain(encoder);
  EXPECT_EQ(random.labels, std::vector<std::string>{"encoder.nonce_prefix"});
  random.broken = true;
  const auto none = BinaryStreamEncoder::create(some_context(), source, {}, random);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error(), Errc::random_failed);
}

//= STT-ENCODER-012 test
TEST(Encoder, SizesSegmentsForADatagramUnlessTold) {
  EXPECT_EQ(EncoderOptions{}.segment_data_bytes, 1'070U);
  // The largest frame around it: long stream id and sequence, DATA flags and offset.
  const wire::FrameHeader header{wire::FrameType::data, SessionId{{std::byte{1}}}, StreamId(65'535),
                                 Sequence(~0ULL), Epoch(~0ULL)};
  const std::size_t data_header = 1 + wire::varint_bytes_max;
  EXPECT_LE(wire::encoded_size(header, data_header + segment_overhead_bytes + 1'070),
            wire::datagram_bytes_min);
  EXPECT_GT(wire::encoded_size(header, data_header + segment_overhead_bytes + 1'080),
            wire::datagram_bytes_min);
}

//= STT-ENCODER-018 test
TEST(Encoder, TakesASegmentSizeWithinTheLimits) {
  SpanSource source({});
  FixedRandom random(1);
  for (const std::size_t size : {std::size_t{1}, segment_data_bytes_max}) {
    EXPECT_TRUE(BinaryStreamEncoder::create(some_context(), source, {{}, size}, random));
  }
  for (const std::size_t size : {std::size_t{0}, segment_data_bytes_max + 1}) {
    EXPECT_FALSE(BinaryStreamEncoder::create(some_context(), source, {{}, size}, random));
  }
}

//= STT-ENCODER-009 test
TEST(LiveEncoder, SendsASegmentAsSoonAsTheSourcePauses) {
  Encoding live({text("ten bytes."), pause(), pause(), text("more"), text(" of it"), pause()});
  EXPECT_EQ(live.data_bytes(), 10U);
  EXPECT_EQ(live.error(), Errc::would_block);
  EXPECT_EQ(live.data_bytes(), 10U);
}

//= STT-ENCODER-008 test
TEST(LiveEncoder, EndsWhenTheSourceEnds) {
  Encoding live({text("some")});
  EXPECT_EQ(live.data_bytes(), 4U);
  EXPECT_EQ(live.data_bytes(), 2U);  // the end segment: 4 bytes, 1 segment
  EXPECT_TRUE(live.over());
  EXPECT_TRUE(live.over());
}

TEST(LiveEncoder, HasAnEndWithoutData) {
  Encoding live({pause()});
  EXPECT_EQ(live.error(), Errc::would_block);
  EXPECT_EQ(live.data_bytes(), 2U);
  EXPECT_TRUE(live.over());
}

//= STT-ENCODER-010 test
TEST(BoundedEncoder, FillsItsSegmentsAcrossPauses) {
  Encoding bounded({text("1234"), pause(), text("56789"), pause(), text("0")}, {10, 8});
  EXPECT_EQ(bounded.error(), Errc::would_block);
  EXPECT_EQ(bounded.data_bytes(), 8U);
  EXPECT_EQ(bounded.error(), Errc::would_block);
  EXPECT_EQ(bounded.data_bytes(), 2U);
  EXPECT_EQ(bounded.data_bytes(), 2U);  // the end
  EXPECT_TRUE(bounded.over());
}

//= STT-ENCODER-010 test
TEST(BoundedEncoder, RefusesASourceThatGivesLess) {
  Encoding bounded({text("123456789")}, {10, 8});
  EXPECT_EQ(bounded.data_bytes(), 8U);
  EXPECT_EQ(bounded.error(), Errc::source_too_short);
  EXPECT_EQ(bounded.error(), Errc::source_too_short);
}

//= STT-ENCODER-010 test
TEST(BoundedEncoder, RefusesASourceThatGivesMore) {
  Encoding bounded({text("1234567890"), pause(), text("x")}, {10, 8});
  EXPECT_EQ(bounded.data_bytes(), 8U);
  EXPECT_EQ(bounded.data_bytes(), 2U);
  EXPECT_EQ(bounded.error(), Errc::would_block);
  EXPECT_EQ(bounded.error(), Errc::source_too_long);
  EXPECT_EQ(bounded.error(), Errc::source_too_long);
}

TEST(BoundedEncoder, TakesNothingAtAll) {
  Encoding bounded({}, {0, 8});
  EXPECT_EQ(bounded.data_bytes(), 2U);
  EXPECT_TRUE(bounded.over());
  Encoding too_much({text("x")}, {0, 8});
  EXPECT_EQ(too_much.error(), Errc::source_too_long);
}

//= STT-ENCODER-019 test
TEST(Encoder, EndsWithTheErrorOfItsSource) {
  for (const EncoderOptions& options : {EncoderOptions{{}, 4}, EncoderOptions{10, 4}}) {
    Encoding encoding({text("123456"), fail(Errc::transport_failed), text("7890")}, options);
    EXPECT_EQ(encoding.data_bytes(), 4U);
    EXPECT_EQ(encoding.error(), Errc::transport_failed);
    EXPECT_EQ(encoding.error(), Errc::transport_failed);
  }
}

}  // namespace
}  // namespace stt::primitives
