#include <stt/recovery/ack_tracker.hpp>

#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace stt::recovery {
namespace {

using wire::SequenceRange;

constexpr Instant start(1s);

SequenceRange range(std::uint64_t first, std::uint64_t last) {
  return {Sequence(first), Sequence(last)};
}

std::vector<SequenceRange> ranges(const AckTracker& tracker) {
  const wire::Ack ack = tracker.make_ack(start + 1h);
  return {ack.ranges.begin(), ack.ranges.end()};
}

AckTracker with(std::initializer_list<std::uint64_t> sequences) {
  AckTracker tracker(25ms);
  for (const std::uint64_t sequence : sequences) {
    tracker.on_received(start, Sequence(sequence), true);
  }
  return tracker;
}

//= STT-RECOVERY-002 test
TEST(AckTracker, OwesOneFrameAnAckWithinTheDelay) {
  AckTracker tracker(25ms);
  EXPECT_TRUE(tracker.empty());
  EXPECT_EQ(tracker.ack_deadline(), std::nullopt);
  tracker.on_received(start, Sequence(0), true);
  EXPECT_TRUE(tracker.has_anything_to_acknowledge());
  EXPECT_EQ(tracker.ack_deadline(), start + 25ms);
  EXPECT_FALSE(tracker.ack_due(start + 24ms));
  EXPECT_TRUE(tracker.ack_due(start + 25ms));
}

//= STT-RECOVERY-003 test
TEST(AckTracker, OwesTheSecondFrameAnAckAtOnce) {
  AckTracker tracker = with({0});
  tracker.on_received(start + 5ms, Sequence(1), true);
  EXPECT_EQ(tracker.ack_deadline(), start + 5ms);
  tracker.on_ack_sent(Sequence(0));
  EXPECT_FALSE(tracker.has_anything_to_acknowledge());
  tracker.on_received(start + 6ms, Sequence(2), true);
  EXPECT_EQ(tracker.ack_deadline(), start + 31ms);
}

//= STT-RECOVERY-004 test
TEST(AckTracker, OwesDisorderAnAckAtOnce) {
  AckTracker tracker = with({0});
  tracker.on_ack_sent(Sequence(0));
  tracker.on_received(start + 1ms, Sequence(2), true);  // leaves a gap
  EXPECT_TRUE(tracker.ack_due(start + 1ms));
  tracker.on_ack_sent(Sequence(1));
  tracker.on_received(start + 2ms, Sequence(1), true);  // fills it
  EXPECT_TRUE(tracker.ack_due(start + 2ms));
  tracker.on_ack_sent(Sequence(2));
  tracker.on_received(start + 3ms, Sequence(3), true);
  EXPECT_FALSE(tracker.ack_due(start + 3ms));
}

TEST(AckTracker, OwesTheFirstFrameAnAckAtOnceIfItIsNotSequenceZero) {
  EXPECT_TRUE(with({1}).ack_due(start));
  EXPECT_FALSE(with({0}).ack_due(start));
}

TEST(AckTracker, AckOnlyFramesAndRepeatsOweNothing) {
  AckTracker tracker(25ms);
  tracker.on_received(start, Sequence(0), false);
  tracker.on_received(start, Sequence(5), false);
  EXPECT_FALSE(tracker.has_anything_to_acknowledge());
  tracker.on_received(start, Sequence(5), true);
  EXPECT_FALSE(tracker.has_anything_to_acknowledge());
  EXPECT_EQ(ranges(tracker), (std::vector{range(5, 5), range(0, 0)}));
}

TEST(AckTracker, JoinsRangesOnAllSides) {
  EXPECT_EQ(ranges(with({0, 1, 2})), (std::vector{range(0, 2)}));
  EXPECT_EQ(ranges(with({5, 4, 3})), (std::vector{range(3, 5)}));
  EXPECT_EQ(ranges(with({0, 2, 4})), (std::vector{range(4, 4), range(2, 2), range(0, 0)}));
  EXPECT_EQ(ranges(with({0, 2, 4, 3})), (std::vector{range(2, 4), range(0, 0)}));
  EXPECT_EQ(ranges(with({0, 2, 4, 3, 1})), (std::vector{range(0, 4)}));
}

TEST(AckTracker, WorksUpToTheLastSequence) {
  constexpr std::uint64_t last = ~std::uint64_t{0};
  AckTracker tracker = with({last - 3, last, last - 1});
  EXPECT_EQ(ranges(tracker), (std::vector{range(last - 1, last), range(last - 3, last - 3)}));
  tracker.on_received(start, Sequence(0), true);
  EXPECT_EQ(ranges(tracker).back(), range(0, 0));
}

TEST(AckTracker, TellsTheDelayOfTheLargest) {
  AckTracker tracker(25ms);
  tracker.on_received(start, Sequence(7), true);
  tracker.on_received(start + 4ms, Sequence(3), true);
  EXPECT_EQ(tracker.make_ack(start + 5ms + 900ns).delay_us, 5'000U);
}

//= STT-RECOVERY-005 test
//= STT-RECOVERY-041 test
TEST(AckTracker, KeepsTheNewestSixtyFourRanges) {
  AckTracker tracker(25ms);
  for (std::uint64_t i = 0; i < 100; ++i) tracker.on_received(start, Sequence(10 + 2 * i), true);
  std::vector<SequenceRange> kept = ranges(tracker);
  ASSERT_EQ(kept.size(), 64U);
  EXPECT_EQ(kept.front(), range(208, 208));
  EXPECT_EQ(kept.back(), range(82, 82));
  tracker.on_ack_sent(Sequence(0));
  tracker.on_received(start, Sequence(3), true);  // older than all 64
  EXPECT_EQ(ranges(tracker), kept);
  EXPECT_FALSE(tracker.has_anything_to_acknowledge());
  tracker.on_received(start, Sequence(300), true);
  kept = ranges(tracker);
  ASSERT_EQ(kept.size(), 64U);
  EXPECT_EQ(kept.front(), range(300, 300));
  EXPECT_EQ(kept.back(), range(84, 84));
}

//= STT-RECOVERY-006 test
TEST(AckTracker, ForgetsWhatThePeerHasSeenReported) {
  AckTracker tracker = with({0, 2, 4, 6});
  tracker.on_ack_sent(Sequence(9));
  tracker.on_received(start, Sequence(8), true);
  wire::Ack other;
  other.ranges = {range(5, 8)};
  tracker.on_peer_ack(other);  // says nothing of frame 9
  EXPECT_EQ(ranges(tracker).size(), 5U);
  wire::Ack confirms;
  confirms.ranges = {range(8, 9)};
  tracker.on_peer_ack(confirms);
  EXPECT_EQ(ranges(tracker), (std::vector{range(8, 8), range(6, 6)}));
  // A frame below that arrives only now was never reported, and still is.
  tracker.on_received(start, Sequence(3), true);
  EXPECT_EQ(ranges(tracker).back(), range(3, 3));
  EXPECT_TRUE(tracker.ack_due(start));
}

TEST(AckTracker, FollowsAnotherAckWhenOneIsLost) {
  AckTracker tracker = with({0, 2});
  tracker.on_ack_sent(Sequence(0));  // this one is lost
  wire::Ack later;
  later.ranges = {range(1, 1)};
  tracker.on_peer_ack(later);
  EXPECT_EQ(ranges(tracker).size(), 2U);
  tracker.on_ack_sent(Sequence(2));
  later.ranges = {range(1, 2)};
  tracker.on_peer_ack(later);
  EXPECT_EQ(ranges(tracker), (std::vector{range(2, 2)}));
}

// The model is the plain set of what came; the tracker must report exactly its newest 64 runs.
RC_GTEST_PROP(AckTrackerModel, ReportsTheNewestRunsOfTheSet,
              (const std::vector<std::uint8_t>& arrivals)) {
  RC_PRE(!arrivals.empty());
  AckTracker tracker(25ms);
  std::set<std::uint64_t> model;
  for (const std::uint8_t arrival : arrivals) {
    tracker.on_received(start, Sequence(arrival), true);
    model.insert(arrival);
  }
  std::vector<SequenceRange> expected;
  for (auto it = model.rbegin(); it != model.rend(); ++it) {
    if (!expected.empty() && expected.back().first.value() == *it + 1) {
      expected.back().first = Sequence(*it);
    } else {
      expected.push_back(range(*it, *it));
    }
  }
  if (expected.size() <= wire::ack_ranges_max) RC_ASSERT(ranges(tracker) == expected);
  const wire::Ack ack = tracker.make_ack(start);
  Bytes buffer(wire::encoded_size(ack));
  wire::Writer writer(buffer);
  wire::encode(writer, ack);
  RC_ASSERT(wire::decode_control(buffer).has_value());
}

}  // namespace
}  // namespace stt::recovery
