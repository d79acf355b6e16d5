#include <simulator/scenario/scenario_writer.hpp>

#include <gtest/gtest.h>

#include <algorithm>

#include <simulator/scenario/catalogue.hpp>
#include <simulator/scenario/scenario_json.hpp>
#include <simulator/scenario/swarm.hpp>
#include <simulator/world.hpp>

namespace stt::sim {
namespace {

// What is written is read as the same world: shrinking lives from that. Whoever gives scenarios a
// new field is told here that it is not written.
TEST(WriteScenario, IsReadAsTheSameWorld) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    const Scenario drawn = draw_scenario(seed);
    const std::string written = write_scenario(drawn);
    const auto read = parse_scenario(written);
    ASSERT_TRUE(read) << read.error().text() << "\n" << written;
    EXPECT_EQ(write_scenario(*read), written);
    EXPECT_EQ(run(*read).trace, run(drawn).trace) << written;
  }
}

class ShippedAreWritten : public testing::TestWithParam<ShippedScenario> {};

TEST_P(ShippedAreWritten, AsTheyWereRead) {
  const auto original = parse_scenario(GetParam().json);
  ASSERT_TRUE(original);
  const std::string written = write_scenario(*original);
  const auto read = parse_scenario(written);
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(write_scenario(*read), written);
  EXPECT_EQ(read->expectation.failure, original->expectation.failure);
  EXPECT_EQ(read->expectation.occurs.size(), original->expectation.occurs.size());
}

INSTANTIATE_TEST_SUITE_P(World, ShippedAreWritten,
                         testing::ValuesIn(shipped_scenarios().begin(), shipped_scenarios().end()),
                         [](const auto& each) {
                           std::string name(each.param.name);
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

TEST(WriteScenario, LeavesOutWhatIsAsByDefault) {
  const auto scenario = parse_scenario(R"({"name": "a", "purpose": "b", "hosts": [{"name": "x"}],
      "links": [], "conversations": [], "expect": {"outcome": "completes"}})");
  ASSERT_TRUE(scenario);
  EXPECT_EQ(write_scenario(*scenario), R"({
  "name": "a",
  "purpose": "b",
  "seed": 1,
  "hosts": [
    {
      "name": "x"
    }
  ],
  "links": [],
  "conversations": [],
  "expect": {
    "outcome": "completes"
  }
}
)");
}

}  // namespace
}  // namespace stt::sim
