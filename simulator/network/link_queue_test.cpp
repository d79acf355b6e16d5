#include <simulator/network/link_queue.hpp>

#include <gtest/gtest.h>

namespace stt::sim {
namespace {

QueuedPacket packet(std::uint64_t number, std::uint32_t bytes, Instant since = {}) {
  QueuedPacket packet;
  packet.number = number;
  packet.bytes = bytes;
  packet.since = since;
  return packet;
}

TEST(LinkQueue, IsFirstInFirstOut) {
  LinkQueue queue;
  std::vector<QueuedPacket> dropped;
  std::uint64_t in = 0;
  std::uint64_t out = 0;
  for (int round = 0; round < 3'000; ++round) {
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(queue.push(packet(in++, 10), {}));
    for (int i = 0; i < 2; ++i) ASSERT_EQ(queue.pop({}, {}, dropped)->number, out++);
    ASSERT_EQ(queue.packets(), in - out);
    ASSERT_EQ(queue.bytes(), 10 * (in - out));
  }
  while (const auto each = queue.pop({}, {}, dropped)) EXPECT_EQ(each->number, out++);
  EXPECT_EQ(in, out);
  EXPECT_TRUE(queue.empty());
}

TEST(LinkQueue, RefusesWhatDoesNotFit) {
  LinkQueue queue;
  const LinkConditions bytes{.limit_bytes = 100};
  EXPECT_TRUE(queue.push(packet(1, 60), bytes));
  EXPECT_FALSE(queue.push(packet(2, 60), bytes));
  EXPECT_TRUE(queue.push(packet(3, 40), bytes));
  const LinkConditions packets{.limit_packets = 2};
  EXPECT_FALSE(queue.push(packet(4, 1), packets));
  EXPECT_EQ(queue.packets(), 2U);
}

class CoDel : public testing::Test {
 protected:
  // One packet a millisecond, each of which has waited for `sojourn` or longer; how many drops.
  std::size_t drops(Duration sojourn, int packets_in, std::uint32_t bytes = 1'500) {
    LinkQueue queue;
    std::vector<QueuedPacket> dropped;
    for (int i = 0; i < packets_in; ++i) {
      const Instant now(1ms * i);
      // Enough that the queue never runs empty, whatever is dropped.
      for (int k = 0; k < 3; ++k) {
        EXPECT_TRUE(queue.push(packet(0, bytes, now - sojourn), conditions));
      }
      if (!queue.pop(now, conditions, dropped)) ADD_FAILURE() << "empty";
      times.resize(dropped.size(), now);
    }
    return dropped.size();
  }
  LinkConditions conditions{.queue = QueueKind::codel, .limit_bytes = 1U << 30};
  std::vector<Instant> times;
};

TEST_F(CoDel, DropsNothingBelowItsTarget) {
  EXPECT_EQ(drops(-1h, 1'000), 0U);  // they seem to have come just now
}

TEST_F(CoDel, WaitsForAnIntervalAboveItsTarget) {
  EXPECT_EQ(drops(6ms, 100), 0U);
  EXPECT_EQ(drops(6ms, 102), 1U);
}

// The control law: the n-th drop follows the one before after interval / sqrt(n).
TEST_F(CoDel, DropsFasterAndFaster) {
  drops(6ms, 1'000);
  ASSERT_GT(times.size(), 5U);
  EXPECT_EQ(times[0], Instant(100ms));
  EXPECT_EQ(times[1], Instant(200ms));
  EXPECT_EQ(times[2], Instant(271ms));  // 200 + 100 / sqrt(2) = 270.7
  EXPECT_EQ(times[3], Instant(329ms));  // + 100 / sqrt(3) = 328.4
}

}  // namespace
}  // namespace stt::sim
