#include <simulator/campaign/world_result.hpp>

#include <gtest/gtest.h>

#include <simulator/scenario/recipe.hpp>
#include <simulator/world.hpp>
#include <stt/base/hex.hpp>

namespace stt::sim {
namespace {

TEST(WorldResult, IsWhatTheWorldGives) {
  const WorldResult result = run_token("scenario:drop-rate:1");
  const Outcome outcome = run(recipe_of_token("scenario:drop-rate:1")->scenario);
  EXPECT_EQ(result.verdict, Verdict::pass);
  EXPECT_EQ(result.trace, to_hex(outcome.trace));
  EXPECT_EQ(result.events, outcome.events);
  EXPECT_EQ(result.faults[static_cast<std::size_t>(Kind::lost)],
            outcome.counters.count(Kind::lost));
  EXPECT_EQ(result.faults[static_cast<std::size_t>(Kind::sent)], 0U);
  EXPECT_GE(result.fault_events(), outcome.counters.count(Kind::lost));
  EXPECT_EQ(parse_states(to_json(result.states)), result.states);
  EXPECT_NE(result.states, FaultsByState{});
  EXPECT_FALSE(parse_states("{\"lost\":3}"));
}

TEST(WorldResult, SurvivesTheWayBetweenProcesses) {
  WorldResult result = run_token("seed:3");
  result.problems = {"at 5 us: \"odd\" \n text", "another"};
  result.verdict = Verdict::fail;
  const auto again = parse_wire_json(wire_json(result));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->same_as(result));
  EXPECT_EQ(again->cpu_us, result.cpu_us);
  EXPECT_EQ(wire_json(result).find('\n'), std::string::npos);
}

TEST(WorldResult, RefusesWhatIsNone) {
  for (const char* line : {"", "[]", "{}", R"({"verdict":"maybe"})", R"({"verdict":"pass"})"}) {
    EXPECT_FALSE(parse_wire_json(line)) << line;
  }
}

TEST(WorldResult, CostIsNotPartOfIt) {
  const WorldResult result = run_token("seed:3");
  WorldResult dearer = result;
  dearer.cpu_us += 1'000;
  EXPECT_TRUE(dearer.same_as(result));
  dearer.events += 1;
  EXPECT_FALSE(dearer.same_as(result));
}

TEST(WorldResult, OneCauseIsOneClass) {
  WorldResult one;
  one.problems = {"at 17 us: host 3: read: stream.closed", "conversation 1 fails"};
  WorldResult other;
  other.problems = {"at 99123 us: host 0: read: stream.closed"};
  EXPECT_EQ(failure_class(one), failure_class(other));
  other.problems = {"at 17 us: host 3: read: stream.reset"};
  EXPECT_NE(failure_class(one), failure_class(other));
}

TEST(WorldResult, ATokenThatIsNoneFails) {
  EXPECT_EQ(run_token("seed:x").verdict, Verdict::fail);
}

}  // namespace
}  // namespace stt::sim
