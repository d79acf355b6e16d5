#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <stt/wire/codec_laws.hpp>
#include <stt/wire/parameters.hpp>

namespace stt::wire {
namespace {

// The eight defaults, one a field so that a test can leave out or change one.
const std::vector<std::string_view> defaults{"01 04 80808010", "02 03 808004",   "03 01 40",
                                             "04 04 80808001", "05 04 80808008", "06 03 b0ea01",
                                             "07 01 19",       "08 01 00"};

Bytes join(const std::vector<std::string_view>& fields) {
  Bytes bytes;
  for (const auto field : fields) append(bytes, hex(field));
  return bytes;
}
Bytes with(std::size_t index, std::string_view field) {
  auto fields = defaults;
  fields[index] = field;
  return join(fields);
}
Errc refusal(const Bytes& bytes) {
  const auto result = decode_parameters(bytes);
  return result ? Errc::no_error : result.error();
}

//= STT-PARAM-001 test
TEST(Parameters, HaveTheBytesOfTheSpecification) {
  EXPECT_EQ(encoded(Parameters{}), join(defaults));
  EXPECT_EQ(decode_parameters(join(defaults)), Parameters{});
}

//= STT-PARAM-001 test
TEST(Parameters, EachStandUnderItsId) {
  const auto read = [](std::size_t index, std::string_view field) {
    return decode_parameters(with(index, field)).value_or(Parameters{});
  };
  EXPECT_EQ(read(0, "01 01 05").initial_session_credit, 5U);
  EXPECT_EQ(read(1, "02 01 05").initial_stream_credit, 5U);
  EXPECT_EQ(read(2, "03 01 05").max_streams, 5U);
  EXPECT_EQ(read(3, "04 02 b109").max_frame_bytes, 1'201U);
  EXPECT_EQ(read(4, "05 01 05").max_message_bytes, 5U);
  EXPECT_EQ(read(5, "06 01 05").idle_timeout_ms, 5U);
  EXPECT_EQ(read(6, "07 01 05").max_ack_delay_ms, 5U);
  EXPECT_EQ(read(7, "08 01 05").keep_alive_ms, 5U);
}

//= STT-PARAM-002 test
TEST(Parameters, RefuseIdsThatFall) {
  auto fields = defaults;
  std::swap(fields[2], fields[3]);
  EXPECT_EQ(refusal(join(fields)), Errc::parameter_order);
  EXPECT_EQ(refusal(join(defaults) + hex("01 01 00")), Errc::parameter_order);
}

//= STT-PARAM-003 test
TEST(Parameters, RefuseAnIdThatComesTwice) {
  auto fields = defaults;
  fields.insert(fields.begin() + 2, defaults[2]);
  EXPECT_EQ(refusal(join(fields)), Errc::parameter_duplicate);
  // Unknown ones, too.
  EXPECT_EQ(refusal(join(defaults) + hex("09 00 09 00")), Errc::parameter_duplicate);
}

//= STT-PARAM-004 test
TEST(Parameters, SkipUnknownIds) {
  const Bytes more = join(defaults) + hex("09 00") + hex("ff7f 03 ffffff");
  EXPECT_EQ(decode_parameters(more), Parameters{});
  EXPECT_EQ(decode_parameters(hex("00 02 8080") + join(defaults)), Parameters{});
}

//= STT-PARAM-005 test
TEST(Parameters, RefuseWhatIsOutOfRange) {
  struct Edge {
    std::size_t index;
    std::string_view inside;
    std::string_view outside;
  };
  const Edge edges[] = {
      {2, "03 01 01", "03 01 00"},
      {2, "03 03 ffff03", "03 03 808004"},
      {3, "04 02 b009", "04 02 af09"},
      {3, "04 04 80808001", "04 04 81808001"},
      {4, "05 01 01", "05 01 00"},
      {4, "05 09 808080808080808040", "05 09 818080808080808040"},
      {5, "06 05 ffffffff0f", "06 05 8080808010"},
      {6, "07 02 ff7f", "07 03 808001"},
      {7, "08 05 ffffffff0f", "08 05 8080808010"},
  };
  for (const Edge& edge : edges) {
    EXPECT_EQ(refusal(with(edge.index, edge.inside)), Errc::no_error) << edge.inside;
    EXPECT_EQ(refusal(with(edge.index, edge.outside)), Errc::parameter_range) << edge.outside;
  }
  // Credits have the whole range.
  EXPECT_EQ(refusal(with(0, "01 0a ffffffffffffffffff01")), Errc::no_error);
  EXPECT_EQ(refusal(with(1, "02 01 00")), Errc::no_error);
}

//= STT-PARAM-010 test
TEST(Parameters, AreCheckedBeforeTheyAreDeclared) {
  EXPECT_TRUE(check(Parameters{}));
  EXPECT_EQ(check(Parameters{.max_streams = 0}), fail(Errc::parameter_range));
  EXPECT_EQ(check(Parameters{.max_frame_bytes = 1'199}), fail(Errc::parameter_range));
  EXPECT_EQ(check(Parameters{.max_ack_delay_ms = 16'384}), fail(Errc::parameter_range));
}

//= STT-PARAM-006 test
TEST(Parameters, AreAllNeeded) {
  for (std::size_t index = 0; index < defaults.size(); ++index) {
    auto fields = defaults;
    fields.erase(fields.begin() + static_cast<std::ptrdiff_t>(index));
    EXPECT_EQ(refusal(join(fields)), Errc::parameter_missing) << index;
  }
  EXPECT_EQ(refusal({}), Errc::parameter_missing);
}

//= STT-PARAM-007 test
TEST(Parameters, HoldExactlyOneVarintEach) {
  EXPECT_EQ(refusal(with(2, "03 02 0100")), Errc::trailing_bytes);
  EXPECT_EQ(refusal(with(2, "03 01 80")), Errc::varint_truncated);
  EXPECT_EQ(refusal(with(2, "03 00")), Errc::varint_truncated);
  EXPECT_EQ(refusal(with(2, "03 02 8100")), Errc::varint_overlong);
}

TEST(Parameters, RefuseEveryProperPrefix) {
  const Bytes whole = join(defaults);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Bytes prefix = to_bytes(ByteView(whole).first(size));
    const Errc error = refusal(prefix);
    EXPECT_TRUE(error == Errc::truncated || error == Errc::varint_truncated ||
                error == Errc::parameter_missing)
        << size << ": " << name(error);
  }
}

}  // namespace
}  // namespace stt::wire
