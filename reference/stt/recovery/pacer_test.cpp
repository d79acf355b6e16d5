#include <stt/recovery/pacer.hpp>

#include <gtest/gtest.h>

namespace stt::recovery {
namespace {

constexpr std::uint64_t datagram = 1'200;

// 12,000 bytes and 100 ms: 150,000 bytes a second, so a datagram takes 8 ms.
TEST(PacingRate, IsAQuarterAboveWindowPerRoundTrip) {
  const PacingRate rate = PacingRate::from_window(12'000, 100ms, datagram);
  EXPECT_EQ(rate.cost(datagram), 8ms);
  EXPECT_EQ(rate.cost(1), Duration(6'667));  // rounded up
  EXPECT_EQ(rate.burst_bytes, 12'000U);
  EXPECT_EQ(PacingRate::from_rate(1'200'000, datagram).cost(datagram), 1ms);
  EXPECT_EQ(PacingRate::from_window(12'000, 0ms, datagram).cost(datagram), 0ms);
}

//= STT-RECOVERY-023 test
TEST(Pacer, LetsTenDatagramsGoAndThenSpreads) {
  const PacingRate rate = PacingRate::from_window(12'000, 100ms, datagram);
  Pacer pacer;
  const Instant start(5s);
  for (int i = 0; i < 10; ++i) {
    EXPECT_LE(pacer.next_send_time(rate, datagram), start) << i;
    pacer.on_sent(start, rate, datagram);
  }
  for (int i = 1; i < 50; ++i) {
    const Instant next = pacer.next_send_time(rate, datagram);
    EXPECT_EQ(next, start + i * 8ms);
    pacer.on_sent(next, rate, datagram);
  }
}

//= STT-RECOVERY-023 test
TEST(Pacer, AnIdleTimeEarnsOneBurstAndNoMore) {
  const PacingRate rate = PacingRate::from_window(12'000, 100ms, datagram);
  Pacer pacer;
  pacer.on_sent(Instant(1s), rate, datagram);
  const Instant later(100s);
  int burst = 0;
  while (pacer.next_send_time(rate, datagram) <= later) {
    pacer.on_sent(later, rate, datagram);
    ++burst;
  }
  EXPECT_EQ(burst, 10);
}

TEST(Pacer, LosesNoFractionOverManySmallFrames) {
  const PacingRate rate = PacingRate::from_window(1'000'000, 40ms, datagram);
  Pacer pacer;
  Instant now(0s);
  std::uint64_t sent = 0;
  while (now < Instant(1s)) {
    now = std::max(now, pacer.next_send_time(rate, 100));
    pacer.on_sent(now, rate, 100);
    sent += 100;
  }
  // 1.25 x 1,000,000 / 40 ms is 31.25 MB a second, and one burst of a millisecond.
  EXPECT_NEAR(static_cast<double>(sent), 31'281'250.0, 1'000.0);
}

// A byte takes 2.4 ns here: what is rounded at a frame makes up for itself.
TEST(Pacer, ReachesARateThatNanosecondsCannotTell) {
  const PacingRate rate = PacingRate::from_window(1'000'000, 3ms, datagram);
  Pacer pacer;
  Instant now(0s);
  std::uint64_t sent = 0;
  while (now < Instant(20ms)) {
    now = std::max(now, pacer.next_send_time(rate, 101));
    pacer.on_sent(now, rate, 101);
    sent += 101;
  }
  const std::uint64_t carried = 20'000'000 * 10 / 24 + rate.burst_bytes;
  EXPECT_GE(sent, carried);
  EXPECT_LE(sent, carried + carried / 200);
}

// The first round-trip time shows that the path is a hundred times as fast as was guessed: what was
// sent at the guess must not hold back what follows.
//= STT-RECOVERY-038 test
TEST(Pacer, WhatWasSentSlowlyDoesNotDelayAFasterRate) {
  const PacingRate guess = PacingRate::from_window(12'000, 1s, datagram);
  Pacer pacer;
  const Instant start(5s);
  for (int i = 0; i < 10; ++i) pacer.on_sent(start, guess, datagram);
  EXPECT_EQ(pacer.next_send_time(guess, datagram), start + 80ms);
  const PacingRate known = PacingRate::from_window(12'000, 10ms, datagram);
  EXPECT_EQ(pacer.next_send_time(known, datagram), start + 800us);
  pacer.on_sent(start + 800us, known, datagram);
  EXPECT_EQ(pacer.next_send_time(known, datagram), start + 1600us);
}

//= STT-RECOVERY-023 test
TEST(Pacer, AFastPathGetsBurstsOfAMillisecondUpToALimit) {
  EXPECT_EQ(PacingRate::from_rate(1'000'000, datagram).burst_bytes, 12'000U);
  EXPECT_EQ(PacingRate::from_rate(12'000'000, datagram).burst_bytes, 12'000U);
  EXPECT_EQ(PacingRate::from_rate(40'000'000, datagram).burst_bytes, 40'000U);
  EXPECT_EQ(PacingRate::from_rate(65'536'000, datagram).burst_bytes, 65'536U);
  EXPECT_EQ(PacingRate::from_rate(1'000'000'000, datagram).burst_bytes, 65'536U);
}

TEST(Pacer, IsOffWithoutARoundTripTime) {
  const PacingRate rate = PacingRate::from_window(12'000, 0ms, datagram);
  Pacer pacer;
  for (int i = 0; i < 1'000; ++i) pacer.on_sent(Instant(1s), rate, datagram);
  EXPECT_LE(pacer.next_send_time(rate, datagram), Instant(1s));
}

}  // namespace
}  // namespace stt::recovery
