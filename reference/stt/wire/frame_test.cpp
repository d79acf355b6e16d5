#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <tuple>
#include <type_traits>

#include <stt/wire/codec_laws.hpp>
#include <stt/wire/frame.hpp>

namespace stt::wire {
namespace {

// The frame of docs/spec/wire.md, cut at its fields.
struct Fields {
  std::string_view start = "53 54 01";
  std::string_view length = "3a";
  std::string_view type = "02";
  std::string_view session_id = "0102030405060708";
  std::string_view stream_id = "01";
  std::string_view sequence = "07";
  std::string_view metadata_length = "29";
  std::string_view payload = "a0a1a2a3a4";
  std::string_view selector = "00";
};
const Bytes nonce = filled(nonce_bytes, 0xBB);
const Bytes tag = filled(tag_bytes, 0xCC);

Bytes body(const Fields& f) {
  return hex(f.type) + hex(f.session_id) + hex(f.stream_id) + hex(f.sequence) +
         hex(f.metadata_length) + hex(f.payload) + hex(f.selector) + nonce + tag;
}
Bytes whole(const Fields& f) {
  return hex(f.start) + hex(f.length) + body(f);
}
// With the length that the body really has.
Bytes fitted(const Fields& f) {
  const Bytes bytes = body(f);
  Bytes length(varint_size(bytes.size()));
  Writer(length).varint(bytes.size());
  return hex(f.start) + length + bytes;
}

const Fields handshake{.type = "01",
                       .session_id = "0000000000000000",
                       .stream_id = "00",
                       .sequence = "00",
                       .metadata_length = "30",
                       .selector = "d0d1d2d3d4d5d6d7"};
const Fields auth{.type = "05", .stream_id = "00", .sequence = "00"};

std::optional<Errc> error_of(const ParseResult& result) {
  const auto* error = std::get_if<Errc>(&result);
  return error == nullptr ? std::nullopt : std::optional(*error);
}
Errc refusal(const Bytes& bytes) {
  return error_of(parse_frame(bytes)).value_or(Errc::no_error);
}
bool accepts(const Bytes& bytes) {
  return std::holds_alternative<FrameView>(parse_frame(bytes));
}
bool waits(const Bytes& bytes) {
  return std::holds_alternative<NeedMore>(parse_frame(bytes));
}

// The first byte count at which the answer is final; the answer must not change from there on.
std::size_t decided_after(const Bytes& bytes) {
  std::size_t decided = bytes.size() + 1;
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const Bytes prefix = to_bytes(ByteView(bytes).first(size));
    const ParseResult result = parse_frame(prefix);
    if (std::holds_alternative<NeedMore>(result)) {
      EXPECT_GT(decided, size) << "waits again after it had decided";
    } else if (decided > size) {
      decided = size;
    }
    if (decided <= size) {
      EXPECT_EQ(error_of(result), error_of(parse_frame(bytes)));
    }
  }
  return decided;
}

//= STT-FRAME-001 test
//= STT-FRAME-004 test
TEST(ParseFrame, ReadsTheFrameOfTheSpecification) {
  const Bytes bytes = whole({});
  const ParseResult result = parse_frame(bytes);
  ASSERT_TRUE(std::holds_alternative<FrameView>(result));
  const auto& frame = std::get<FrameView>(result);
  EXPECT_EQ(frame.header.type, FrameType::data);
  EXPECT_EQ(to_hex(frame.header.session_id.bytes), "0102030405060708");
  EXPECT_EQ(frame.header.stream_id, StreamId(1));
  EXPECT_EQ(frame.header.sequence, Sequence(7));
  EXPECT_EQ(frame.epoch(), Epoch(0));
  EXPECT_EQ(to_hex(frame.ciphertext), "a0a1a2a3a4");
  EXPECT_TRUE(equal(frame.nonce, nonce));
  EXPECT_TRUE(equal(frame.tag, tag));
  EXPECT_EQ(frame.whole.size(), 62U);
}

//= STT-FRAME-027 test
TEST(ParseFrame, AssociatesTheHeaderAndTheKeySelector) {
  const Bytes bytes = whole({});
  const auto frame = std::get<FrameView>(parse_frame(bytes));
  EXPECT_TRUE(equal(frame.header_bytes, ByteView(bytes).first(16)));
  EXPECT_TRUE(equal(frame.selector_bytes, ByteView(bytes).subspan(21, 1)));
  const Bytes hello = fitted(handshake);
  const auto hello_frame = std::get<FrameView>(parse_frame(hello));
  EXPECT_EQ(to_hex(hello_frame.selector_bytes), "d0d1d2d3d4d5d6d7");
  EXPECT_EQ(to_hex(hello_frame.hint().bytes), "d0d1d2d3d4d5d6d7");
}

//= STT-FRAME-001 test
//= STT-FRAME-004 test
//= STT-FRAME-026 test
TEST(LayOutFrame, WritesTheFrameOfTheSpecification) {
  const FrameHeader header{FrameType::data,
                           SessionId{{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4},
                                      std::byte{5}, std::byte{6}, std::byte{7}, std::byte{8}}},
                           StreamId(1), Sequence(7), Epoch(0)};
  Bytes bytes(encoded_size(header, 5));
  Writer writer(bytes);
  const FrameSlots slots = lay_out_frame(writer, header, 5);
  EXPECT_EQ(writer.room(), 0U);
  EXPECT_EQ(slots.payload.size(), 5U);
  std::ranges::copy(hex("a0a1a2a3a4"), slots.payload.begin());
  std::ranges::copy(nonce, slots.nonce.begin());
  std::ranges::copy(tag, slots.tag.begin());
  EXPECT_EQ(bytes, whole({}));
  EXPECT_EQ(slots.header_bytes.size(), 16U);
  EXPECT_EQ(slots.selector_bytes.data(), bytes.data() + 21);
}

