#include <reports/page/page.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <zlib.h>

namespace stt::report {
namespace {

std::string between(const std::string& text, const std::string& from, const std::string& to) {
  const std::size_t start = text.find(from) + from.size();
  return text.substr(start, text.find(to, start) - start);
}

std::string data_of(const std::string& page) {
  const std::string letters = between(page, R"(id="data">)", "</script>");
  std::vector<unsigned char> bytes(letters.size());
  const int size =
      EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(letters.data()),
                      static_cast<int>(letters.size()));
  std::string text(8U << 20U, '\0');
  uLongf length = text.size();
  // Padding decodes to zeros, which zlib does not read.
  EXPECT_EQ(Z_OK, uncompress(reinterpret_cast<unsigned char*>(text.data()), &length, bytes.data(),
                             static_cast<uLong>(size)));
  text.resize(length);
  return text;
}

TEST(ToPage, HoldsItsSections) {
  EXPECT_EQ(data_of(to_page("t", {})), R"({"sections":[]})");
  EXPECT_EQ(data_of(to_page("t", {R"({"kind":"bench"})", R"({"kind":"goals"})"})),
            R"({"sections":[{"kind":"bench"},{"kind":"goals"}]})");
}

TEST(ToPage, TakesDataOfManyParts) {
  // Numbers that do not repeat, so that they stay longer than a part when they are deflated.
  std::string digits;
  for (std::uint64_t state = 1; digits.size() < (1U << 20U);) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    digits += std::to_string(state);
  }
  const std::string page = to_page("t", {digits});
  EXPECT_GT(page.size(), 500'000U);
  EXPECT_EQ(data_of(page), R"({"sections":[)" + digits + "]}");
}

TEST(ToPage, NamesNothingOutsideItself) {
  const std::string page = to_page("<b> & @STT_REPORT_DATA@", {"{\"evil\":\"</script>\"}"});
  EXPECT_EQ(between(page, "<title>", "</title>"), "&lt;b> &amp; @STT_REPORT_DATA@");
  EXPECT_THAT(page, testing::HasSubstr("default-src 'none'"));
  EXPECT_THAT(page, testing::Not(testing::ContainsRegex(R"((src|href)="?(https?:|//))")));
  EXPECT_THAT(page, testing::Not(testing::HasSubstr("@STT_REPORT_SCRIPT@")));
  EXPECT_THAT(page, testing::Not(testing::HasSubstr("\"evil\"")));
}

TEST(ToPage, GivesTheSameBytes) {
  EXPECT_EQ(to_page("t", {"{}"}), to_page("t", {"{}"}));
}

}  // namespace
}  // namespace stt::report
