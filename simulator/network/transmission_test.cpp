#include <simulator/network/transmission.hpp>

#include <gtest/gtest.h>

namespace stt::sim {
namespace {

TEST(Transmission, TakesTheTimeOfItsBits) {
  Transmission transmission;
  EXPECT_EQ(transmission.end(Instant(1s), 1'000, {.rate_bits_per_second = 8'000'000}),
            Instant(1s + 1ms));
  EXPECT_EQ(transmission.end(Instant(1s), 1, {.rate_bits_per_second = 3}),
            Instant(1s + 2'666'666'667ns));
  EXPECT_EQ(transmission.end(Instant(1s), 1'000, {}), Instant(1s));
}

class ByTrace : public testing::Test {
 protected:
  Instant end(Duration now, std::uint64_t bytes) {
    return transmission.end(Instant(now), bytes, conditions);
  }
  LinkConditions conditions{.rate_trace =
                                std::make_shared<TimeTrace>(TimeTrace{"t", {0ms, 3ms, 3ms, 10ms}})};
  Transmission transmission;
};

TEST_F(ByTrace, EachOpportunityPasses1500Bytes) {
  EXPECT_EQ(end(0ms, 1'500), Instant(0ms));
  EXPECT_EQ(end(0ms, 1'500), Instant(3ms));
  EXPECT_EQ(end(0ms, 1'500), Instant(3ms));
  EXPECT_EQ(end(0ms, 1'500), Instant(10ms));
}

TEST_F(ByTrace, SmallPacketsShareOneAndLargeOnesTakeSeveral) {
  EXPECT_EQ(end(0ms, 700), Instant(0ms));
  EXPECT_EQ(end(0ms, 700), Instant(0ms));
  EXPECT_EQ(end(0ms, 700), Instant(3ms));  // 100 of the first, 600 of the second
  EXPECT_EQ(end(0ms, 2'400), Instant(3ms));
  EXPECT_EQ(end(0ms, 1), Instant(10ms));
}

TEST_F(ByTrace, WhatNobodyUsedIsGone) {
  EXPECT_EQ(end(0ms, 100), Instant(0ms));
  EXPECT_EQ(end(4ms, 100), Instant(10ms));
}

TEST_F(ByTrace, BeginsAgainAfterItsLast) {
  EXPECT_EQ(end(10ms, 1'500), Instant(10ms));
  EXPECT_EQ(end(11ms, 1'500), Instant(13ms));
  EXPECT_EQ(end(1'000'004ms, 1'500), Instant(1'000'010ms));
}

}  // namespace
}  // namespace stt::sim
