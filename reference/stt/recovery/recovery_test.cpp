#include <stt/recovery/recovery.hpp>

#include <gtest/gtest.h>

#include <stt/base/allocations.hpp>
#include <stt/recovery/driven_sender.hpp>

namespace stt::recovery {
namespace {

TEST(Recovery, FollowsOneFrameFromSendingToAcknowledgement) {
  Sender sender;
  EXPECT_EQ(sender.recovery.poll_timeout(), std::nullopt);
  sender.send();
  EXPECT_EQ(sender.recovery.bytes_in_flight(), datagram);
  EXPECT_EQ(sender.recovery.poll_timeout(), start + 999ms + 25ms);
  sender.now += 50ms;
  ASSERT_TRUE(sender.ack({{0, 0}}));
  ASSERT_EQ(sender.outcome.acked.size(), 1U);
  EXPECT_EQ(sender.outcome.acked[0].carried.offset, Position(0));
  EXPECT_EQ(sender.outcome.acked[0].sent_at, start);
  EXPECT_EQ(sender.recovery.rtt().smoothed(), 50ms);
  EXPECT_EQ(sender.recovery.bytes_in_flight(), 0U);
  EXPECT_EQ(sender.recovery.poll_timeout(), std::nullopt);
  // The same again is welcome and changes nothing.
  ASSERT_TRUE(sender.ack({{0, 0}}));
  EXPECT_TRUE(sender.outcome.acked.empty());
  EXPECT_EQ(sender.recovery.rtt().smoothed(), 50ms);
}

//= STT-RECOVERY-039 test
TEST(Recovery, ARoundTripMeasuredBeforeIsTheFirstSample) {
  Recovery recovery({.round_trip = 40ms});
  EXPECT_EQ(recovery.rtt().smoothed(), 40ms);
  EXPECT_EQ(recovery.rtt().minimum(), 40ms);
  EXPECT_EQ(recovery.pto(), 40ms + 4 * 20ms + 25ms);
  recovery.on_path_change(true);
  EXPECT_FALSE(recovery.rtt().has_sample());
}

TEST(Recovery, RefusesAcksOfWhatWasNeverSent) {
  Sender sender;
  EXPECT_FALSE(sender.ack({{0, 0}}));
  sender.send_many(3);
  const auto result = sender.recovery.on_ack(start, ack_of({{0, 3}}), sender.outcome);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error(), Errc::ack_never_sent);
  EXPECT_TRUE(sender.outcome.acked.empty());
  EXPECT_EQ(sender.recovery.bytes_in_flight(), 3 * datagram);
  EXPECT_TRUE(sender.ack({{0, 2}}));
}

TEST(Recovery, RefusesAcksOfSkippedSequencesForGood) {
  Sender sender;
  sender.send_many(2);
  sender.recovery.skip_sequence(Sequence(2));
  sender.next = Sequence(3);
  sender.send_many(2);
  EXPECT_FALSE(sender.ack({{2, 2}}));
  EXPECT_FALSE(sender.ack({{0, 4}}));
  EXPECT_FALSE(sender.ack({{4, 4}, {1, 2}}));
  EXPECT_EQ(sender.recovery.frames_outstanding(), 4U);
  EXPECT_TRUE(sender.ack({{3, 4}, {0, 1}}));
  EXPECT_EQ(sequences(sender.outcome.acked), (Sequences{0, 1, 3, 4}));
  EXPECT_FALSE(sender.ack({{0, 4}}));  // still caught when all around it is settled
}

//= STT-RECOVERY-011 test
TEST(Recovery, SkippedSequencesDoNotCountAsReordering) {
  Sender sender;
  sender.send();
  for (std::uint64_t i = 1; i < 6; ++i) sender.recovery.skip_sequence(Sequence(i));
  sender.next = Sequence(6);
  sender.send();
  sender.now += 10ms;
  ASSERT_TRUE(sender.ack({{6, 6}}));
  EXPECT_TRUE(sender.outcome.lost.empty());
}

//= STT-RECOVERY-009 test
TEST(Recovery, TakesAFrameForLostWhenTheThirdLaterIsAcknowledged) {
  Sender sender;
  sender.send_many(4);
  sender.now += 10ms;
  ASSERT_TRUE(sender.ack({{1, 2}}));
  EXPECT_TRUE(sender.outcome.lost.empty());
  ASSERT_TRUE(sender.ack({{1, 3}}));
  EXPECT_EQ(sequences(sender.outcome.lost), (Sequences{0}));
  EXPECT_EQ(sender.outcome.lost[0].carried.offset, Position(0));
  EXPECT_EQ(sender.recovery.bytes_in_flight(), 0U);
  EXPECT_EQ(sender.recovery.counters().frames_lost, 1U);
}

// Five frames share the second datagram: that one datagram overtook the first is no sign of loss.
//= STT-RECOVERY-009 test
TEST(Recovery, CountsReorderingInDatagrams) {
  Sender sender;
  sender.send();
  for (int i = 0; i < 5; ++i) sender.send({.bytes = 200, .starts_datagram = i == 0});
  sender.now += 10ms;
  ASSERT_TRUE(sender.ack({{1, 5}}));
  EXPECT_TRUE(sender.outcome.lost.empty());
  sender.send_many(2);
  ASSERT_TRUE(sender.ack({{1, 7}}));
  EXPECT_EQ(sequences(sender.outcome.lost), (Sequences{0}));
}

//= STT-RECOVERY-010 test
//= STT-RECOVERY-030 test
TEST(Recovery, TakesAFrameForLostAfterNineEighthsOfARoundTrip) {
  Sender sender;
  sender.send();
  sender.now += 1ms;
  sender.send();
  sender.now += 80ms;
  ASSERT_TRUE(sender.ack({{1, 1}}));
  EXPECT_TRUE(sender.outcome.lost.empty());
  EXPECT_EQ(sender.recovery.poll_timeout(), start + 90ms);
  sender.now = start + 90ms - 1ns;
  sender.timeout();
  EXPECT_TRUE(sender.outcome.lost.empty());
  sender.now = start + 90ms;
  sender.timeout();
  EXPECT_EQ(sequences(sender.outcome.lost), (Sequences{0}));
  EXPECT_EQ(sender.recovery.probes_owed(), 0U);
  EXPECT_EQ(sender.recovery.poll_timeout(), std::nullopt);
}

//= STT-RECOVERY-012 test
//= STT-RECOVERY-014 test
//= STT-RECOVERY-016 test
TEST(Recovery, BacksOffTheProbeTimeoutAndFallsBackOnAnAck) {
  Sender sender;
  sender.send();
  sender.now += 100ms;
  ASSERT_TRUE(sender.ack({{0, 0}}));
  // 100 + 4 x 50 + 25 ms from now on.
  sender.send();
  const Duration pto = 325ms;
  EXPECT_EQ(sender.recovery.pto(), pto);
  for (const int factor : {1, 2, 4, 8}) {
    const Instant due = sender.now + factor * pto;
    EXPECT_EQ(sender.recovery.poll_timeout(), due);
    sender.now = due;
    sender.timeout();
    EXPECT_TRUE(sender.outcome.lost.empty());
    EXPECT_EQ(sender.recovery.probes_owed(), 2U);
    sender.send();
    sender.send();
    EXPECT_EQ(sender.recovery.probes_owed(), 0U);
  }
  EXPECT_EQ(sender.recovery.pto_count(), 4U);
  EXPECT_EQ(sender.recovery.counters().probe_timeouts, 4U);
  sender.now += 100ms;
  ASSERT_TRUE(sender.ack({{9, 9}}));
  EXPECT_EQ(sender.recovery.pto_count(), 0U);
}

TEST(Recovery, ProbeTimeoutGrowsToAMinuteAndNoFurther) {
  Sender sender;
  sender.send();
  for (int i = 0; i < 100; ++i) {
    const Instant due = *sender.recovery.poll_timeout();
    EXPECT_GT(due, sender.now);
    EXPECT_LE(due - sender.now, 60s);
    sender.now = due;
    sender.timeout();  // and no probe leaves
  }
  EXPECT_EQ(*sender.recovery.poll_timeout() - sender.now, 60s);
}

//= STT-RECOVERY-013 test
//= STT-RECOVERY-015 test
TEST(Recovery, ProbesWithTheOldestContentWhateverTheWindowSays) {
  Sender sender(reno());
  sender.send_many(10);
  EXPECT_FALSE(sender.recovery.can_send(sender.now + 1h, datagram));
  sender.now = *sender.recovery.poll_timeout();
  sender.timeout();
  EXPECT_EQ(sequences(sender.outcome.probe), (Sequences{0, 1}));
  EXPECT_EQ(sender.recovery.frames_outstanding(), 10U);
  EXPECT_TRUE(sender.recovery.can_send(sender.now, datagram));
  sender.send({.starts_datagram = true});
  sender.send({.starts_datagram = false});  // in the same datagram
  EXPECT_EQ(sender.recovery.probes_owed(), 1U);
  sender.send({.ack_eliciting = false});  // is no probe
  EXPECT_EQ(sender.recovery.probes_owed(), 1U);
  sender.send();
  EXPECT_FALSE(sender.recovery.can_send(sender.now + 1h, datagram));
}

//= STT-RECOVERY-018 test
TEST(Recovery, KeepsWithinTheWindowAndDoesNotCountAcks) {
  Sender sender(reno());
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(sender.recovery.can_send(sender.now, datagram));
    sender.send();
    sender.send({.bytes = 60, .ack_eliciting = false, .starts_datagram = false});
  }
  EXPECT_EQ(sender.recovery.bytes_in_flight(), 12'000U);
  EXPECT_EQ(sender.recovery.next_send_time(1), std::nullopt);
  sender.now += 50ms;
  ASSERT_TRUE(sender.ack({{0, 1}}));
  EXPECT_EQ(sender.recovery.congestion_window(), 13'200U);
  EXPECT_TRUE(sender.recovery.next_send_time(2 * datagram));
  EXPECT_FALSE(sender.recovery.next_send_time(2 * datagram + 1));
}

TEST(Recovery, AckOnlyTrafficNeedsNoMemoryAndNoTimer) {
  Sender sender;
  const std::uint64_t before = allocations();
  for (int i = 0; i < 10'000; ++i) sender.send({.bytes = 60, .ack_eliciting = false});
  EXPECT_EQ(allocations(), before);
  EXPECT_EQ(sender.recovery.frames_outstanding(), 0U);
  EXPECT_EQ(sender.recovery.poll_timeout(), std::nullopt);
}

//= STT-RECOVERY-007 test
TEST(Recovery, TakesNoSampleFromAnAckOfOldOrAckOnlyFrames) {
  Sender sender;
  sender.send_many(2);
  sender.send({.bytes = 60, .ack_eliciting = false});
  sender.now += 40ms;
  ASSERT_TRUE(sender.ack({{1, 1}}));
  sender.now += 100ms;
  ASSERT_TRUE(sender.ack({{0, 1}}));  // the largest is no news
  EXPECT_EQ(sender.recovery.rtt().latest(), 40ms);
  ASSERT_TRUE(sender.ack({{0, 2}}));  // news, but nothing that asked for an ACK
  EXPECT_EQ(sender.recovery.rtt().latest(), 40ms);
  sender.send();
  sender.now += 10ms;
  sender.send({.bytes = 60, .ack_eliciting = false});
  sender.now += 30ms;
  ASSERT_TRUE(sender.ack({{0, 4}}));  // an ACK-only frame is the largest: its own time counts
  EXPECT_EQ(sender.recovery.rtt().latest(), 30ms);
}

//= STT-RECOVERY-008 test
TEST(Recovery, CutsTheReportedDelayToTheDeclaredMaximum) {
  Sender sender;
  sender.send();
  sender.now += 100ms;
  ASSERT_TRUE(sender.ack({{0, 0}}));
  sender.send();
  sender.now += 180ms;
  ASSERT_TRUE(sender.ack({{1, 1}}, ~std::uint64_t{0}));
  EXPECT_EQ(sender.recovery.rtt().smoothed(), (7 * 100ms + 155'000us) / 8);
}

//= STT-RECOVERY-027 test
TEST(Recovery, NoticesALateAcknowledgementOnceAndWaitsLongerFromThenOn) {
  Sender sender;
  sender.send_many(6);
  sender.now += 80ms;
  ASSERT_TRUE(sender.ack({{1, 5}}));
  EXPECT_EQ(sequences(sender.outcome.lost), (Sequences{0}));
  sender.now += 1ms;
  ASSERT_TRUE(sender.ack({{0, 5}}));
  EXPECT_TRUE(sender.outcome.acked.empty());
  EXPECT_EQ(sequences(sender.outcome.late_acked), (Sequences{0}));
  ASSERT_TRUE(sender.ack({{0, 5}}));
  EXPECT_TRUE(sender.outcome.late_acked.empty());
  EXPECT_EQ(sender.recovery.counters().late_acks, 1U);
  // Five datagrams had overtaken it: now five more may.
  sender.send_many(6);
  ASSERT_TRUE(sender.ack({{7, 11}, {0, 5}}));
  EXPECT_TRUE(sender.outcome.lost.empty());
}

//= STT-RECOVERY-020 test
TEST(Recovery, ReducesTheWindowOncePerRoundTrip) {
  Sender sender(reno());
  sender.send_many(10);
  sender.now += 50ms;
  ASSERT_TRUE(sender.ack({{3, 3}}));
  EXPECT_EQ(sequences(sender.outcome.lost), (Sequences{0}));
  EXPECT_EQ(sender.recovery.congestion_window(), 6'000U);
  ASSERT_TRUE(sender.ack({{9, 9}}));
  EXPECT_EQ(sequences(sender.outcome.lost), (Sequences{1, 2, 4, 5, 6}));
  EXPECT_EQ(sender.recovery.congestion_window(), 6'000U);
}

TEST(Recovery, TheLossOfAnMtuProbeIsNoCongestion) {
  Sender sender(reno());
  sender.send({.bytes = 1'452, .is_mtu_probe = true});
  sender.send_many(3);
  sender.now += 50ms;
  ASSERT_TRUE(sender.ack({{1, 3}}));
  ASSERT_EQ(sender.outcome.lost.size(), 1U);
  EXPECT_TRUE(sender.outcome.lost[0].is_mtu_probe);
  EXPECT_TRUE(sender.recovery.in_slow_start());
  EXPECT_GE(sender.recovery.congestion_window(), 12'000U);
  EXPECT_EQ(sender.recovery.counters().frames_lost, 0U);
  EXPECT_EQ(sender.recovery.bytes_in_flight(), 0U);
}

// Round trip 100 ms, so a probe timeout is 325 ms and the path is given up after 975 ms.
std::uint64_t window_after_losses_over(Duration span, bool ack_between) {
  Sender sender(reno());
  sender.send();
  sender.now += 100ms;
  EXPECT_TRUE(sender.ack({{0, 0}}));
  sender.now += 1ms;
  sender.send();  // 1
  sender.now += span / 2;
  sender.send();  // 2
  sender.now += span - span / 2;
  sender.send();  // 3
  sender.now += 400ms;
  sender.send();  // 4
  sender.now += 100ms;
  if (ack_between) {
    EXPECT_TRUE(sender.ack({{4, 4}, {2, 2}}));
  } else {
    EXPECT_TRUE(sender.ack({{4, 4}}));
  }
  EXPECT_EQ(sender.outcome.lost.size(), ack_between ? 2U : 3U);
  return sender.recovery.congestion_window();
}

// The sample of the last ACK counts: rttvar = (3 x 50 + 0) / 4 = 37.5 ms, so 3 x 275 = 825 ms.
//= STT-RECOVERY-017 test
TEST(Recovery, PersistentCongestionNeedsMoreThanThreeTimeoutsOfLossAlone) {
  EXPECT_EQ(window_after_losses_over(825ms, false), 6'000U);
  EXPECT_EQ(window_after_losses_over(825ms + 1ns, false), 2'400U);
  EXPECT_EQ(window_after_losses_over(825ms + 1ns, true), 6'000U);
}

TEST(Recovery, NoPersistentCongestionBeforeTheFirstSample) {
  Sender sender(reno());
  sender.send();
  sender.now += 100s;
  sender.send();
  sender.now += 100ms;
  sender.send();
  sender.now += 10ms;
  ASSERT_TRUE(sender.ack({{2, 2}}));
  EXPECT_EQ(sequences(sender.outcome.lost), (Sequences{0, 1}));
  EXPECT_EQ(sender.recovery.counters().persistent_congestions, 0U);
  EXPECT_EQ(sender.recovery.congestion_window(), 6'000U);
}

//= STT-RECOVERY-024 test
TEST(Recovery, TheWindowDoesNotGrowWhileOneFrameATimeIsSent) {
  Sender sender(reno());
  for (std::uint64_t i = 0; i < 50; ++i) {
    sender.send();
    sender.now += 50ms;
    ASSERT_TRUE(sender.ack({{i, i}}));
  }
  EXPECT_EQ(sender.recovery.congestion_window(), 12'000U);
}

TEST(Recovery, ANewIpAddressForgetsThePathAndANewPortDoesNot) {
  Sender sender(reno());
  sender.send_many(10);
  sender.now += 50ms;
  ASSERT_TRUE(sender.ack({{0, 4}}));
  sender.recovery.on_path_change(false);
  EXPECT_EQ(sender.recovery.rtt().smoothed(), 50ms);
  EXPECT_EQ(sender.recovery.congestion_window(), 18'000U);
  sender.recovery.on_path_change(true);
  EXPECT_FALSE(sender.recovery.rtt().has_sample());
  EXPECT_EQ(sender.recovery.congestion_window(), 12'000U);
  EXPECT_EQ(sender.recovery.bytes_in_flight(), 0U);
  EXPECT_EQ(sender.recovery.frames_outstanding(), 5U);
  EXPECT_TRUE(sender.recovery.poll_timeout());
  // What was sent on the old path is still told, but is no measure of the new one.
  sender.now += 500ms;
  ASSERT_TRUE(sender.ack({{9, 9}, {0, 4}}));
  EXPECT_EQ(sequences(sender.outcome.lost), (Sequences{5, 6, 7, 8}));
  EXPECT_FALSE(sender.outcome.acked[0].in_flight);
  EXPECT_FALSE(sender.recovery.rtt().has_sample());
  EXPECT_EQ(sender.recovery.congestion_window(), 12'000U);
}

// What an earlier ACK named is stepped over; what it left out is not.
TEST(Recovery, ReadsRangesThatGrowDownwards) {
  Sender sender;
  sender.send_many(3);
  ASSERT_TRUE(sender.ack({{2, 2}}));
  ASSERT_TRUE(sender.ack({{1, 2}}));
  EXPECT_EQ(sequences(sender.outcome.acked), (Sequences{1}));
  ASSERT_TRUE(sender.ack({{0, 1}}));
  EXPECT_EQ(sequences(sender.outcome.acked), (Sequences{0}));
  sender.send_many(3);
  ASSERT_TRUE(sender.ack({{4, 5}}));
  ASSERT_TRUE(sender.ack({{3, 4}}));
  EXPECT_EQ(sequences(sender.outcome.acked), (Sequences{3}));
}

TEST(Recovery, FramesSentOffThePathDoNotOpenTheWindow) {
  Sender sender(reno());
  sender.send({.off_path = true});
  sender.send_many(10);
  ASSERT_TRUE(sender.ack({{0, 0}}));
  EXPECT_EQ(sender.recovery.congestion_window(), 12'000U);
}

TEST(Recovery, FramesSentOffThePathAreFollowedButNotCounted) {
  Sender sender(reno());
  sender.send({.bytes = 80, .off_path = true});
  EXPECT_EQ(sender.recovery.bytes_in_flight(), 0U);
  EXPECT_EQ(sender.recovery.frames_outstanding(), 1U);
  sender.now += 70ms;
  ASSERT_TRUE(sender.ack({{0, 0}}));
  EXPECT_EQ(sequences(sender.outcome.acked), (Sequences{0}));
  EXPECT_FALSE(sender.recovery.rtt().has_sample());
  EXPECT_EQ(sender.recovery.congestion_window(), 12'000U);
}

TEST(Recovery, PacesAfterTheFirstBurst) {
  Sender sender(reno());
  sender.send();
  sender.now += 100ms;
  ASSERT_TRUE(sender.ack({{0, 0}}));
  std::uint64_t first = 1;
  // Grow the window, then see that it does not leave all at once.
  for (int round = 0; round < 3; ++round) {
    while (sender.recovery.next_send_time(datagram)) {
      sender.now = std::max(sender.now, *sender.recovery.next_send_time(datagram));
      sender.send();
    }
    sender.now += 100ms;
    ASSERT_TRUE(sender.ack({{first, sender.next.value() - 1}}));
    first = sender.next.value();
  }
  ASSERT_EQ(sender.recovery.congestion_window(), 96'000U);
  int burst = 0;
  for (; sender.recovery.can_send(sender.now, datagram); ++burst) sender.send();
  EXPECT_EQ(burst, 10);
  // 1.25 x 96,000 bytes in a smoothed round trip.
  const Instant next = *sender.recovery.next_send_time(datagram);
  EXPECT_EQ(next - sender.now, sender.recovery.rtt().smoothed() / 100);
}

TEST(Recovery, WorksUpToTheLastSequence) {
  constexpr std::uint64_t last = ~std::uint64_t{0};
  RecoveryConfig config = reno();
  config.first_sequence = Sequence(last - 5);
  Sender sender(config);
  sender.send_many(4);
  sender.recovery.skip_sequence(Sequence(last - 1));
  sender.next = Sequence(last);
  sender.send();
  sender.now += 10ms;
  EXPECT_FALSE(sender.ack({{0, 0}}));
  EXPECT_FALSE(sender.ack({{last - 1, last}}));
  ASSERT_TRUE(sender.ack({{last, last}, {last - 4, last - 3}}));
  EXPECT_EQ(sequences(sender.outcome.acked), (Sequences{last - 4, last - 3, last}));
  EXPECT_EQ(sequences(sender.outcome.lost), (Sequences{last - 5}));
  sender.now = *sender.recovery.poll_timeout();
  sender.timeout();
  EXPECT_EQ(sequences(sender.outcome.lost), (Sequences{last - 2}));
  EXPECT_EQ(sender.recovery.frames_outstanding(), 0U);
}

TEST(Recovery, DiscardLeavesNothingToAwait) {
  Sender sender;
  sender.send_many(5);
  sender.now = *sender.recovery.poll_timeout();
  sender.timeout();
  sender.recovery.discard();
  EXPECT_EQ(sender.recovery.poll_timeout(), std::nullopt);
  EXPECT_EQ(sender.recovery.bytes_in_flight(), 0U);
  EXPECT_EQ(sender.recovery.probes_owed(), 0U);
  ASSERT_TRUE(sender.ack({{0, 4}}));
  EXPECT_TRUE(sender.outcome.acked.empty());
}

//= STT-RECOVERY-028 test
TEST(Recovery, BoundsTheNumberOfFramesInFlight) {
  RecoveryConfig config;
  config.outstanding_max = 8;
  Sender sender(config);
  for (int i = 0; i < 8; ++i) {
    EXPECT_TRUE(sender.recovery.can_send(sender.now, 40));
    sender.send({.bytes = 40});
  }
  EXPECT_FALSE(sender.recovery.can_send(sender.now, 40));
}

// A long flow with a loss every 50 frames, acknowledged in ranges.
//= STT-RECOVERY-028 test
TEST(Recovery, ASteadyFlowDoesNotAllocate) {
  Sender sender;
  wire::Ack ack;
  ack.ranges.push_back({Sequence(0), Sequence(0)});
  const auto run = [&](int rounds) {
    for (int round = 0; round < rounds; ++round) {
      sender.send_many(2);
      sender.now += 1ms;
      if (sender.next.value() <= 20) continue;
      const Sequence arrived(sender.next.value() - 10);
      if (arrived.value() % 50 == 10) {
        ack.ranges.insert(ack.ranges.begin(), {arrived, arrived});
        if (ack.ranges.size() > 32) ack.ranges.pop_back();
      }
      ack.ranges.front().last = arrived;
      ASSERT_TRUE(sender.recovery.on_ack(sender.now, ack, sender.outcome));
    }
  };
  run(2'000);
  const std::uint64_t before = allocations();
  run(10'000);
  EXPECT_EQ(allocations(), before);
  EXPECT_GT(sender.recovery.counters().frames_lost, 100U);
  EXPECT_LT(sender.recovery.frames_outstanding(), 20U);
}

}  // namespace
}  // namespace stt::recovery
