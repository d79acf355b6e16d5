#include <simulator/engine/event_queue.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include <rapidcheck/gtest.h>

#include <simulator/engine/draws.hpp>

namespace stt::sim {
namespace {

std::vector<std::uint64_t> order_of_simultaneous(EventQueue queue, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) queue.schedule(Instant(1ms), EntityId(0), 0, i);
  std::vector<std::uint64_t> order;
  while (const auto event = queue.pop()) order.push_back(event->argument);
  return order;
}

// A heap is right when it sorts: compared with a sorted list, while it grows and shrinks.
RC_GTEST_PROP(EventQueue, PopsInOrderOfTimeThenId, ()) {
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  Draws draws(seed, 0, "test");
  EventQueue queue;
  std::set<std::pair<std::int64_t, std::uint64_t>> model;
  std::uint64_t argument = 0;
  for (int i = 0; i < 400; ++i) {
    if (draws.chance(600'000)) {
      const Instant at = queue.now() + Duration(static_cast<std::int64_t>(draws.below(20)));
      queue.schedule(at, EntityId(0), 0, ++argument);
      model.emplace(at.time_since_epoch().count(), argument);
    } else if (const auto event = queue.pop()) {
      RC_ASSERT(event->at.time_since_epoch().count() == model.begin()->first);
      RC_ASSERT(event->argument == model.begin()->second);
      model.erase(model.begin());
    } else {
      RC_ASSERT(model.empty());
    }
    RC_ASSERT(queue.size() == model.size());
  }
}

TEST(EventQueue, NowIsTheTimeOfTheLastEvent) {
  EventQueue queue;
  queue.schedule(Instant(3ms), EntityId(0), 0, 0);
  EXPECT_EQ(queue.now(), Instant{});
  EXPECT_EQ(queue.next_at(), Instant(3ms));
  EXPECT_TRUE(queue.pop());
  EXPECT_EQ(queue.now(), Instant(3ms));
  EXPECT_FALSE(queue.pop());
  EXPECT_EQ(queue.popped(), 1U);
}

TEST(EventQueueDeathTest, RefusesThePast) {
  EventQueue queue;
  queue.schedule(Instant(3ms), EntityId(0), 0, 0);
  queue.pop();
  EXPECT_DEATH(queue.schedule(Instant(2ms), EntityId(0), 0, 0), "now_");
}

TEST(EventQueue, KeepsTheOrderOfSimultaneousEvents) {
  const auto order = order_of_simultaneous(EventQueue(), 50);
  EXPECT_TRUE(std::ranges::is_sorted(order));
}

TEST(EventQueue, ShufflesTiesBySeed) {
  const auto once = order_of_simultaneous(EventQueue::with_shuffled_ties(1), 50);
  const auto again = order_of_simultaneous(EventQueue::with_shuffled_ties(1), 50);
  const auto other = order_of_simultaneous(EventQueue::with_shuffled_ties(2), 50);
  EXPECT_FALSE(std::ranges::is_sorted(once));
  EXPECT_EQ(once, again);
  EXPECT_NE(once, other);
}

TEST(EventQueue, ShufflingNeverTouchesTime) {
  EventQueue queue = EventQueue::with_shuffled_ties(7);
  for (int i = 0; i < 100; ++i) queue.schedule(Instant(1ms * (i % 10)), EntityId(0), 0, 0);
  Instant last{};
  while (const auto event = queue.pop()) {
    EXPECT_GE(event->at, last);
    last = event->at;
  }
}

}  // namespace
}  // namespace stt::sim
