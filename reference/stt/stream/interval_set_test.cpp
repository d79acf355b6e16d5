#include <stt/stream/interval_set.hpp>

#include <algorithm>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace stt::stream {
namespace {

std::vector<Interval> all(const IntervalSet& set) {
  return {set.intervals().begin(), set.intervals().end()};
}

TEST(IntervalSet, JoinsWhatOverlapsOrTouches) {
  IntervalSet set;
  set.add({10, 20});
  set.add({30, 40});
  set.add({20, 30});
  EXPECT_EQ(all(set), (std::vector<Interval>{{10, 40}}));
  set.add({41, 50});
  EXPECT_EQ(all(set), (std::vector<Interval>{{10, 40}, {41, 50}}));
}

TEST(IntervalSet, CutsAHoleIntoOneIntervalAndPiecesOffSeveral) {
  IntervalSet set;
  set.add({10, 40});
  set.remove({20, 30});
  EXPECT_EQ(all(set), (std::vector<Interval>{{10, 20}, {30, 40}}));
  set.remove({15, 35});
  EXPECT_EQ(all(set), (std::vector<Interval>{{10, 15}, {35, 40}}));
}

TEST(IntervalSet, AnEmptyIntervalChangesNothing) {
  IntervalSet set;
  set.add({5, 5});
  EXPECT_TRUE(set.empty());
  set.add({1, 9});
  set.remove({5, 5});
  EXPECT_EQ(all(set), (std::vector<Interval>{{1, 9}}));
}

// Goal: it holds the positions that a plain set of numbers holds, in as few intervals as possible.
RC_GTEST_PROP(IntervalSet, IsASetOfPositions, ()) {
  IntervalSet set;
  std::set<std::uint64_t> model;
  const auto steps = *rc::gen::inRange(1, 60);
  for (int i = 0; i < steps; ++i) {
    const auto first = *rc::gen::inRange<std::uint64_t>(0, 100);
    const Interval interval{first, first + *rc::gen::inRange<std::uint64_t>(0, 20)};
    const bool adds = *rc::gen::arbitrary<bool>();
    if (adds) set.add(interval);
    if (!adds) set.remove(interval);
    for (std::uint64_t at = interval.first; at < interval.end; ++at) {
      if (adds) model.insert(at);
      if (!adds) model.erase(at);
    }
    std::set<std::uint64_t> held;
    std::uint64_t free_from = 0;
    for (const Interval& part : set.intervals()) {
      RC_ASSERT(part.first < part.end && part.first >= free_from);
      free_from = part.end + 1;
      for (std::uint64_t at = part.first; at < part.end; ++at) held.insert(at);
    }
    RC_ASSERT(held == model);
    RC_ASSERT(set.empty() == model.empty());
  }
}

}  // namespace
}  // namespace stt::stream
