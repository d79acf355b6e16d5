#include <simulator/engine/clock.hpp>

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

namespace stt::sim {
namespace {

TEST(HostClock, StartsAnywhereAndDrifts) {
  const HostClock clock({.offset = 100s, .drift_ppm = 200, .wall_steps = {}});
  EXPECT_EQ(clock.monotonic(Instant{}), Instant(100s));
  EXPECT_EQ(clock.monotonic(Instant(10s)), Instant(110s + 2ms));
}

TEST(HostClock, OnlyTheWallClockSteps) {
  const HostClock clock({.offset = 5s, .drift_ppm = 0, .wall_steps = {{1s, 3600s}, {2s, -7s}}});
  EXPECT_EQ(clock.wall(Instant(999ms)), 999ms);
  EXPECT_EQ(clock.wall(Instant(1s)), 3601s);
  EXPECT_EQ(clock.wall(Instant(3s)), 3596s);
  EXPECT_EQ(clock.monotonic(Instant(3s)), Instant(8s));
}

// A timer set for a local time comes at the first moment of the world that is not before it.
RC_GTEST_PROP(HostClock, TimersComeInTimeAndNotTooEarly, ()) {
  const auto drift = *rc::gen::inRange<std::int64_t>(-drift_ppm_max, drift_ppm_max + 1);
  const auto offset = *rc::gen::inRange<std::int64_t>(0, 1'000'000'000'000);
  const auto later = *rc::gen::inRange<std::int64_t>(0, 4'000'000'000'000'000);
  const HostClock clock({.offset = Duration(offset), .drift_ppm = drift, .wall_steps = {}});
  const Instant local = Instant(Duration(offset + later));
  const Instant world = clock.world(local);
  RC_ASSERT(clock.monotonic(world) >= local);
  if (world > Instant{}) RC_ASSERT(clock.monotonic(world - Duration(1)) < local);
}

}  // namespace
}  // namespace stt::sim
