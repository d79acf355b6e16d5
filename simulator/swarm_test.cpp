#include <simulator/swarm.hpp>

#include <gtest/gtest.h>

#include <set>

namespace stt::sim {
namespace {

TEST(Swarm, TheSameSeedDrawsTheSameScenario) {
  const Scenario once = draw_scenario(5);
  const Scenario again = draw_scenario(5);
  EXPECT_EQ(once.links[0].forward.initial.delay, again.links[0].forward.initial.delay);
  EXPECT_EQ(once.conversations.size(), again.conversations.size());
  EXPECT_NE(once.links[0].forward.initial.delay, draw_scenario(6).links[0].forward.initial.delay);
}

TEST(Swarm, StaysWithinItsBudget) {
  for (std::uint64_t seed = 0; seed < 1'000; ++seed) {
    std::uint64_t bytes = 0;
    for (const Conversation& talk : draw_scenario(seed).conversations) {
      bytes += talk.bytes_max * talk.streams * talk.messages * (talk.echo ? 2 : 1);
    }
    EXPECT_LE(bytes, 300'000U) << seed;
  }
}

// Every kind of fault is drawn often, and none of them always.
TEST(Swarm, DrawsEveryFaultInAShareOfWorlds) {
  constexpr int worlds = 300;
  int loss = 0, duplicate = 0, reorder = 0, corrupt = 0, truncate = 0, jitter = 0, parted = 0,
      shrinks = 0, rebinds = 0, rotates = 0, shuffles = 0;
  for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
    const Scenario scenario = draw_scenario(seed);
    const LinkConditions& link = scenario.links[0].forward.initial;
    loss += link.loss > 0;
    duplicate += link.duplicate > 0;
    reorder += link.reorder > 0;
    corrupt += link.corrupt > 0;
    truncate += link.truncate > 0;
    jitter += link.jitter > Duration{};
    for (const LinkChange& change : scenario.links[0].forward.changes) {
      parted += change.sets(&LinkConditions::blocked) && change.values().blocked;
      shrinks += change.sets(&LinkConditions::mtu_bytes);
    }
    rebinds += !scenario.hosts[0].rebinds.empty();
    rotates += scenario.hosts[0].config.rotate_after_bytes < 1'000'000;
    shuffles += scenario.shuffle_ties;
  }
  for (const int count : {loss, duplicate, reorder, corrupt, truncate, jitter, parted, shrinks,
                          rebinds, rotates, shuffles}) {
    EXPECT_GE(count, 30);
    EXPECT_LE(count, worlds - 30);
  }
}

TEST(Swarm, HealsBeforeTheBoundBegins) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const LinkPlan plan = draw_scenario(seed).links[0].forward;
    LinkConditions at_last = plan.initial;
    Duration last{};
    for (const LinkChange& change : plan.changes) {
      EXPECT_GE(change.at, last) << seed;
      last = change.at;
      change.apply(at_last);
    }
    EXPECT_EQ(at_last.loss + at_last.duplicate + at_last.reorder + at_last.corrupt, 0U) << seed;
    EXPECT_FALSE(at_last.blocked) << seed;
  }
}

}  // namespace
}  // namespace stt::sim
