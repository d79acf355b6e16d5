#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <stt/wire/codec_laws.hpp>
#include <stt/wire/stream_message.hpp>

namespace stt::wire {
namespace {

template <class Result>
Errc refusal(const Result& result) {
  return result ? Errc::no_error : result.error();
}

//= STT-STREAM-005 test
//= STT-STREAM-009 test
TEST(DataMessage, HasTheBytesOfTheSpecification) {
  const Bytes abc = hex("01 00 616263");
  const auto message = decode_data(abc);
  ASSERT_TRUE(message);
  EXPECT_TRUE(message->end_of_message);
  EXPECT_EQ(message->offset, Position(0));
  EXPECT_EQ(to_hex(message->bytes), "616263");
  EXPECT_EQ(message->end(), Position(4));
  EXPECT_EQ(encoded(*message), abc);

  const Bytes empty = hex("01 04");
  const auto nothing = decode_data(empty);
  ASSERT_TRUE(nothing);
  EXPECT_TRUE(nothing->bytes.empty());
  EXPECT_EQ(nothing->end(), Position(5));
  EXPECT_EQ(encoded(*nothing), empty);

  const auto middle = decode_data(hex("00 ac02 61"));
  ASSERT_TRUE(middle);
  EXPECT_FALSE(middle->end_of_message);
  EXPECT_EQ(middle->end(), Position(301));
}

//= STT-STREAM-006 test
TEST(DataMessage, RefusesOtherFlags) {
  for (unsigned flags = 0; flags <= 0xFF; ++flags) {
    const Bytes bytes = filled(1, static_cast<std::uint8_t>(flags)) + hex("00 61");
    EXPECT_EQ(refusal(decode_data(bytes)), flags > 1 ? Errc::data_flags : Errc::no_error) << flags;
  }
}

//= STT-STREAM-007 test
TEST(DataMessage, RefusesNothingAtAll) {
  EXPECT_EQ(refusal(decode_data(hex("00 00"))), Errc::data_empty);
  EXPECT_EQ(refusal(decode_data(hex("00 ac02"))), Errc::data_empty);
  EXPECT_EQ(refusal(decode_data(hex("01 00"))), Errc::no_error);
}

//= STT-STREAM-008 test
TEST(DataMessage, EndsWithin64Bits) {
  const Bytes last = hex("ffffffffffffffffff01");
  const Bytes before_last = hex("feffffffffffffffff01");
  EXPECT_EQ(refusal(decode_data(hex("00") + before_last + hex("61"))), Errc::no_error);
  EXPECT_EQ(refusal(decode_data(hex("01") + before_last)), Errc::no_error);
  EXPECT_EQ(refusal(decode_data(hex("01") + before_last + hex("61"))), Errc::position_overflow);
  EXPECT_EQ(refusal(decode_data(hex("00") + before_last + hex("6162"))), Errc::position_overflow);
  EXPECT_EQ(refusal(decode_data(hex("00") + last + hex("61"))), Errc::position_overflow);
  EXPECT_EQ(refusal(decode_data(hex("01") + last)), Errc::position_overflow);
}

// Its bytes run to the end of the payload, so only prefixes of the head are refused.
TEST(DataMessage, RefusesEveryPrefixWithoutItsHead) {
  const Bytes bytes = hex("00 ac02 61");
  EXPECT_EQ(refusal(decode_data({})), Errc::truncated);
  EXPECT_EQ(refusal(decode_data(ByteView(bytes).first(1))), Errc::varint_truncated);
  EXPECT_EQ(refusal(decode_data(ByteView(bytes).first(2))), Errc::varint_truncated);
  EXPECT_EQ(refusal(decode_data(ByteView(bytes).first(3))), Errc::data_empty);
  EXPECT_EQ(refusal(decode_data(hex("00 8000 61"))), Errc::varint_overlong);
}

const std::vector<Bytes> captures{
    hex("01"), hex("02 07"), hex("03 808804 00"), hex("04 808004"), hex("05 ac02"),
};

//= STT-STREAM-050 test
TEST(StreamControl, HasTheBytesOfTheSpecification) {
  const auto decoded = [](std::size_t index) { return decode_stream_control(captures[index]); };
  EXPECT_EQ(decoded(0), StreamControlMessage(StreamOpen{}));
  EXPECT_EQ(decoded(1), StreamControlMessage(StreamClose{Position(7)}));
  EXPECT_EQ(decoded(2), StreamControlMessage(StreamReset{66'560, Position(0)}));
  EXPECT_EQ(decoded(3), StreamControlMessage(StreamCredit{Position(65'536)}));
  EXPECT_EQ(decoded(4), StreamControlMessage(StreamStop{300}));
  for (const Bytes& capture : captures) {
    EXPECT_EQ(encoded(*decode_stream_control(capture)), capture);
  }
}

//= STT-STREAM-050 test
TEST(StreamControl, RefusesEveryProperPrefix) {
  for (const Bytes& capture : captures) refuses_every_proper_prefix(capture, decode_stream_control);
}

//= STT-STREAM-050 test
TEST(StreamControl, RefusesTrailingBytes) {
  for (const Bytes& capture : captures) {
    EXPECT_EQ(refusal(decode_stream_control(capture + hex("00"))), Errc::trailing_bytes)
        << to_hex(capture);
  }
}

//= STT-STREAM-051 test
TEST(StreamControl, RefusesUnknownTypes) {
  for (unsigned type = 0; type <= 0xFF; ++type) {
    const Errc error = refusal(decode_stream_control(filled(1, static_cast<std::uint8_t>(type))));
    EXPECT_EQ(error == Errc::stream_control_type, type == 0 || type > 5) << type;
  }
}

}  // namespace
}  // namespace stt::wire
