// Whole worlds: what ships ends as it says, and a seed always gives the same.
#include <simulator/world.hpp>

#include <gtest/gtest.h>

#include <algorithm>

#include <simulator/scenario/catalogue.hpp>
#include <simulator/scenario/recipe.hpp>
#include <simulator/scenario/swarm.hpp>
#include <simulator/trace/trace_hashes.hpp>

namespace stt::sim {
namespace {

std::string problems(const Outcome& outcome) {
  std::string text;
  for (const std::string& problem : outcome.problems) text += problem + "\n";
  return text;
}

class Shipped : public testing::TestWithParam<ShippedScenario> {};

TEST_P(Shipped, EndsAsItsFileSaysAndReplaysFromItsToken) {
  const RecipeResult recipe = recipe_of_shipped(GetParam().name);
  ASSERT_TRUE(recipe) << recipe.error();
  const Outcome outcome = run(recipe->scenario);
  EXPECT_TRUE(outcome.as_expected()) << problems(outcome);
  const RecipeResult again = recipe_of_token(recipe->token);
  ASSERT_TRUE(again);
  EXPECT_EQ(run(again->scenario).trace, outcome.trace);
}

INSTANTIATE_TEST_SUITE_P(World, Shipped,
                         testing::ValuesIn(shipped_scenarios().begin(), shipped_scenarios().end()),
                         [](const auto& each) {
                           std::string name(each.param.name);
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

TEST(World, SeedsComplete) {
  for (std::uint64_t seed = 100; seed < 160; ++seed) {
    const Outcome outcome = run(draw_scenario(seed));
    EXPECT_TRUE(outcome.as_expected()) << "seed:" << seed << "\n" << problems(outcome);
  }
}

TEST(World, ASeedAloneAndAmongOthersGivesTheSame) {
  const std::string alone = trace_hash(3);
  trace_hash(4);
  EXPECT_EQ(trace_hash(3), alone);
  EXPECT_NE(trace_hash(4), alone);
}

// Two nodes with different seeds: silence, not so much as one packet back.
TEST(World, AWrongSeedIsMetWithSilence) {
  Scenario scenario = recipe_of_shipped("wrong-seed")->scenario;
  const Outcome outcome = run(scenario);
  EXPECT_TRUE(outcome.as_expected()) << problems(outcome);
  EXPECT_EQ(outcome.nodes.at(1).datagrams_sent, 0U);
  EXPECT_GT(outcome.nodes.at(1).datagrams_received, 0U);
}

TEST(World, MovesAFileOfAnySize) {
  for (const std::size_t size : {0U, 1U, 65'536U, 300'000U}) {
    Scenario scenario = recipe_of_shipped("lossy-file")->scenario;
    scenario.expectation.occurs.clear();
    const Bytes file(size, std::byte{0x5A});
    RunOptions options;
    options.file = file;
    const Outcome outcome = run(scenario, options);
    EXPECT_TRUE(outcome.as_expected()) << size << "\n" << problems(outcome);
    EXPECT_EQ(outcome.tally.digests_equal, 1U) << size;
    EXPECT_EQ(outcome.tally.bytes_delivered, size);
  }
}

TEST(World, NoticesWhenTheExpectationIsWrong) {
  Scenario scenario = recipe_of_shipped("simple-p2p")->scenario;
  scenario.expectation.failure = Errc::handshake_timeout;
  EXPECT_FALSE(run(scenario).as_expected());
  scenario.expectation.failure.reset();
  scenario.expectation.occurs = {{Kind::lost, 1}};
  EXPECT_FALSE(run(scenario).as_expected());
  scenario.expectation.occurs.clear();
  scenario.links[0].back.initial.blocked = true;
  EXPECT_FALSE(run(scenario).as_expected());
}

}  // namespace
}  // namespace stt::sim
