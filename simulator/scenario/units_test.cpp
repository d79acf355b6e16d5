#include <simulator/scenario/units.hpp>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace stt::sim {
namespace {

TEST(ParseDuration, KnowsItsUnits) {
  EXPECT_EQ(parse_duration("5ns"), 5ns);
  EXPECT_EQ(parse_duration("250us"), 250us);
  EXPECT_EQ(parse_duration("10ms"), 10ms);
  EXPECT_EQ(parse_duration("1.5s"), 1500ms);
  EXPECT_EQ(parse_duration("0.000000001s"), 1ns);
  EXPECT_EQ(parse_duration("2min"), 120s);
}

TEST(ParseDuration, RefusesTheRest) {
  for (const char* text : {"", "5", "ms", "-1ms", "1 ms", "1.ms", ".5s", "0.5ns", "1h", "1e3s",
                           "0.0000000001s", "99999999999999999999s", "1.2.3s"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(ParseShare, IsExactInPartsPerMillion) {
  EXPECT_EQ(parse_share("0%"), 0U);
  EXPECT_EQ(parse_share("10%"), 100'000U);
  EXPECT_EQ(parse_share("0.01%"), 100U);
  EXPECT_EQ(parse_share("0.0001%"), 1U);
  EXPECT_EQ(parse_share("100%"), ppm_always);
  for (const char* text : {"", "10", "%", "101%", "0.00001%", "-1%", "1,5%"}) {
    EXPECT_FALSE(parse_share(text)) << text;
  }
}

TEST(ParseRate, IsInBitsPerSecond) {
  EXPECT_EQ(parse_rate("56kbit"), 56'000U);
  EXPECT_EQ(parse_rate("2.5mbit"), 2'500'000U);
  EXPECT_EQ(parse_rate("10gbit"), 10'000'000'000U);
  EXPECT_EQ(parse_rate("unlimited"), 0U);
  for (const char* text : {"", "0mbit", "10", "10MB", "2000gbit", "0.5bit"}) {
    EXPECT_FALSE(parse_rate(text)) << text;
  }
}

TEST(Units, AreWrittenAsTheyAreRead) {
  EXPECT_EQ(duration_text(0s), "0ns");
  EXPECT_EQ(duration_text(1'500us), "1500us");
  EXPECT_EQ(duration_text(90s), "90s");
  EXPECT_EQ(duration_text(2min), "2min");
  EXPECT_EQ(share_text(0), "0%");
  EXPECT_EQ(share_text(5'000), "0.5%");
  EXPECT_EQ(share_text(1), "0.0001%");
  EXPECT_EQ(share_text(1'000'000), "100%");
  EXPECT_EQ(rate_text(0), "unlimited");
  EXPECT_EQ(rate_text(2'500'000), "2500kbit");
}

RC_GTEST_PROP(Units, SurviveWritingAndReading, ()) {
  const Duration duration(*rc::gen::inRange<Duration::rep>(0, 3'000'000'000'000));
  RC_ASSERT(parse_duration(duration_text(duration)) == duration);
  const Ppm share = *rc::gen::inRange<Ppm>(0, ppm_always + 1);
  RC_ASSERT(parse_share(share_text(share)) == share);
  const std::uint64_t rate = *rc::gen::inRange<std::uint64_t>(0, 1'000'000'000'000);
  RC_ASSERT(parse_rate(rate_text(rate)) == rate);
}

}  // namespace
}  // namespace stt::sim
