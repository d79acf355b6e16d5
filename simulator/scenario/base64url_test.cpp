#include <simulator/scenario/base64url.hpp>

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

namespace stt::sim {
namespace {

// The test vectors of RFC 4648, section 10, without padding.
TEST(Base64Url, WritesTheKnownVectors) {
  EXPECT_EQ(to_base64url(""), "");
  EXPECT_EQ(to_base64url("f"), "Zg");
  EXPECT_EQ(to_base64url("fo"), "Zm8");
  EXPECT_EQ(to_base64url("foo"), "Zm9v");
  EXPECT_EQ(to_base64url("foobar"), "Zm9vYmFy");
  EXPECT_EQ(to_base64url("\xfb\xff"), "-_8");
}

RC_GTEST_PROP(Base64Url, RoundTrip, (const std::string& bytes)) {
  RC_ASSERT(from_base64url(to_base64url(bytes)) == bytes);
}

TEST(Base64Url, RefusesWhatItWouldNotWrite) {
  EXPECT_FALSE(from_base64url("Zg=="));
  EXPECT_FALSE(from_base64url("Z"));
  EXPECT_FALSE(from_base64url("Zh"));  // bits left over
  EXPECT_FALSE(from_base64url("Zm+v"));
}

}  // namespace
}  // namespace stt::sim
