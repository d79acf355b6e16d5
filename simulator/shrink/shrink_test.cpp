#include <simulator/shrink/shrink.hpp>

#include <gtest/gtest.h>

#include <simulator/scenario/catalogue.hpp>
#include <simulator/scenario/recipe.hpp>

namespace stt::sim {
namespace {

// Four hosts, everything goes wrong; what matters is that one link is blocked for good.
constexpr const char* large = R"({
  "name": "large", "purpose": "to be shrunk", "seed": 3,
  "hosts": [{"name": "a"}, {"name": "b"}, {"name": "c"}, {"name": "d", "rebinds": [{"at": "1s", "what": "port"}]}],
  "links": [
    {"between": ["a", "b"], "both": {"loss": "10%", "jitter": "5ms", "delay": "10ms"},
     "changes": [{"at": "20ms", "set": {"duplicate": "10%"}}, {"at": "50ms", "set": {"blocked": true}},
                 {"at": "3s", "set": {"loss": "0%", "jitter": "0ms"}}]},
    {"between": ["a", "c"], "both": {"loss": "10%", "reorder": "20%", "delay": "10ms"}},
    {"between": ["a", "d"], "both": {"duplicate": "10%", "jitter": "3ms"}}],
  "conversations": [
    {"from": "a", "to": "c", "bytes": 30000, "streams": 3},
    {"from": "a", "to": "b", "bytes": 100000},
    {"from": "d", "to": "a", "bytes": 30000, "echo": true}],
  "expect": {"outcome": "completes", "within": "20s"}})";

TEST(Shrink, LeavesWhatTheFailureNeeds) {
  const auto small = shrink(large, {});
  ASSERT_TRUE(small) << small.error();
  EXPECT_TRUE(small->is_minimal);
  EXPECT_EQ(failure_class(small->after), failure_class(small->before));
  EXPECT_LE(small->after.fault_events() * 10, small->before.fault_events());
  const RecipeResult recipe = recipe_of_json(small->scenario);
  ASSERT_TRUE(recipe) << recipe.error() << small->scenario;
  EXPECT_EQ(recipe->scenario.hosts.size(), 2U) << small->scenario;
  EXPECT_EQ(recipe->scenario.conversations.size(), 1U) << small->scenario;
  // It is what was found: the file gives the same failure and the same trace, again and again.
  for (int i = 0; i < 2; ++i) {
    const WorldResult again = run_token(recipe->token);
    EXPECT_EQ(again.trace, small->after.trace);
    EXPECT_EQ(failure_class(again), failure_class(small->before));
  }
}

// A world that fails although its network heals must not become one that fails because it is cut.
TEST(Shrink, FindsNoExcuseInTheNetwork) {
  std::string heals = large;
  const std::string forever = R"({"at": "50ms", "set": {"blocked": true}})";
  heals.replace(
      heals.find(forever), forever.size(),
      R"({"at": "50ms", "set": {"blocked": true}}, {"at": "4s", "set": {"blocked": false}})");
  heals.replace(heals.find(R"("within": "20s")"), 15, R"("within": "1ms")");
  const auto small = shrink(heals, {});
  ASSERT_TRUE(small) << small.error();
  EXPECT_EQ(small->after.late_drops, small->before.late_drops);
  EXPECT_FALSE(small->after.late_drops[static_cast<std::size_t>(Kind::unrouted)]);
}

TEST(Shrink, TheSameFileGivesTheSameResult) {
  EXPECT_EQ(shrink(large, {})->scenario, shrink(large, {})->scenario);
}

TEST(Shrink, StoppedItKeepsWhatItHas) {
  std::uint64_t tried = 0;
  ShrinkPlan plan;
  plan.should_stop = [&] { return tried >= 10; };
  plan.tried = [&](const WorldResult&, bool) { ++tried; };
  const auto small = shrink(large, plan);
  ASSERT_TRUE(small) << small.error();
  EXPECT_FALSE(small->is_minimal);
  EXPECT_EQ(failure_class(small->after), failure_class(small->before));
}

TEST(Shrink, RefusesWhatDoesNotFail) {
  EXPECT_FALSE(shrink(std::string(shipped_scenarios()[0].json), {}));
  EXPECT_FALSE(shrink("{}", {}));
}

}  // namespace
}  // namespace stt::sim
