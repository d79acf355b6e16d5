// Every way to lose any of the first twelve packets, and every way to deliver, drop, double or swap
// the first six: of a handshake, and of the end of a stream. With sanitizers this would take
// minutes, so only the optimised build runs it.
#include <simulator/exhaustive.hpp>

#include <gtest/gtest.h>

#include <simulator/world.hpp>

namespace stt::sim {
namespace {

const std::vector<Fate> keep_or_drop{Fate::deliver, Fate::drop};
const std::vector<Fate> anything{Fate::deliver, Fate::drop, Fate::duplicate, Fate::swap};

class EveryWorld : public testing::TestWithParam<Moment> {
 protected:
  void run_all(const Enumeration& enumeration) {
    const auto problems = run_small_worlds(enumeration, 0, world_count(enumeration));
    EXPECT_TRUE(problems.empty()) << problems.size() << " problems, the first: " << problems[0];
  }
};

TEST_P(EveryWorld, SurvivesEveryLossOfTwelvePackets) {
  run_all({GetParam(), keep_or_drop, 12});
}

TEST_P(EveryWorld, SurvivesEverythingThatMayHappenToSix) {
  run_all({GetParam(), anything, 6});
}

INSTANTIATE_TEST_SUITE_P(Of, EveryWorld, testing::Values(Moment::handshake, Moment::stream_close),
                         [](const auto& each) {
                           return each.param == Moment::handshake ? "AHandshake" : "AStreamsClose";
                         });

TEST(SmallWorld, CountsInTheBaseOfItsChoices) {
  const Enumeration enumeration{Moment::handshake, anything, 3};
  EXPECT_EQ(world_count(enumeration), 64U);
  const Scenario scenario = small_world(enumeration, 1 + 4 * 3 + 16 * 2, 5);
  ASSERT_TRUE(scenario.fates);
  EXPECT_EQ(scenario.fates->first, 5U);
  EXPECT_EQ(scenario.fates->fates, (std::vector<Fate>{Fate::drop, Fate::swap, Fate::duplicate}));
}

TEST(SmallWorld, DoesToItsPacketsWhatItsNumberSays) {
  const std::uint64_t first = first_packet(Moment::stream_close);
  EXPECT_GT(first, 4U);  // after the four messages of the handshake
  const Enumeration enumeration{Moment::stream_close, anything, 6};
  const Outcome outcome = run(small_world(enumeration, 1 + 4 * 2 + 16 * 3, first));
  EXPECT_TRUE(outcome.as_expected());
  EXPECT_EQ(outcome.counters.count(Kind::lost_by_number), 1U);
  EXPECT_EQ(outcome.counters.count(Kind::duplicated), 1U);
  EXPECT_EQ(outcome.counters.count(Kind::reordered), 1U);
}

}  // namespace
}  // namespace stt::sim
