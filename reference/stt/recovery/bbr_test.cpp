#include <stt/recovery/bbr.hpp>

#include <gtest/gtest.h>

namespace stt::recovery {
namespace {

using bbr::Input;
using bbr::Phase;

constexpr std::uint64_t datagram = 1'200;

// What one round trip shows to the controller: it is told in a single ACK.
struct Trip {
  std::uint64_t rate = 12'000'000;  // bytes per second delivered
  Duration rtt = 20ms;
  std::uint64_t lost_bytes = 0;
  std::optional<std::uint64_t> in_flight{};  // else what the path holds
  bool app_limited = false;
};

// A path that holds 240,000 bytes unless a trip says otherwise.
class Path {
 public:
  Bbr bbr{datagram};
  Instant now{10s};

  void play(const Trip& trip) {
    now += trip.rtt;
    rtt_.update(trip.rtt, 0ms);
    if (trip.lost_bytes > 0) bbr.on_loss(now, now - trip.rtt, trip.lost_bytes);
    AckSummary summary;
    summary.newly_acked_bytes = trip.rate * static_cast<std::uint64_t>(trip.rtt / 1us) / 1'000'000;
    summary.in_flight_bytes = trip.in_flight.value_or(summary.newly_acked_bytes);
    summary.prior_in_flight_bytes = summary.in_flight_bytes;
    summary.rate = {.delivered_bytes = summary.newly_acked_bytes,
                    .interval = trip.rtt,
                    .bytes_per_second = trip.rate,
                    .app_limited = trip.app_limited,
                    .prior_delivered_bytes = delivered_};
    delivered_ += summary.newly_acked_bytes;
    bbr.on_ack(now, summary, rtt_);
  }
  void play(const Trip& trip, int times) {
    for (int i = 0; i < times; ++i) play(trip);
  }
  // Plays until the phase is reached; gives up after a hundred trips.
  bool play_until(Phase phase, const Trip& trip) {
    for (int i = 0; i < 100 && bbr.phase() != phase; ++i) play(trip);
    return bbr.phase() == phase;
  }

