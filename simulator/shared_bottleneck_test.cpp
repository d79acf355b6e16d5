#include <simulator/shared_bottleneck.hpp>

#include <gtest/gtest.h>

namespace stt::sim {
namespace {

TEST(SharedResult, JainsIndexIsOneForEqualsAndAHalfForAll) {
  EXPECT_EQ((SharedResult{{5'000'000, 5'000'000}, {}}).jain(), ppm_always);
  EXPECT_EQ((SharedResult{{5'000'000, 0}, {}}).jain(), ppm_always / 2);
  EXPECT_EQ((SharedResult{{0, 0}, {}}).jain(), 0U);
  EXPECT_EQ((SharedResult{{1'000, 1'000}, {}}).jain(), ppm_always);
  // (3 + 1)^2 / (2 x (9 + 1))
  EXPECT_EQ((SharedResult{{3'000'000, 1'000'000}, {}}).jain(), 800'000U);
  EXPECT_EQ((SharedResult{{3'000'000, 1'000'000}, {}}).share(1), 500'000U);
}

// A short look at the long run of reports/goodput: neither flow starves.
TEST(SharedBottleneck, ACubicFlowLivesBesideBbr) {
  const SharedResult result =
      measure_shared({{CongestionControl::bbr, CongestionControl::cubic}, 500ms, 1s, 3s, 1});
  EXPECT_GE(result.share(0), 300'000U);
  EXPECT_GE(result.share(1), 300'000U);
  EXPECT_GE(result.bytes[0] + result.bytes[1],
            24'000'000U);  // of 25 MB that fit into 2 s
}

}  // namespace
}  // namespace stt::sim
