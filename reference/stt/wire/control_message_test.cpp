#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <stt/wire/codec_laws.hpp>
#include <stt/wire/control_message.hpp>

namespace stt::wire {
namespace {

Errc refusal(const Bytes& bytes) {
  const auto result = decode_control(bytes);
  return result ? Errc::no_error : result.error();
}
template <class Message>
Message decoded(const Bytes& bytes) {
  const auto result = decode_control(bytes);
  if (!result) {
    ADD_FAILURE() << name(result.error());
    return {};
  }
  return std::get<Message>(*result);
}
Bytes repeat(std::size_t count, std::string_view field) {
  Bytes bytes;
  for (std::size_t i = 0; i < count; ++i) append(bytes, hex(field));
  return bytes;
}

// Each message with its bytes; those whose proper prefixes all are refused come first.
const std::vector<Bytes> captures{
    hex("01 ac02 0a 02 01 02 00 01 02"),  // ACK of 0..2, 5, 9..10 after 300 us
    hex("03 ac02"),                       // PONG of 300
    hex("04 80808010"),                   // SESSION_CREDIT of 32 MiB
    hex("05 0102030405060708"),           // PATH_CHALLENGE
    hex("06 0102030405060708"),           // PATH_RESPONSE
    hex("07 8408 03 627965"),             // CLOSE, 1028, "bye"
    hex("08 00 00"),                      // ERROR without words
};

//= STT-CONTROL-001 test
//= STT-CONTROL-016 test
TEST(ControlMessage, HasTheBytesOfTheSpecification) {
  EXPECT_EQ(decoded<Pong>(captures[1]).sequence, Sequence(300));
  EXPECT_EQ(decoded<SessionCredit>(captures[2]).position, 32U << 20);
  EXPECT_EQ(to_hex(decoded<PathChallenge>(captures[3]).data), "0102030405060708");
  EXPECT_EQ(to_hex(decoded<PathResponse>(captures[4]).data), "0102030405060708");
  const auto close = decoded<Close>(captures[5]);
  EXPECT_EQ(close.code, 1'028U);
  EXPECT_EQ(to_hex(close.reason), "627965");
  const auto error = decoded<Error>(captures[6]);
  EXPECT_EQ(error.code, 0U);
  EXPECT_TRUE(error.reason.empty());
  EXPECT_EQ(decoded<Ping>(hex("02")).padding_bytes, 0U);
  EXPECT_EQ(decoded<Ping>(hex("02 000000")).padding_bytes, 3U);
  for (const Bytes& capture : captures) EXPECT_EQ(encoded(*decode_control(capture)), capture);
}

//= STT-CONTROL-003 test
//= STT-CONTROL-006 test
TEST(Ack, DescribesTheRangesOfTheSpecification) {
  const auto ack = decoded<Ack>(captures[0]);
  EXPECT_EQ(ack.delay_us, 300U);
  ASSERT_EQ(ack.ranges.size(), 3U);
  EXPECT_EQ(ack.ranges[0], (SequenceRange{Sequence(9), Sequence(10)}));
  EXPECT_EQ(ack.ranges[1], (SequenceRange{Sequence(5), Sequence(5)}));
  EXPECT_EQ(ack.ranges[2], (SequenceRange{Sequence(0), Sequence(2)}));
}

//= STT-CONTROL-001 test
TEST(ControlMessage, RefusesEveryProperPrefix) {
  for (const Bytes& capture : captures) refuses_every_proper_prefix(capture, decode_control);
  EXPECT_EQ(refusal({}), Errc::truncated);
}

//= STT-CONTROL-001 test
TEST(ControlMessage, RefusesTrailingBytes) {
  for (const Bytes& capture : captures) {
    EXPECT_EQ(refusal(capture + hex("00")), Errc::trailing_bytes) << to_hex(capture);
  }
}

//= STT-CONTROL-002 test
TEST(ControlMessage, RefusesUnknownTypes) {
  for (unsigned type = 0; type <= 0xFF; ++type) {
    const Errc error = refusal(filled(1, static_cast<std::uint8_t>(type)));
    EXPECT_EQ(error == Errc::control_type, type == 0 || type > 8) << type;
  }
}

//= STT-CONTROL-004 test
TEST(Ack, HasAtMost64Ranges) {
  // Single sequences with one between them: 200, 198, ...
  const Bytes most = hex("01 00 c801 3f 00") + repeat(63, "00 00");
  EXPECT_EQ(decoded<Ack>(most).ranges.size(), 64U);
  EXPECT_EQ(decoded<Ack>(most).ranges.back().first, Sequence(74));
  EXPECT_EQ(encoded(*decode_control(most)), most);
  EXPECT_EQ(refusal(hex("01 00 c801 40 00") + repeat(64, "00 00")), Errc::ack_ranges);
  EXPECT_EQ(refusal(hex("01 00 c801 ffffffffffffffffff01")), Errc::ack_ranges);
}

//= STT-CONTROL-005 test
TEST(Ack, NeverReachesBelowZero) {
  EXPECT_EQ(refusal(hex("01 00 05 00 05")), Errc::no_error);
  EXPECT_EQ(refusal(hex("01 00 05 00 06")), Errc::ack_ranges);
  // The first range starts at 2; the next one ends at 0 with gap 0, and below with gap 1.
  EXPECT_EQ(refusal(hex("01 00 05 01 03 00 00")), Errc::no_error);
  EXPECT_EQ(refusal(hex("01 00 05 01 03 01 00")), Errc::ack_ranges);
  EXPECT_EQ(refusal(hex("01 00 05 01 03 00 01")), Errc::ack_ranges);
  EXPECT_EQ(refusal(hex("01 00 05 01 04 00 00")), Errc::ack_ranges);
  EXPECT_EQ(refusal(hex("01 00 05 01 03 ffffffffffffffffff01 00")), Errc::ack_ranges);
}

//= STT-CONTROL-003 test
TEST(Ack, HoldsTheWholeRangeOfSequences) {
  const Bytes all = hex("01 00 ffffffffffffffffff01 00 ffffffffffffffffff01");
  const auto ack = decoded<Ack>(all);
  EXPECT_EQ(ack.ranges[0], (SequenceRange{Sequence(0), Sequence(~std::uint64_t{0})}));
  EXPECT_EQ(encoded(*decode_control(all)), all);
}

//= STT-CONTROL-008 test
TEST(ControlMessage, AckAndCloseElicitNoAck) {
  EXPECT_FALSE(is_ack_eliciting(Ack{}));
  EXPECT_FALSE(is_ack_eliciting(Close{}));
  EXPECT_TRUE(is_ack_eliciting(Ping{}));
  EXPECT_TRUE(is_ack_eliciting(Pong{}));
  EXPECT_TRUE(is_ack_eliciting(SessionCredit{}));
  EXPECT_TRUE(is_ack_eliciting(PathChallenge{}));
  EXPECT_TRUE(is_ack_eliciting(PathResponse{}));
  EXPECT_TRUE(is_ack_eliciting(Error{}));
}

//= STT-CONTROL-011 test
TEST(Ping, RefusesPaddingThatIsNotZeros) {
  EXPECT_EQ(refusal(hex("02 00")), Errc::no_error);
  EXPECT_EQ(refusal(hex("02 01")), Errc::control_padding);
  EXPECT_EQ(refusal(hex("02 0000000080")), Errc::control_padding);
}

//= STT-CONTROL-021 test
TEST(Reason, HasAtMost256Bytes) {
  for (const auto* type : {"07", "08"}) {
    EXPECT_EQ(refusal(hex(type) + hex("00 8002") + filled(256, 'x')), Errc::no_error);
    EXPECT_EQ(refusal(hex(type) + hex("00 8102") + filled(257, 'x')), Errc::reason_too_long);
  }
}

//= STT-ERROR-008 test
TEST(Reason, IsJudgedWhenItIsThere) {
  EXPECT_EQ(refusal(hex("07 00 8102 6162")), Errc::truncated);
  EXPECT_EQ(refusal(hex("07 00 ffffffffffffffffff01 6162")), Errc::truncated);
  EXPECT_EQ(refusal(hex("07 00 8102") + filled(258, 'x')), Errc::reason_too_long);
}

//= STT-CONTROL-023 test
TEST(Reason, IsTakenWhateverItsBytesAre) {
  EXPECT_EQ(to_hex(decoded<Close>(hex("07 00 03 ff00c0")).reason), "ff00c0");
}

}  // namespace
}  // namespace stt::wire