 private:
  Rtt rtt_;
  std::uint64_t delivered_ = 0;
};

Path cruising() {
  Path path;
  EXPECT_TRUE(path.play_until(Phase::cruise, {}));
  return path;
}

// 99 % of the bandwidth times the gain.
std::uint64_t paced(std::uint64_t bandwidth, std::uint64_t percent) {
  return bandwidth * percent / 100 * 99 / 100;
}

//= STT-RECOVERY-034 test
TEST(BbrPhase, WhatIsNotInTheTableDoesNotHappen) {
  EXPECT_EQ(bbr::next(Phase::startup, Input::pipe_full), Phase::drain);
  EXPECT_EQ(bbr::next(Phase::up, Input::probe_over), Phase::down);
  EXPECT_EQ(bbr::next(Phase::cruise, Input::drained), std::nullopt);
  EXPECT_EQ(bbr::next(Phase::up, Input::probe_due), std::nullopt);
  EXPECT_EQ(bbr::next(Phase::probe_rtt, Input::minimum_stale), std::nullopt);
}

//= STT-RECOVERY-034 test
TEST(Bbr, DoublesUntilTheRateGrowsNoMore) {
  Path path;
  EXPECT_EQ(path.bbr.window_bytes(), 12'000U);
  EXPECT_EQ(path.bbr.pacing_rate(), std::nullopt);
  EXPECT_TRUE(path.bbr.in_slow_start());
  for (std::uint64_t rate = 1'000'000; rate < 12'000'000; rate *= 2) {
    path.play({.rate = rate});
    EXPECT_EQ(path.bbr.phase(), Phase::startup);
    EXPECT_EQ(path.bbr.pacing_rate(), paced(rate, 277));
    EXPECT_GE(path.bbr.window_bytes(), rate / 50);
  }
  path.play({});
  path.play({.in_flight = 480'000}, 2);
  EXPECT_EQ(path.bbr.phase(), Phase::startup);
  path.play({.in_flight = 480'000});
  EXPECT_EQ(path.bbr.phase(), Phase::drain);
  EXPECT_FALSE(path.bbr.in_slow_start());
  EXPECT_EQ(path.bbr.pacing_rate(), paced(12'000'000, 50));
  path.play({});
  EXPECT_EQ(path.bbr.phase(), Phase::down);
}

// The first ACK is of a frame or two: their rate says little, and must not slow down the rest of
// the initial window.
TEST(Bbr, TheFirstSampleDoesNotSlowDownTheInitialWindow) {
  Path path;
  path.play({.rate = 120'000});
  EXPECT_EQ(path.bbr.bandwidth(), 120'000U);
  EXPECT_EQ(path.bbr.pacing_rate(), paced(12'000 * 50, 277));
}

//= STT-RECOVERY-032 test
//= STT-RECOVERY-033 test
TEST(Bbr, CruisesAtWhatThePathDelivers) {
  Path path = cruising();
  EXPECT_EQ(path.bbr.bandwidth(), 12'000'000U);
  EXPECT_EQ(path.bbr.minimum_rtt(), 20ms);
  EXPECT_EQ(path.bbr.pacing_rate(), paced(12'000'000, 100));
  path.play({}, 5);
  EXPECT_EQ(path.bbr.window_bytes(), 480'000U + 2 * datagram);
}

//= STT-RECOVERY-032 test
TEST(Bbr, FindsMoreBandwidthWhenItProbes) {
  Path path = cruising();
  ASSERT_TRUE(path.play_until(Phase::refill, {}));
  EXPECT_EQ(path.bbr.pacing_rate(), paced(12'000'000, 100));
  path.play({});
  ASSERT_EQ(path.bbr.phase(), Phase::up);
  EXPECT_EQ(path.bbr.pacing_rate(), paced(12'000'000, 125));
  // No queue: the path carries more, and the probe goes on.
  path.play({.rate = 15'000'000});
  path.play({.rate = 18'000'000});
  ASSERT_EQ(path.bbr.phase(), Phase::up);
  path.play({.rate = 18'000'000, .in_flight = 450'000});
  EXPECT_EQ(path.bbr.phase(), Phase::down);
  EXPECT_EQ(path.bbr.bandwidth(), 18'000'000U);
}

//= STT-RECOVERY-032 test
TEST(Bbr, ForgetsARateAfterTheNextProbe) {
  Path path = cruising();
  const Trip slower{.rate = 6'000'000, .rtt = 20ms, .in_flight = 120'000};
  const Trip queued{.rate = 6'000'000, .rtt = 20ms, .in_flight = 400'000};
  ASSERT_TRUE(path.play_until(Phase::up, slower));
  EXPECT_EQ(path.bbr.bandwidth(), 12'000'000U);
  ASSERT_TRUE(path.play_until(Phase::down, queued));
  ASSERT_TRUE(path.play_until(Phase::up, slower));
  ASSERT_TRUE(path.play_until(Phase::down, queued));
  EXPECT_EQ(path.bbr.bandwidth(), 6'000'000U);
}

//= STT-RECOVERY-032 test
TEST(Bbr, WhatAnApplicationSendsIsNoMeasureOfThePath) {
  Path path = cruising();
  path.play({.rate = 1'000'000, .app_limited = true}, 100);
  // Nor through many probes.
  path.play({.rate = 1'000'000, .in_flight = 400'000, .app_limited = true}, 600);
  EXPECT_EQ(path.bbr.bandwidth(), 12'000'000U);
  path.play({.rate = 13'000'000, .app_limited = true});
  EXPECT_EQ(path.bbr.bandwidth(), 13'000'000U);
}

//= STT-RECOVERY-035 test
TEST(Bbr, LossWithoutAQueueIsNoCongestion) {
  Path path = cruising();
  const Trip lossy{.lost_bytes = 24'000, .in_flight = 300'000};  // a tenth
  path.play(lossy, 20);
  EXPECT_EQ(path.bbr.bandwidth(), 12'000'000U);
  EXPECT_EQ(path.bbr.window_bytes(), 480'000U + 2 * datagram);
  ASSERT_TRUE(path.play_until(Phase::up, lossy));
  path.play(lossy);
  EXPECT_EQ(path.bbr.phase(), Phase::down);
  path.play(lossy, 5);
  EXPECT_EQ(path.bbr.window_bytes(), 480'000U + 2 * datagram);
}

//= STT-RECOVERY-035 test
//= STT-RECOVERY-036 test
TEST(Bbr, LossWithAQueueLowersTheEstimateUntilTheNextProbe) {
  Path path = cruising();
  const Trip queued{.rate = 9'000'000, .rtt = 26ms, .lost_bytes = 12'000};
  path.play(queued);
  EXPECT_EQ(path.bbr.bandwidth(), 9'000'000U);  // what was delivered, for it is above 70 %
  path.play({.rate = 3'000'000, .rtt = 26ms, .lost_bytes = 12'000});
  EXPECT_EQ(path.bbr.bandwidth(), 6'300'000U);  // not below 70 % at once
  EXPECT_LT(path.bbr.window_bytes(), 250'000U);
  ASSERT_TRUE(path.play_until(Phase::refill, {}));
  EXPECT_EQ(path.bbr.bandwidth(), 12'000'000U);
}

//= STT-RECOVERY-037 test
TEST(Bbr, WhereAQueueStandsItSendsWhatTheLastRoundDelivered) {
  Path path = cruising();
  path.play({.rate = 10'000'000, .rtt = 26ms});
  EXPECT_EQ(path.bbr.bandwidth(), 10'000'000U);
  path.play({.rate = 2'000'000, .rtt = 26ms});
  EXPECT_EQ(path.bbr.bandwidth(), 7'000'000U);  // not below 70 % at once
  path.play({.rate = 8'000'000, .rtt = 26ms});
  EXPECT_EQ(path.bbr.bandwidth(), 8'000'000U);
  // An application that pauses tells nothing, and neither does a path without a queue.
  path.play({.rate = 6'000'000, .rtt = 26ms, .app_limited = true});
  path.play({.rate = 6'000'000, .rtt = 24ms});
  EXPECT_EQ(path.bbr.bandwidth(), 8'000'000U);
  ASSERT_TRUE(path.play_until(Phase::refill, {}));
  EXPECT_EQ(path.bbr.bandwidth(), 12'000'000U);
}

//= STT-RECOVERY-035 test
TEST(Bbr, AFewLossesInAQueueAreNoCongestion) {
  Path path = cruising();
  path.play({.rtt = 26ms, .lost_bytes = 4 * datagram});  // of 312,000
  path.play({.rtt = 26ms, .lost_bytes = 2 * datagram, .in_flight = 9'600});
  path.play({});
  EXPECT_EQ(path.bbr.window_bytes(), 480'000U + 2 * datagram);
}

// A short queue shows in no round-trip time.
//= STT-RECOVERY-035 test
TEST(Bbr, TheLossOfAFifthIsCongestionInAnyCase) {
  Path path = cruising();
  path.play({.rate = 11'000'000, .lost_bytes = 60'000});
  EXPECT_EQ(path.bbr.bandwidth(), 11'000'000U);
}

//= STT-RECOVERY-036 test
TEST(Bbr, CongestionEndsAProbeAndBoundsTheFlight) {
  Path path = cruising();
  ASSERT_TRUE(path.play_until(Phase::up, {.in_flight = 280'000}));
  path.play({.rtt = 30ms, .lost_bytes = 20'000, .in_flight = 280'000});
  ASSERT_EQ(path.bbr.phase(), Phase::down);
  path.play({.in_flight = 280'000}, 5);
  EXPECT_EQ(path.bbr.window_bytes(), 280'000U);
  ASSERT_TRUE(path.play_until(Phase::cruise, {.in_flight = 230'000}));
  path.play({});
  EXPECT_EQ(path.bbr.window_bytes(), 238'000U);  // 85 %: room for others
  // The next probes find the bound again and raise it, by steps that double.
  ASSERT_TRUE(path.play_until(Phase::up, {.in_flight = 238'000}));
  path.play({.in_flight = 280'000});
  path.play({.in_flight = 281'200});
  EXPECT_EQ(path.bbr.window_bytes(), 280'000U + 3 * datagram);
}

//= STT-RECOVERY-036 test
TEST(Bbr, CongestionEndsStartup) {
  Path path;
  path.play({.rate = 3'000'000});
  path.play({.rate = 6'000'000, .rtt = 30ms, .lost_bytes = 20'000, .in_flight = 300'000});
  EXPECT_EQ(path.bbr.phase(), Phase::drain);
}

//= STT-RECOVERY-033 test
TEST(Bbr, MeasuresTheLeastRoundTripAgainAfterFiveSeconds) {
  Path path = cruising();
  const Trip queued{.rtt = 24ms};
  ASSERT_TRUE(path.play_until(Phase::refill, queued));
  while (path.bbr.phase() != Phase::probe_rtt && path.now < Instant(16s)) path.play(queued);
  ASSERT_EQ(path.bbr.phase(), Phase::probe_rtt);
  EXPECT_GT(path.now, Instant(15s));
  // Half of what the path holds, for 200 ms from when no more is in flight.
  EXPECT_EQ(path.bbr.window_bytes(), 120'000U);
  path.play({.rtt = 24ms, .in_flight = 200'000}, 3);
  path.play({.rtt = 22ms, .in_flight = 120'000}, 10);
  ASSERT_EQ(path.bbr.phase(), Phase::probe_rtt);
  EXPECT_EQ(path.bbr.minimum_rtt(), 20ms);
  path.play({.rtt = 22ms, .in_flight = 120'000});
  EXPECT_EQ(path.bbr.phase(), Phase::down);
  EXPECT_EQ(path.bbr.minimum_rtt(), 22ms);
}

//= STT-RECOVERY-033 test
TEST(Bbr, SeesTheLeastRoundTripInWhatIsNearlyAsShort) {
  Path path = cruising();
  for (int i = 0; i < 500; ++i) {
    path.play({.rtt = 20600us});
    ASSERT_NE(path.bbr.phase(), Phase::probe_rtt);
  }
  EXPECT_EQ(path.bbr.minimum_rtt(), 20ms);
  path.play({.rtt = 19ms});
  EXPECT_EQ(path.bbr.minimum_rtt(), 19ms);
}

//= STT-RECOVERY-033 test
TEST(Bbr, AfterAPauseTheFirstRoundTripIsTheMeasurement) {
  Path path = cruising();
  path.now += 60s;
  path.bbr.on_sent(path.now, datagram, 0);
  path.play({.rtt = 35ms});
  EXPECT_NE(path.bbr.phase(), Phase::probe_rtt);
  EXPECT_EQ(path.bbr.minimum_rtt(), 35ms);
}

//= STT-RECOVERY-017 test
TEST(Bbr, KeepsItsModelInPersistentCongestion) {
  Path path = cruising();
  path.bbr.on_persistent_congestion(path.now);
  EXPECT_EQ(path.bbr.window_bytes(), 2 * datagram);
  path.play({.rate = 240'000, .app_limited = true});
  EXPECT_EQ(path.bbr.window_bytes(), 2 * datagram + 4'800);
  EXPECT_EQ(path.bbr.bandwidth(), 12'000'000U);
}

TEST(Bbr, StartsAnewOnAnotherPath) {
  Path path = cruising();
  path.bbr.set_datagram_bytes(1'400);
  path.bbr.reset();
  EXPECT_EQ(path.bbr.phase(), Phase::startup);
  EXPECT_EQ(path.bbr.window_bytes(), 14'000U);
  EXPECT_EQ(path.bbr.bandwidth(), 0U);
  EXPECT_EQ(path.bbr.pacing_rate(), std::nullopt);
}

// Whatever is measured, the numbers stay inside their types and bounds.
TEST(Bbr, ToleratesNonsense) {
  Path path;
  const std::uint64_t huge = std::uint64_t{1} << 40;
  for (int i = 0; i < 300; ++i) {
    path.play({.rate = i % 3 == 0 ? huge : 1'000'000,
               .rtt = i % 2 == 0 ? Duration(60s) : Duration(1us),
               .lost_bytes = i % 5 == 0 ? huge : 0,
               .in_flight = i % 7 == 0 ? huge : 0});
    EXPECT_GE(path.bbr.window_bytes(), 2 * datagram);
    EXPECT_LE(path.bbr.window_bytes(), window_bytes_max);
  }
}

}  // namespace
}  // namespace stt::recovery
