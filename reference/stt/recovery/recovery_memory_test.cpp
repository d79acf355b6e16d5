// What Recovery remembers, and when it forgets it.
#include <gtest/gtest.h>

#include <stt/recovery/driven_sender.hpp>

namespace stt::recovery {
namespace {

// Whether a frame is taken for lost when the third after it is acknowledged: so it is at first.
bool third_later_means_lost(Sender& sender) {
  const std::uint64_t first = sender.next.value();
  sender.send_many(4);
  EXPECT_TRUE(sender.ack({{first + 1, first + 3}}));
  const Sequences lost = sequences(sender.outcome.lost);
  return !lost.empty() && lost.back() == first;
}

// Five datagrams overtake a frame that then arrives after all: five more may from now on.
Sender sender_that_saw_reordering() {
  Sender sender;
  sender.send_many(6);
  sender.now += 80ms;
  EXPECT_TRUE(sender.ack({{1, 5}}));
  EXPECT_TRUE(sender.ack({{0, 5}}));
  EXPECT_EQ(sender.recovery.counters().late_acks, 1U);
  return sender;
}

//= STT-RECOVERY-031 test
TEST(RecoveryMemory, ReorderingIsForgottenAfterSixteenLosses) {
  Sender sender = sender_that_saw_reordering();
  for (int loss = 0; loss < 16; ++loss) {
    const std::uint64_t first = sender.next.value();
    sender.send_many(7);
    ASSERT_TRUE(sender.ack({{first + 1, first + 5}}));
    ASSERT_TRUE(sender.outcome.lost.empty()) << loss;
    ASSERT_TRUE(sender.ack({{first + 1, first + 6}}));
    ASSERT_EQ(sequences(sender.outcome.lost), Sequences{first}) << loss;
  }
  EXPECT_TRUE(third_later_means_lost(sender));
}

TEST(RecoveryMemory, ReorderingOfAnotherPathSaysNothing) {
  Sender sender = sender_that_saw_reordering();
  sender.recovery.on_path_change(false);
  EXPECT_FALSE(third_later_means_lost(sender));
  sender.recovery.on_path_change(true);
  EXPECT_TRUE(third_later_means_lost(sender));
}

// The path may have become longer for good: the next sample is the minimum, however long it is.
TEST(RecoveryMemory, PersistentCongestionForgetsTheShortestRoundTrip) {
  Sender sender(reno());
  sender.send();
  sender.now += 100ms;
  ASSERT_TRUE(sender.ack({{0, 0}}));
  sender.now += 1ms;
  sender.send_many(2);
  sender.now += 3s;
  sender.send_many(2);
  sender.now += 200ms;
  ASSERT_TRUE(sender.ack({{4, 4}}));
  sender.now += 1s;  // the frame before it is lost by time, and with it all of three seconds
  sender.timeout();
  ASSERT_EQ(sender.recovery.counters().persistent_congestions, 1U);
  sender.send();
  sender.now += 300ms;
  ASSERT_TRUE(sender.ack({{5, 5}}));
  EXPECT_EQ(sender.recovery.rtt().minimum(), 300ms);
}

//= STT-RECOVERY-013 test
TEST(RecoveryMemory, AnAcknowledgementEndsProbing) {
  Sender sender;
  sender.send_many(3);
  sender.now = *sender.recovery.poll_timeout();
  sender.timeout();
  ASSERT_EQ(sender.recovery.probes_owed(), 2U);
  ASSERT_TRUE(sender.ack({{0, 0}}));
  EXPECT_EQ(sender.recovery.probes_owed(), 0U);
}

TEST(RecoveryMemory, TheNewestSkippedSequencesAreRemembered) {
  Sender sender;
  sender.send();
  for (std::uint64_t i = 1; i <= 9; ++i) sender.recovery.skip_sequence(Sequence(i));
  sender.next = Sequence(10);
  sender.send();
  for (std::uint64_t i = 2; i <= 9; ++i) EXPECT_FALSE(sender.ack({{i, i}})) << i;
  EXPECT_TRUE(sender.ack({{10, 10}, {0, 0}}));
}

}  // namespace
}  // namespace stt::recovery
