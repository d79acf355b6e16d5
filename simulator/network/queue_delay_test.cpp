#include <simulator/network/queue_delay.hpp>

#include <gtest/gtest.h>

namespace stt::sim {
namespace {

class Packets {
 public:
  QueueDelay delays{1'000, 10ms};

  void send(std::uint64_t number, Instant at, std::size_t bytes = 1'000) {
    const Bytes content(bytes);
    delays.observe({at, EntityId(1), Kind::sent, number, content});
  }
  void deliver(std::uint64_t number, Instant at) {
    delays.observe({at, EntityId(2), Kind::delivered, number, {}});
  }
};

TEST(QueueDelay, IsWhatExceedsAnEmptyLink) {
  Packets packets;
  EXPECT_EQ(packets.delays.percentile(99), 0ms);
  for (std::uint64_t i = 1; i <= 100; ++i) {
    packets.send(i, Instant(i * 1s));
    packets.deliver(i, Instant(i * 1s + 10ms + i * 100us));
  }
  EXPECT_EQ(packets.delays.percentile(50), 5ms);
  EXPECT_EQ(packets.delays.percentile(99), 9900us);
  EXPECT_EQ(packets.delays.percentile(100), 10ms);
}

TEST(QueueDelay, LeavesOutSmallPacketsAndWhatIsDropped) {
  Packets packets;
  packets.send(1, Instant(1s), 60);
  packets.deliver(1, Instant(2s));
  packets.send(2, Instant(1s));
  packets.delays.observe({Instant(2s), EntityId(3), Kind::queue_full, 2, {}});
  packets.send(3, Instant(1s));
  packets.deliver(3, Instant(1s + 12ms));
  EXPECT_EQ(packets.delays.percentile(100), 2ms);
}

}  // namespace
}  // namespace stt::sim
