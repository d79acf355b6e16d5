#include <stt/recovery/rtt.hpp>

#include <gtest/gtest.h>

#include <stt/recovery/reorder_window.hpp>
#include <stt/recovery/wide.hpp>

namespace stt::recovery {
namespace {

TEST(Rtt, StartsAtTheInitialGuess) {
  const Rtt rtt;
  EXPECT_FALSE(rtt.has_sample());
  EXPECT_EQ(rtt.smoothed(), 333ms);
  EXPECT_EQ(rtt.variation(), 166'500us);
  EXPECT_EQ(rtt.pto(25ms), 1024ms);  // 333 + 4 x 166.5 + 25
}

//= STT-RECOVERY-008 test
TEST(Rtt, FirstSampleSetsEverythingAndIgnoresTheDelay) {
  Rtt rtt;
  rtt.update(100ms, 20ms);
  EXPECT_EQ(rtt.smoothed(), 100ms);
  EXPECT_EQ(rtt.variation(), 50ms);
  EXPECT_EQ(rtt.minimum(), 100ms);
  EXPECT_EQ(rtt.latest(), 100ms);
}

// By hand: adjusted 160 - 20 = 140; rttvar = (3 x 50 + |100 - 140|) / 4 = 47.5;
// srtt = (7 x 100 + 140) / 8 = 105.
//= STT-RECOVERY-008 test
TEST(Rtt, FollowsTheFormula) {
  Rtt rtt;
  rtt.update(100ms, 0ms);
  rtt.update(160ms, 20ms);
  EXPECT_EQ(rtt.smoothed(), 105ms);
  EXPECT_EQ(rtt.variation(), 47'500us);
  EXPECT_EQ(rtt.minimum(), 100ms);
  EXPECT_EQ(rtt.latest(), 160ms);
  EXPECT_EQ(rtt.pto(25ms), 320ms);  // 105 + 190 + 25
}

//= STT-RECOVERY-008 test
TEST(Rtt, DelayIsNotTakenBelowTheMinimum) {
  Rtt rtt;
  rtt.update(100ms, 0ms);
  rtt.update(110ms, 20ms);
  // 110 - 20 would be less than 100: the sample counts whole. rttvar = (150 + 10) / 4.
  EXPECT_EQ(rtt.smoothed(), 101'250us);
  EXPECT_EQ(rtt.variation(), 40ms);
  rtt.update(80ms, 0ms);
  EXPECT_EQ(rtt.minimum(), 80ms);
}

TEST(Rtt, ForgetsTheMinimumAfterPersistentCongestion) {
  Rtt rtt;
  rtt.update(10ms, 0ms);
  rtt.forget_minimum();
  rtt.update(50ms, 0ms);
  EXPECT_EQ(rtt.minimum(), 50ms);
  rtt.update(60ms, 0ms);
  EXPECT_EQ(rtt.minimum(), 50ms);
}

TEST(Rtt, SurvivesAPathWithoutDelay) {
  Rtt rtt;
  rtt.update(0ms, 0ms);
  EXPECT_EQ(rtt.pto(0ms), timer_granularity);
}

TEST(ReorderWindow, IsNineEighthsOfTheLargerRoundTrip) {
  Rtt rtt;
  rtt.update(80ms, 0ms);
  EXPECT_EQ(ReorderWindow().delay(rtt), 90ms);
  rtt.update(160ms, 0ms);  // smoothed 90, latest 160
  EXPECT_EQ(ReorderWindow().delay(rtt), 180ms);
  Rtt fast;
  fast.update(100us, 0ms);
  EXPECT_EQ(ReorderWindow().delay(fast), timer_granularity);
}

//= STT-RECOVERY-031 test
TEST(ReorderWindow, GrowsOnceARoundTripAndForgetsAfterSixteenLosses) {
  Rtt rtt;
  rtt.update(80ms, 0ms);
  ReorderWindow window;
  window.on_late_ack(Instant(1s), 5, rtt);
  window.on_late_ack(Instant(1s), 4, rtt);
  EXPECT_EQ(window.datagrams(), 6U);
  EXPECT_EQ(window.delay(rtt), 100ms);
  for (int i = 0; i < 20; ++i) window.on_late_ack(Instant(2s + i * 80ms), 1000, rtt);
  EXPECT_EQ(window.datagrams(), ReorderWindow::datagrams_max);
  EXPECT_EQ(window.delay(rtt), 160ms);
  for (int i = 0; i < 15; ++i) window.on_loss();
  EXPECT_EQ(window.delay(rtt), 160ms);
  window.on_loss();
  EXPECT_EQ(window.delay(rtt), 90ms);
  EXPECT_EQ(window.datagrams(), 3U);
}

TEST(Wide, DividesProductsOfAnySize) {
  constexpr std::uint64_t most = ~std::uint64_t{0};
  EXPECT_EQ(mul_div(most, most, most), most);
  EXPECT_EQ(mul_div(most, 2, 1), most);
  EXPECT_EQ(mul_div(7, 3, 2), 10U);
  EXPECT_EQ(mul_div_up(7, 3, 2), 11U);
  EXPECT_EQ(mul_div_up(8, 3, 2), 12U);
}

TEST(Wide, CubeRootIsExactAroundEveryCube) {
  EXPECT_EQ(cube_root(0), 0U);
  for (const std::uint64_t root : {1ULL, 2ULL, 3ULL, 10ULL, 4'217ULL, 1'000'000ULL, (1ULL << 41)}) {
    const Wide cube = Wide{root} * root * root;
    EXPECT_EQ(cube_root(cube - 1), root - 1);
    EXPECT_EQ(cube_root(cube), root);
    EXPECT_EQ(cube_root(cube + 1), root);
  }
}

}  // namespace
}  // namespace stt::recovery