//= STT-FRAME-002 test
TEST(ParseFrame, RefusesAnotherMagicAtItsByte) {
  EXPECT_EQ(refusal(hex("54")), Errc::frame_magic);
  EXPECT_EQ(refusal(hex("53 53")), Errc::frame_magic);
  EXPECT_EQ(refusal(fitted({.start = "53 74 01"})), Errc::frame_magic);
  EXPECT_TRUE(waits(hex("53 54")));
}

//= STT-FRAME-003 test
TEST(ParseFrame, RefusesAnotherVersion) {
  EXPECT_EQ(refusal(hex("53 54 00")), Errc::frame_version);
  EXPECT_EQ(refusal(fitted({.start = "53 54 02"})), Errc::frame_version);
  EXPECT_TRUE(accepts(fitted({})));
}

//= STT-FRAME-005 test
//= STT-FRAME-023 test
TEST(ParseFrame, RefusesMoreThanTwoMebibytesBeforeTheyCome) {
  // The length 2,097,146 and the six bytes before the body make 2,097,152.
  const ParseResult largest = parse_frame(hex("53 54 01 fa ff 7f"));
  EXPECT_EQ(std::get<NeedMore>(largest).at_least, 2'097'146U);
  EXPECT_EQ(refusal(hex("53 54 01 fb ff 7f")), Errc::frame_too_long);
  EXPECT_EQ(refusal(hex("53 54 01 ff ff ff ff ff ff ff ff ff 01")), Errc::frame_too_long);
  // Nothing a parse returns owns memory.
  static_assert(std::is_trivially_destructible_v<ParseResult>);
}

//= STT-FRAME-005 test
TEST(ParseFrame, TakesALargestFrame) {
  const FrameHeader header{FrameType::data, SessionId{{std::byte{1}}}, StreamId(1), Sequence(0),
                           Epoch(0)};
  const std::size_t payload = payload_bytes_max(header, frame_bytes_max).value();
  Bytes bytes(encoded_size(header, payload));
  EXPECT_EQ(bytes.size(), frame_bytes_max);
  Writer writer(bytes);
  lay_out_frame(writer, header, payload);
  EXPECT_TRUE(accepts(bytes));
}

//= STT-FRAME-006 test
TEST(ParseFrame, RefusesABodyThatCannotBe) {
  EXPECT_EQ(refusal(hex("53 54 01 00")), Errc::frame_too_short);
  EXPECT_EQ(refusal(hex("53 54 01 34")), Errc::frame_too_short);
  EXPECT_TRUE(waits(hex("53 54 01 35")));
  EXPECT_TRUE(accepts(fitted({.type = "03", .stream_id = "00", .payload = ""})));
}

