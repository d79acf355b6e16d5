#include <simulator/scenario/swarm.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>

#include <simulator/world.hpp>

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
    EXPECT_LE(bytes, 800'000U) << seed;
  }
}

TEST(Swarm, DrawsEverySettingInAShareOfWorlds) {
  constexpr int worlds = 300;
  int shuffles = 0, three_hosts = 0, routed = 0, datagrams = 0, live = 0, slow = 0, echo = 0;
  for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
    const Scenario scenario = draw_scenario(seed);
    const auto some_talk = [&](auto member) {
      return std::ranges::any_of(scenario.conversations,
                                 [&](const Conversation& talk) { return member(talk); });
    };
    shuffles += scenario.shuffle_ties;
    three_hosts += scenario.hosts.size() >= 3;
    routed += !scenario.routers.empty();
    datagrams += some_talk([](const auto& talk) { return talk.datagrams; });
    live += some_talk([](const auto& talk) { return talk.every > Duration{}; });
    slow += some_talk([](const auto& talk) { return talk.read_rate > 0; });
    echo += some_talk([](const auto& talk) { return talk.echo; });
  }
  EXPECT_GE(three_hosts, worlds / 4);
  for (const int count : {shuffles, routed, live, echo}) EXPECT_GE(count, 50);
  for (const int count : {datagrams, slow}) EXPECT_GE(count, 10);
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
    const std::array shares{at_last.loss,    at_last.gilbert_enter, at_last.burst,
                            at_last.reorder, at_last.duplicate,     at_last.corrupt,
                            at_last.tamper,  at_last.truncate,      at_last.hold,
                            at_last.reflect};
    for (const Ppm share : shares) EXPECT_EQ(share, 0U) << seed;
    EXPECT_FALSE(at_last.blocked) << seed;
    EXPECT_TRUE(at_last.swallow.empty()) << seed;
    EXPECT_TRUE(at_last.drop_nth.empty()) << seed;
  }
}

// The worlds are rich, and every one of them ends as it should: a fixed three hundred.
TEST(Swarm, ThreeHundredSeedsCompleteAndShowEverything) {
  constexpr std::uint64_t worlds = 300;
  std::array<int, kind_count> worlds_with{};
  std::vector<int> kinds_in_a_world;
  StateMatrix matrix;
  int crashes = 0, rotations = 0, moves = 0;
  for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
    const Outcome outcome = run(draw_scenario(seed));
    for (const std::string& problem : outcome.problems) {
      ADD_FAILURE() << "seed:" << seed << " " << problem;
    }
    int kinds = 0;
    for (std::size_t i = 0; i < kind_count; ++i) {
      const auto kind = static_cast<Kind>(i);
      const bool here = is_fault(kind) && outcome.counters.count(kind) > 0;
      worlds_with[i] += here;
      kinds += here;
    }
    kinds_in_a_world.push_back(kinds);
    crashes += outcome.counters.count(Kind::restarted) > 0;
    rotations += outcome.rotations > 0;
    moves += outcome.counters.count(Kind::rebound) > 0;
    matrix.add(outcome.matrix);
  }
  std::ranges::nth_element(kinds_in_a_world, kinds_in_a_world.begin() + worlds / 2);
  EXPECT_GE(kinds_in_a_world[worlds / 2], 3);
  EXPECT_GE(crashes, 30);
  EXPECT_GE(rotations, 30);
  EXPECT_GE(moves, 30);
  for (std::size_t i = 0; i < kind_count; ++i) {
    const auto kind = static_cast<Kind>(i);
    // Nobody pauses for so long that a socket fills, and every address of a world belongs to
    // somebody: these two have scenarios and tests of their own.
    const bool elsewhere = kind == Kind::socket_full || kind == Kind::unrouted;
    if (!is_fault(kind) || elsewhere) continue;
    EXPECT_GE(worlds_with[i], 20) << name(kind);
  }
  for (const Situation& situation : situations()) {
    EXPECT_GT(occurrences(matrix, situation), 0U) << situation.name;
  }
}

}  // namespace
}  // namespace stt::sim
