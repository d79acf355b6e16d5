#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <stt/wire/codec_laws.hpp>
#include <stt/wire/reader.hpp>

namespace stt::wire {
namespace {

Bytes encode_varint(std::uint64_t value) {
  Bytes bytes(varint_size(value));
  Writer writer(bytes);
  writer.varint(value);
  EXPECT_EQ(writer.room(), 0U);
  return bytes;
}

Result<std::uint64_t> decode_varint(ByteView bytes) {
  Reader reader(bytes);
  const std::uint64_t value = reader.varint();
  STT_TRY(reader.finish());
  return value;
}

Errc refusal(std::string_view bytes) {
  const auto result = decode_varint(hex(bytes));
  return result ? Errc::no_error : result.error();
}

struct Example {
  std::uint64_t value;
  std::string_view bytes;
};
constexpr Example examples[] = {
    {0, "00"},
    {1, "01"},
    {127, "7f"},
    {128, "80 01"},
    {300, "ac 02"},
    {16'383, "ff 7f"},
    {16'384, "80 80 01"},
    {0xFFFF'FFFF, "ff ff ff ff 0f"},
    {std::uint64_t{1} << 63, "80 80 80 80 80 80 80 80 80 01"},
    {~std::uint64_t{0}, "ff ff ff ff ff ff ff ff ff 01"},
};

//= STT-VARINT-001 test
TEST(Varint, HasTheBytesOfTheSpecification) {
  for (const Example& example : examples) {
    EXPECT_EQ(encode_varint(example.value), hex(example.bytes)) << example.value;
    EXPECT_EQ(decode_varint(hex(example.bytes)), example.value);
  }
}

//= STT-VARINT-003 test
TEST(Varint, RefusesEveryProperPrefix) {
  for (const Example& example : examples) {
    refuses_every_proper_prefix(hex(example.bytes), decode_varint);
  }
  EXPECT_EQ(refusal(""), Errc::varint_truncated);
  EXPECT_EQ(refusal("80"), Errc::varint_truncated);
}

//= STT-VARINT-004 test
TEST(Varint, RefusesWhatIsLongerThanItsShortestForm) {
  EXPECT_EQ(refusal("80 00"), Errc::varint_overlong);
  EXPECT_EQ(refusal("ac 82 00"), Errc::varint_overlong);
  EXPECT_EQ(refusal("80 80 80 80 80 80 80 80 80 00"), Errc::varint_overlong);
  EXPECT_EQ(refusal("00"), Errc::no_error);
}

//= STT-VARINT-005 test
TEST(Varint, RefusesWhatExceeds64Bits) {
  EXPECT_EQ(refusal("ff ff ff ff ff ff ff ff ff 02"), Errc::varint_overflow);
  EXPECT_EQ(refusal("80 80 80 80 80 80 80 80 80 7f"), Errc::varint_overflow);
  // Ten bytes decide; the eleventh is never asked for.
  EXPECT_EQ(refusal("ff ff ff ff ff ff ff ff ff 80"), Errc::varint_overflow);
  EXPECT_EQ(refusal("ff ff ff ff ff ff ff ff ff 81 00"), Errc::varint_overflow);
}

//= STT-VARINT-006 test
TEST(Varint, LeavesWhatFollowsIt) {
  const Bytes bytes = hex("ac 02 ff");
  Reader reader(bytes);
  EXPECT_EQ(reader.varint(), 300U);
  EXPECT_EQ(reader.position(), 2U);
  EXPECT_EQ(reader.u8(), 0xFF);
  EXPECT_TRUE(reader.finish());
}

TEST(Reader, KeepsItsFirstFailureAndItsPosition) {
  const Bytes bytes = hex("01 80 00 05");
  Reader reader(bytes);
  EXPECT_EQ(reader.u8(), 1U);
  EXPECT_EQ(reader.varint(), 0U);
  EXPECT_EQ(reader.failure(), Errc::varint_overlong);
  EXPECT_EQ(reader.position(), 1U);
  EXPECT_EQ(reader.u8(), 0U);
  EXPECT_TRUE(reader.take(1).empty());
  reader.fail(Errc::data_flags);
  EXPECT_EQ(reader.failure(), Errc::varint_overlong);
  EXPECT_EQ(reader.finish(), fail(Errc::varint_overlong));
}

TEST(Reader, NeverTakesMoreThanThereIs) {
  const Bytes bytes = hex("01 02");
  Reader reader(bytes);
  EXPECT_TRUE(reader.take(~std::uint64_t{0}).empty());
  EXPECT_EQ(reader.failure(), Errc::truncated);
  EXPECT_EQ(reader.remaining(), 2U);
}

TEST(Reader, ReadsIntegersBigEndian) {
  const Bytes bytes = hex("01 0203 04050607");
  Reader reader(bytes);
  EXPECT_EQ(reader.u8(), 0x01);
  EXPECT_EQ(reader.be<std::uint16_t>(), 0x0203);
  EXPECT_EQ(reader.be<std::uint32_t>(), 0x04050607U);
  EXPECT_TRUE(reader.finish());
}

}  // namespace
}  // namespace stt::wire