//= STT-FRAME-007 test
//= STT-FRAME-008 test
TEST(ParseFrame, KnowsEveryType) {
  for (unsigned type = 0; type <= 0xFF; ++type) {
    const std::string text = to_hex(filled(1, static_cast<std::uint8_t>(type)));
    // The type is judged at its byte, before anything that depends on it.
    const Bytes start = hex("53 54 01 3a" + text);
    if (type == 0 || (type > 5 && type < 0x80)) {
      EXPECT_EQ(refusal(start), Errc::frame_type_reserved) << type;
      continue;
    }
    EXPECT_TRUE(waits(start)) << type;
    Fields fields;
    if (type == 1) fields = handshake;
    if (type == 5) fields = auth;
    if (type == 3) fields.stream_id = "00";
    fields.type = text;
    const Bytes bytes = fitted(fields);
    const ParseResult result = parse_frame(bytes);
    ASSERT_TRUE(std::holds_alternative<FrameView>(result)) << type;
    EXPECT_EQ(static_cast<unsigned>(std::get<FrameView>(result).header.type), type);
  }
}

//= STT-FRAME-009 test
TEST(ParseFrame, KeepsHandshakeAndAuthFramesShort) {
  // A length of 1,195 or 1,196 with five bytes before the body.
  for (const auto* type : {"01", "05"}) {
    EXPECT_TRUE(waits(hex("53 54 01 ab 09") + hex(type))) << type;
    EXPECT_EQ(refusal(hex("53 54 01 ac 09") + hex(type)), Errc::frame_handshake_too_long) << type;
  }
  EXPECT_TRUE(waits(hex("53 54 01 ac 09 02")));
}

//= STT-FRAME-010 test
TEST(ParseFrame, WantsASessionIdExceptInHandshakeFrames) {
  EXPECT_EQ(refusal(fitted({.session_id = "0000000000000000"})), Errc::frame_session_id);
  EXPECT_TRUE(accepts(fitted({.session_id = "0000000000000001"})));
  Fields fields = handshake;
  EXPECT_TRUE(accepts(fitted(fields)));
  fields.session_id = "0000000000000001";
  EXPECT_EQ(refusal(fitted(fields)), Errc::frame_session_id);
  fields = auth;
  fields.session_id = "0000000000000000";
  EXPECT_EQ(refusal(fitted(fields)), Errc::frame_session_id);
  EXPECT_EQ(decided_after(fitted({.session_id = "0000000000000000"})), 13U);
}

//= STT-FRAME-011 test
TEST(ParseFrame, RefusesStreamIdsAbove65535) {
  EXPECT_TRUE(accepts(fitted({.stream_id = "ff ff 03"})));
  EXPECT_EQ(refusal(fitted({.stream_id = "80 80 04"})), Errc::frame_stream_id);
  EXPECT_EQ(refusal(fitted({.stream_id = "81 00"})), Errc::varint_overlong);
}

//= STT-FRAME-012 test
TEST(ParseFrame, WantsStreamZeroInHandshakeAuthAndControl) {
  for (Fields fields : {handshake, auth, Fields{.type = "03", .stream_id = "00"}}) {
    EXPECT_TRUE(accepts(fitted(fields))) << fields.type;
    fields.stream_id = "01";
    EXPECT_EQ(refusal(fitted(fields)), Errc::frame_stream_id) << fields.type;
  }
}

//= STT-FRAME-013 test
TEST(ParseFrame, RefusesStreamZeroInDataAndStreamControl) {
  for (const auto* type : {"02", "04"}) {
    EXPECT_EQ(refusal(fitted({.type = type, .stream_id = "00"})), Errc::frame_stream_id) << type;
    EXPECT_TRUE(accepts(fitted({.type = type, .stream_id = "01"}))) << type;
  }
  // A custom frame is a datagram there.
  EXPECT_TRUE(accepts(fitted({.type = "80", .stream_id = "00"})));
  EXPECT_TRUE(accepts(fitted({.type = "ff", .stream_id = "01"})));
}

//= STT-FRAME-014 test
TEST(ParseFrame, WantsSequenceZeroInHandshakeAndAuth) {
  for (Fields fields : {handshake, auth}) {
    fields.sequence = "01";
    EXPECT_EQ(refusal(fitted(fields)), Errc::frame_sequence) << fields.type;
  }
  const Bytes last = fitted({.sequence = "ff ff ff ff ff ff ff ff ff 01"});
  EXPECT_EQ(std::get<FrameView>(parse_frame(last)).header.sequence, Sequence(~std::uint64_t{0}));
}

