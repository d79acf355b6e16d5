#include <simulator/campaign/seed_range.hpp>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace stt::sim {
namespace {

TEST(SeedRange, BothEndsBelongToIt) {
  EXPECT_EQ(parse_seed_range("1:300")->size(), 300U);
  EXPECT_EQ(parse_seed_range("7:7")->size(), 1U);
  EXPECT_EQ(parse_seed_range("0:9223372036854775806")->first, 0U);
}

TEST(SeedRange, RefusesWhatIsNone) {
  for (const char* text : {"", "1", ":", "1:", ":1", "2:1", "-1:2", "1:2:3", "a:b", "1 :2",
                           "0:9223372036854775807", "0:18446744073709551616"}) {
    EXPECT_FALSE(parse_seed_range(text)) << text;
  }
}

TEST(Shard, RefusesWhatIsNone) {
  for (const char* text : {"", "0/2", "3/2", "1", "1/0", "1/1000001", "-1/2"}) {
    EXPECT_FALSE(parse_shard(text)) << text;
  }
}

RC_GTEST_PROP(Shard, PartsFollowEachOtherAndAreTheWhole, ()) {
  const std::uint64_t first = *rc::gen::inRange<std::uint64_t>(0, 1'000'000);
  const SeedRange range{first, first + *rc::gen::inRange<std::uint64_t>(0, 10'000)};
  const std::uint64_t count = *rc::gen::inRange<std::uint64_t>(1, 2'000);
  std::uint64_t next = range.first;
  for (std::uint64_t number = 1; number <= count; ++number) {
    const SeedRange part = Shard{number, count}.of(range);
    RC_ASSERT(part.first == next);
    RC_ASSERT(part.size() <= range.size() / count + 1);
    next = part.last + 1;
  }
  RC_ASSERT(next == range.last + 1);
}

}  // namespace
}  // namespace stt::sim
