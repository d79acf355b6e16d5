#include <gtest/gtest.h>

#include <set>

#include <stt/base/errc.hpp>
#include <stt/base/hex.hpp>
#include <stt/base/secret.hpp>

namespace stt {
namespace {

TEST(Errors, HaveUniqueNamesAndNumbersThatAreFoundAgain) {
  std::set<std::string_view> names;
  for (const ErrorInfo& error : all_errors()) {
    EXPECT_TRUE(names.insert(error.name).second) << error.name;
    EXPECT_EQ(errc_from_name(error.name), error.code);
    EXPECT_EQ(errc_from_number(static_cast<std::uint64_t>(error.code)), error.code);
  }
  EXPECT_EQ(errc_from_name("wire.no_such_error"), std::nullopt);
  EXPECT_EQ(errc_from_number(0), std::nullopt);
}

TEST(Hex, RoundTripsAndRefusesUpperCaseOddLengthAndOtherCharacters) {
  const Bytes bytes{std::byte{0x00}, std::byte{0xab}, std::byte{0xff}};
  EXPECT_EQ(to_hex(bytes), "00abff");
  EXPECT_EQ(from_hex("00abff"), bytes);
  for (const auto* text : {"0", "AB", "0g", "0x"}) {
    EXPECT_EQ(from_hex(text), fail(Errc::hex_malformed)) << text;
  }
}

//= STT-SECURITY-003 test
//= STT-SECURITY-004 test
TEST(Secret, IsWipedWhenMovedFromAndCleared) {
  ByteArray<4> bytes{};
  bytes.fill(std::byte{7});
  Secret<4> first{std::span<const std::byte, 4>(bytes)};
  Secret<4> second = std::move(first);
  EXPECT_TRUE(equal(first.view(), ByteArray<4>{}));  // NOLINT(bugprone-use-after-move)
  EXPECT_TRUE(equal_constant_time(second.view(), bytes));
  second.clear();
  EXPECT_FALSE(equal_constant_time(second.view(), bytes));
}

}  // namespace
}  // namespace stt