//= STT-FRAME-015 test
TEST(ParseFrame, WantsTheMetadataLengthThatTypeAndEpochGive) {
  for (const auto* length : {"00", "28", "33", "7f", "80 01"}) {
    EXPECT_EQ(refusal(fitted({.metadata_length = length})), Errc::frame_metadata_length) << length;
  }
  Fields fields = handshake;
  for (const auto* length : {"2f", "31", "29"}) {
    fields.metadata_length = length;
    EXPECT_EQ(refusal(fitted(fields)), Errc::frame_metadata_length) << length;
  }
  // 50 bytes announced where 41 are left.
  EXPECT_EQ(refusal(fitted({.metadata_length = "32", .payload = ""})), Errc::frame_metadata_length);
  const Bytes largest =
      fitted({.metadata_length = "32", .selector = "ff ff ff ff ff ff ff ff ff 01"});
  EXPECT_EQ(std::get<FrameView>(parse_frame(largest)).epoch(), Epoch(~std::uint64_t{0}));
}

//= STT-FRAME-016 test
//= STT-FRAME-022 test
TEST(ParseFrame, WantsAnEpochThatFillsItsPlace) {
  EXPECT_EQ(refusal(fitted({.metadata_length = "2a", .selector = "01 00"})),
            Errc::frame_metadata_length);
  EXPECT_EQ(refusal(fitted({.selector = "80"})), Errc::varint_truncated);
  EXPECT_EQ(refusal(fitted({.metadata_length = "2a", .selector = "81 00"})), Errc::varint_overlong);
  EXPECT_EQ(refusal(fitted({.metadata_length = "32", .selector = "ff ff ff ff ff ff ff ff ff 02"})),
            Errc::varint_overflow);
}

//= STT-FRAME-017 test
TEST(ParseFrame, WantsEpochZeroInAuth) {
  Fields fields = auth;
  EXPECT_TRUE(accepts(fitted(fields)));
  fields.selector = "01";
  EXPECT_EQ(refusal(fitted(fields)), Errc::frame_epoch);
  EXPECT_TRUE(accepts(fitted({.selector = "01"})));
}

struct Edit {
  std::size_t position;
  std::uint8_t value;
  Errc error;
};
// One fault in each field of the frame of the specification, in byte order.
constexpr Edit edits[] = {
    {0, 0x54, Errc::frame_magic},
    {1, 0x53, Errc::frame_magic},
    {2, 0x02, Errc::frame_version},
    {3, 0x10, Errc::frame_too_short},
    {4, 0x06, Errc::frame_type_reserved},
    {13, 0x00, Errc::frame_stream_id},
    {15, 0x7F, Errc::frame_metadata_length},
    {21, 0x80, Errc::varint_truncated},
};

//= STT-FRAME-018 test
TEST(ParseFrame, NamesTheFirstBrokenRuleInByteOrder) {
  for (const Edit& first : edits) {
    for (const Edit& second : edits) {
      if (second.position < first.position) continue;
      Bytes bytes = whole({});
      bytes[second.position] = std::byte{second.value};
      bytes[first.position] = std::byte{first.value};
      EXPECT_EQ(refusal(bytes), first.error) << first.position << " and " << second.position;
    }
  }
}

//= STT-FRAME-019 test
//= STT-FRAME-020 test
TEST(ParseFrame, DecidesAtTheFirstByteThatAllowsIt) {
  for (const Edit& edit : edits) {
    Bytes bytes = whole({});
    bytes[edit.position] = std::byte{edit.value};
    // The epoch is judged with the complete frame, everything else at its byte.
    const std::size_t at = edit.position == 21 ? bytes.size() : edit.position + 1;
    EXPECT_EQ(decided_after(bytes), at) << edit.position;
  }
  EXPECT_EQ(decided_after(whole({})), whole({}).size());
  EXPECT_EQ(decided_after(fitted(handshake)), fitted(handshake).size());
}

//= STT-FRAME-021 test
TEST(ParseFrame, SaysHowManyBytesAreMissing) {
  const std::string payload(158, '0');
  const Bytes bytes = fitted({.payload = payload});
  ASSERT_EQ(bytes[3], std::byte{0x84});  // a length of two bytes
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto need = std::get<NeedMore>(parse_frame(ByteView(bytes).first(size)));
    const std::size_t expected = size < 4 ? 4 - size : size < 5 ? 1 : bytes.size() - size;
    EXPECT_EQ(need.at_least, expected) << size;
  }
}

//= STT-FRAME-025 test
TEST(ParseFrame, LeavesWhatFollows) {
  const Bytes first = whole({});
  const Bytes both = first + fitted(handshake);
  const auto frame = std::get<FrameView>(parse_frame(both));
  EXPECT_EQ(frame.whole.size(), first.size());
  const auto next = std::get<FrameView>(parse_frame(ByteView(both).subspan(first.size())));
  EXPECT_EQ(next.header.type, FrameType::handshake);
  EXPECT_TRUE(accepts(first + hex("00")));
}

