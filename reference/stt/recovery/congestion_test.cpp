#include <gtest/gtest.h>

#include <stt/recovery/bbr.hpp>
#include <stt/recovery/cubic.hpp>
#include <stt/recovery/new_reno.hpp>

namespace stt::recovery {
namespace {

constexpr std::uint64_t datagram = 1'200;

Rtt round_trip(Duration time) {
  Rtt rtt;
  rtt.update(time, 0ms);
  return rtt;
}

// Acknowledges one whole window, datagram by datagram, sent one round trip before `now`.
void ack_window(CongestionController& controller, Instant now, const Rtt& rtt) {
  const std::uint64_t datagrams = controller.window_bytes() / datagram;
  controller.on_window_limited(now, true);
  for (std::uint64_t i = 0; i < datagrams; ++i) {
    controller.on_frame_acked(now, {datagram, now - rtt.smoothed() + 1ns}, rtt);
  }
}

TEST(Window, StartsAsRfc9002Says) {
  //= STT-RECOVERY-019 test
  EXPECT_EQ(initial_window_bytes(1'200), 12'000U);
  EXPECT_EQ(initial_window_bytes(1'500), 14'720U);
  EXPECT_EQ(initial_window_bytes(9'000), 18'000U);
  EXPECT_EQ(minimum_window_bytes(1'200), 2'400U);
}

//= STT-RECOVERY-022 test
TEST(Window, EachControllerCanBeChosen) {
  for (const auto kind :
       {CongestionControl::new_reno, CongestionControl::cubic, CongestionControl::bbr}) {
    const auto controller = make_controller(kind, datagram);
    EXPECT_EQ(controller->window_bytes(), 12'000U);
    EXPECT_TRUE(controller->in_slow_start());
    EXPECT_EQ(controller->pacing_rate(), std::nullopt);
    const bool is_bbr = dynamic_cast<const Bbr*>(controller.get()) != nullptr;
    EXPECT_EQ(is_bbr, kind == CongestionControl::bbr);
  }
}

//= STT-RECOVERY-020 test
TEST(NewReno, DoublesThenHalvesThenAddsOneDatagramARoundTrip) {
  NewReno reno(datagram);
  const Rtt rtt = round_trip(100ms);
  ack_window(reno, Instant(1s), rtt);
  EXPECT_EQ(reno.window_bytes(), 24'000U);
  ack_window(reno, Instant(1100ms), rtt);
  EXPECT_EQ(reno.window_bytes(), 48'000U);

  reno.on_loss(Instant(1200ms), Instant(1100ms), 0);
  EXPECT_EQ(reno.window_bytes(), 24'000U);
  EXPECT_FALSE(reno.in_slow_start());
  // Losses and acknowledgements of what was sent before the reaction change nothing.
  reno.on_loss(Instant(1210ms), Instant(1190ms), 0);
  for (int i = 0; i < 25; ++i) {
    reno.on_frame_acked(Instant(1220ms), {datagram, Instant(1200ms)}, rtt);
  }
  EXPECT_EQ(reno.window_bytes(), 24'000U);

  ack_window(reno, Instant(1400ms), rtt);
  EXPECT_EQ(reno.window_bytes(), 25'200U);
  ack_window(reno, Instant(1500ms), rtt);
  EXPECT_EQ(reno.window_bytes(), 26'400U);
  reno.on_loss(Instant(1600ms), Instant(1500ms), 0);
  EXPECT_EQ(reno.window_bytes(), 13'200U);
}

TEST(NewReno, CarriesOverWhatExceedsAWindow) {
  NewReno reno(datagram);
  const Rtt rtt = round_trip(100ms);
  ack_window(reno, Instant(1s), rtt);
  ack_window(reno, Instant(1100ms), rtt);
  reno.on_loss(Instant(1200ms), Instant(1100ms), 0);
  // 15 x 1,700 is 1,500 over the window of 24,000; 14 x 1,700 fill the next of 25,200.
  for (int i = 0; i < 29; ++i) reno.on_frame_acked(Instant(2s), {1'700, Instant(1900ms)}, rtt);
  EXPECT_EQ(reno.window_bytes(), 26'400U);
}

TEST(NewReno, NeverFallsBelowTwoDatagrams) {
  NewReno reno(datagram);
  for (int i = 1; i < 10; ++i) reno.on_loss(Instant(i * 1s), Instant(i * 1s - 1ms), 0);
  EXPECT_EQ(reno.window_bytes(), 2'400U);
  reno.set_datagram_bytes(1'400);
  EXPECT_EQ(reno.window_bytes(), 2'800U);
  reno.reset();
  EXPECT_EQ(reno.window_bytes(), 14'000U);
}

//= STT-RECOVERY-017 test
TEST(NewReno, StartsAgainSlowlyAfterPersistentCongestion) {
  NewReno reno(datagram);
  const Rtt rtt = round_trip(100ms);
  reno.on_loss(Instant(1s), Instant(900ms), 0);
  reno.on_persistent_congestion(Instant(1s));
  EXPECT_EQ(reno.window_bytes(), 2'400U);
  EXPECT_TRUE(reno.in_slow_start());
  ack_window(reno, Instant(1100ms), rtt);
  EXPECT_EQ(reno.window_bytes(), 4'800U);
}

//= STT-RECOVERY-024 test
TEST(Window, DoesNotGrowUnused) {
  const Rtt rtt = round_trip(100ms);
  for (const auto kind : {CongestionControl::new_reno, CongestionControl::cubic}) {
    const auto controller = make_controller(kind, datagram);
    controller->on_window_limited(Instant(1s), false);
    controller->on_frame_acked(Instant(1s), {datagram, Instant(900ms)}, rtt);
    EXPECT_EQ(controller->window_bytes(), 12'000U);
    controller->on_loss(Instant(1s), Instant(900ms), 0);
    const std::uint64_t reduced = controller->window_bytes();
    controller->on_window_limited(Instant(9s), false);
    controller->on_frame_acked(Instant(9s), {datagram, Instant(8s)}, rtt);
    EXPECT_EQ(controller->window_bytes(), reduced);
  }
}

// Grows a fresh controller to exactly 100 datagrams, in slow start.
Cubic grown() {
  Cubic cubic(datagram);
  const Rtt rtt = round_trip(100ms);
  for (int i = 0; i < 90; ++i) cubic.on_frame_acked(Instant(1s), {datagram, Instant(900ms)}, rtt);
  EXPECT_EQ(cubic.window_bytes(), 120'000U);
  return cubic;
}

//= STT-RECOVERY-020 test
TEST(Cubic, ReducesToSevenTenthsOncePerRoundTrip) {
  Cubic cubic = grown();
  cubic.on_loss(Instant(2s), Instant(1900ms), 0);
  EXPECT_EQ(cubic.window_bytes(), 84'000U);
  cubic.on_loss(Instant(2050ms), Instant(1990ms), 0);
  EXPECT_EQ(cubic.window_bytes(), 84'000U);
}

// RFC 9438 with W_max = 100 datagrams, cwnd_epoch = 70: K = cbrt(30 / 0.4) = 4.21716 s and
// W_cubic(t) = 0.4 (t - K)^3 + 100. The window aims at the curve one round trip ahead, so it stands
// between W_cubic(t) and W_cubic(t + RTT). The round trip is long, to keep NewReno's estimate
// (70 + 1.32 t) out of the way.
//= STT-RECOVERY-021 test
TEST(Cubic, FollowsTheCurveOfTheRfc) {
  Cubic cubic = grown();
  const Rtt rtt = round_trip(400ms);
  cubic.on_loss(Instant(2s), Instant(1900ms), 0);
  struct Point {
    int round;
    std::uint64_t now;  // W_cubic in bytes, computed elsewhere with real numbers
    std::uint64_t next_round;
  };
  const std::vector<Point> points{{3, 106816, 111395},  {6, 117120, 118634},  {9, 119887, 119995},
                                  {12, 120095, 120456}, {15, 122720, 124992}, {18, 132739, 138582}};
  int round = 0;
  for (const Point& point : points) {
    while (round < point.round) {
      ++round;
      ack_window(cubic, Instant(2s) + round * 400ms, rtt);
    }
    EXPECT_GE(cubic.window_bytes() + datagram / 4, point.now) << round;
    EXPECT_LE(cubic.window_bytes(), point.next_round) << round;
  }
}

// With a short round trip NewReno is faster than the curve, and CUBIC keeps up with it:
// alpha = 9/17 of a datagram a round trip until the old window is reached, then a whole one.
//= STT-RECOVERY-021 test
TEST(Cubic, IsNoSlowerThanNewReno) {
  Cubic cubic = grown();
  const Rtt rtt = round_trip(1ms);
  cubic.on_loss(Instant(2s), Instant(1900ms), 0);
  Instant now(2s);
  for (int i = 0; i < 17; ++i) ack_window(cubic, now += 2ms, rtt);
  // 17 round trips: 9 datagrams, less what integer windows leave unacknowledged.
  EXPECT_NEAR(static_cast<double>(cubic.window_bytes()), 84'000 + 9 * 1'200, 150);
  for (int i = 0; i < 45; ++i) ack_window(cubic, now += 2ms, rtt);
  const std::uint64_t caught_up = cubic.window_bytes();
  EXPECT_GE(caught_up, 120'000U);
  for (int i = 0; i < 10; ++i) ack_window(cubic, now += 2ms, rtt);
  EXPECT_NEAR(static_cast<double>(cubic.window_bytes() - caught_up), 12'000, 300);
}

// W_max after a second, earlier loss is (1 + 0.7) / 2 of the window: the plateau is lower.
TEST(Cubic, FastConvergenceLowersThePlateau) {
  Cubic cubic = grown();
  const Rtt rtt = round_trip(400ms);
  cubic.on_loss(Instant(2s), Instant(1900ms), 0);
  cubic.on_loss(Instant(3s), Instant(2900ms), 0);  // 84,000 -> 58,800; plateau 71,400
  EXPECT_EQ(cubic.window_bytes(), 58'800U);
  // K = cbrt((71,400 - 58,800) / 1,200 / 0.4) = 2.97 s; W_cubic(3.2 s) is just past the plateau.
  for (int i = 1; i <= 8; ++i) ack_window(cubic, Instant(3s) + i * 400ms, rtt);
  EXPECT_NEAR(static_cast<double>(cubic.window_bytes()), 71'500, 500);
}

TEST(Cubic, TimeInWhichTheWindowWasNotUsedDoesNotCount) {
  const Rtt rtt = round_trip(400ms);
  Cubic busy = grown();
  Cubic paused = grown();
  busy.on_loss(Instant(2s), Instant(1900ms), 0);
  paused.on_loss(Instant(2s), Instant(1900ms), 0);
  for (int i = 1; i <= 5; ++i) ack_window(busy, Instant(2s) + i * 400ms, rtt);
  for (int i = 1; i <= 2; ++i) ack_window(paused, Instant(2s) + i * 400ms, rtt);
  paused.on_window_limited(Instant(2800ms), false);
  paused.on_window_limited(Instant(30s), false);
  paused.on_window_limited(Instant(102800ms), true);
  for (int i = 3; i <= 5; ++i) ack_window(paused, Instant(102s) + i * 400ms, rtt);
  EXPECT_EQ(paused.window_bytes(), busy.window_bytes());
}

//= STT-RECOVERY-017 test
TEST(Cubic, PersistentCongestionStartsOverAtTheMinimum) {
  Cubic cubic = grown();
  const Rtt rtt = round_trip(100ms);
  cubic.on_loss(Instant(2s), Instant(1900ms), 0);
  cubic.on_persistent_congestion(Instant(2s));
  EXPECT_EQ(cubic.window_bytes(), 2'400U);
  Instant now(3s);
  while (cubic.in_slow_start()) ack_window(cubic, now += 100ms, rtt);
  EXPECT_GE(cubic.window_bytes(), 84'000U);
  // From here the curve rises from its plateau: 0.4 t^3 datagrams.
  const std::uint64_t begin = cubic.window_bytes();
  ack_window(cubic, now += 100ms, rtt);
  EXPECT_LT(cubic.window_bytes() - begin, 2 * datagram);
}

TEST(Cubic, GrowsToTheGreatestWindowAndNotBeyond) {
  Cubic cubic(datagram);
  const Rtt rtt = round_trip(100ms);
  for (int i = 0; i < 600; ++i) {
    cubic.on_frame_acked(Instant(1s), {std::uint64_t{2} << 20, Instant(900ms)}, rtt);
  }
  EXPECT_EQ(cubic.window_bytes(), window_bytes_max);
  cubic.on_loss(Instant(2s), Instant(1900ms), 0);
  for (int i = 1; i < 2'000; ++i) {
    cubic.on_frame_acked(Instant(2s + i * 10s), {std::uint64_t{2} << 20, Instant(2s + i * 10s)},
                         rtt);
  }
  EXPECT_EQ(cubic.window_bytes(), window_bytes_max);
}

}  // namespace
}  // namespace stt::recovery
