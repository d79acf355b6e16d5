#include <simulator/inspect/difference.hpp>

#include <gtest/gtest.h>

#include <sstream>

#include <simulator/scenario/catalogue.hpp>
#include <simulator/scenario/recipe.hpp>
#include <simulator/trace/json_trace.hpp>
#include <simulator/world.hpp>
#include <stt/base/hex.hpp>

namespace stt::sim {
namespace {

std::string trace_file(const Scenario& scenario) {
  std::ostringstream out;
  JsonTrace trace(out);
  RunOptions options;
  options.observers.push_back(&trace);
  run(scenario, options);
  return out.str();
}

TEST(Checkpoints, EndWithTheTraceHash) {
  const Scenario scenario = recipe_of_seed(1).scenario;
  const auto checkpoints = checkpoints_of(scenario, 100);
  ASSERT_GT(checkpoints.size(), 2U);
  EXPECT_EQ(checkpoints[0].events, 100U);
  EXPECT_EQ(checkpoints.back().hash, to_hex(run(scenario).trace));
  EXPECT_EQ(parse_checkpoint(to_json_line(checkpoints[1])), checkpoints[1]);
  for (const char* line : {"", "{}", "{\"checkpoint\":1}", "{\"checkpoint\":\"1\"}"}) {
    EXPECT_FALSE(parse_checkpoint(line)) << line;
  }
}

TEST(Difference, ThereIsNoneBetweenARunAndItself) {
  const Scenario scenario = recipe_of_seed(2).scenario;
  EXPECT_FALSE(first_difference(scenario, scenario));
}

// The checkpoints narrow it down to the same event that a walk over both traces finds.
TEST(Difference, IsTheFirstEventThatDiffers) {
  const Scenario a = recipe_of_shipped("many-streams")->scenario;
  Scenario b = a;
  b.conversations.back().bytes_max += 1;
  b.conversations.back().bytes_min += 1;
  const auto found = first_difference(a, b);
  ASSERT_TRUE(found);
  EXPECT_NE(found->in_a, found->in_b);
  std::istringstream trace_a(trace_file(a));
  std::istringstream trace_b(trace_file(b));
  const auto walked = first_difference(trace_a, trace_b);
  ASSERT_TRUE(walked);
  EXPECT_EQ(found->events.first, walked->events.first);
  EXPECT_EQ(found->in_a, walked->in_a);
  EXPECT_EQ(found->in_b, walked->in_b);
}

TEST(Difference, OneRunMayEndBeforeTheOther) {
  std::istringstream shorter("1\n2\n");
  std::istringstream longer("1\n2\n3\n");
  const auto found = first_difference(shorter, longer);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->events.first, 3U);
  EXPECT_EQ(found->in_a, "");
  EXPECT_EQ(found->in_b, "3");
}

TEST(Difference, CheckpointsOfTwoBuildsBoundIt) {
  const std::vector<Checkpoint> a{{100, 1s, "aa"}, {200, 2s, "bb"}, {300, 3s, "cc"}};
  std::vector<Checkpoint> b = a;
  EXPECT_FALSE(first_difference(a, b));
  b[1].hash = "other";
  const auto found = first_difference(a, b);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->events.first, 101U);
  EXPECT_EQ(found->events.last, 200U);
}

}  // namespace
}  // namespace stt::sim