//= STT-FRAME-024 test
//= STT-FRAME-020 test
RC_GTEST_PROP(ParseFrame, StaysWithinAnyBytesAndDecidesOnce,
              (const std::vector<std::uint8_t>& drawn)) {
  // A frame with some bytes overwritten reaches deeper than noise does.
  Bytes bytes = whole({});
  const Bytes noise = to_stt(drawn);
  const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
  for (std::size_t i = 0; i < noise.size() && at + i < bytes.size(); ++i) bytes[at + i] = noise[i];
  const std::size_t decided = decided_after(bytes);
  RC_ASSERT(decided <= bytes.size() || waits(bytes));
}

FrameHeader drawn_header() {
  const auto type = *rc::gen::element<std::uint8_t>(1, 2, 3, 4, 5, 0x80, 0xFF);
  FrameHeader header;
  header.type = static_cast<FrameType>(type);
  if (type != 1) header.session_id.bytes[7] = std::byte{1};
  if (type == 2 || type == 4)
    header.stream_id = StreamId(*rc::gen::inRange<std::uint16_t>(1, 0xFFFF));
  if (type >= 0x80) header.stream_id = StreamId(*rc::gen::inRange<std::uint16_t>(0, 0xFFFF));
  const auto shift = *rc::gen::inRange(0, 64);
  if (type != 1 && type != 5) {
    header.sequence = Sequence(*rc::gen::arbitrary<std::uint64_t>() >> shift);
    header.selector = Epoch(*rc::gen::arbitrary<std::uint64_t>() >> shift);
  } else if (type == 1) {
    header.selector = SeedHint{};
  } else {
    header.selector = Epoch(0);
  }
  return header;
}

struct WholeFrame {
  FrameHeader header;
  Bytes payload;
  Bytes nonce;
  Bytes tag;
};

Bytes laid_out(const WholeFrame& frame) {
  Bytes bytes(encoded_size(frame.header, frame.payload.size()));
  Writer writer(bytes);
  const FrameSlots slots = lay_out_frame(writer, frame.header, frame.payload.size());
  std::ranges::copy(frame.payload, slots.payload.begin());
  std::ranges::copy(frame.nonce, slots.nonce.begin());
  std::ranges::copy(frame.tag, slots.tag.begin());
  RC_ASSERT(writer.room() == 0U);
  return bytes;
}
// One frame and nothing behind it.
Result<WholeFrame> parse_whole(ByteView bytes) {
  const ParseResult result = parse_frame(bytes);
  if (const auto* error = std::get_if<Errc>(&result)) return fail(*error);
  if (std::holds_alternative<NeedMore>(result)) return fail(Errc::truncated);
  const auto& frame = std::get<FrameView>(result);
  if (frame.whole.size() != bytes.size()) return fail(Errc::trailing_bytes);
  return WholeFrame{frame.header, to_bytes(frame.ciphertext), to_bytes(frame.nonce),
                    to_bytes(frame.tag)};
}
bool same_frame(const WholeFrame& a, const WholeFrame& b) {
  const auto fields = [](const WholeFrame& f) {
    return std::tie(f.header.type, f.header.session_id, f.header.stream_id, f.header.sequence,
                    f.header.selector, f.payload, f.nonce, f.tag);
  };
  return fields(a) == fields(b);
}

//= STT-FRAME-001 test
RC_GTEST_PROP(CodecLaws, OfAFrame, ()) {
  const WholeFrame frame{drawn_header(), any_bytes(0, 300), any_bytes(nonce_bytes, nonce_bytes),
                         any_bytes(tag_bytes, tag_bytes)};
  keeps_the_laws(frame, laid_out, parse_whole, same_frame);
}

RC_GTEST_PROP(PayloadBytesMax, IsTheLargestThatFits, ()) {
  const FrameHeader header = drawn_header();
  const auto frame_bytes = *rc::gen::inRange<std::size_t>(0, 20'000);
  const auto payload = payload_bytes_max(header, frame_bytes);
  if (payload) RC_ASSERT(encoded_size(header, *payload) <= frame_bytes);
  RC_ASSERT(encoded_size(header, payload ? *payload + 1 : 0) > frame_bytes);
}

}  // namespace
}  // namespace stt::wire
