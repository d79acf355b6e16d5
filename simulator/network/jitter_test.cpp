#include <simulator/network/jitter.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace stt::sim {
namespace {

std::vector<double> milliseconds(const LinkConditions& conditions, std::size_t count = 20'000) {
  Jitter jitter(1, 2);
  std::vector<double> values;
  for (std::uint64_t number = 1; number <= count; ++number) {
    values.push_back(static_cast<double>(jitter.next(conditions, number).count()) / 1e6);
  }
  return values;
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

// The covariance of each value with the one `lag` later.
double covariance(const std::vector<double>& values, std::size_t lag) {
  const double middle = mean(values);
  double sum = 0;
  for (std::size_t i = lag; i < values.size(); ++i) {
    sum += (values[i] - middle) * (values[i - lag] - middle);
  }
  return sum / static_cast<double>(values.size() - lag);
}

TEST(Jitter, UniformFillsItsRange) {
  const auto values = milliseconds({.jitter = 12ms});
  EXPECT_NEAR(mean(values), 6, 0.1);
  EXPECT_NEAR(covariance(values, 0), 12, 0.5);  // 12^2 / 12
  EXPECT_NEAR(covariance(values, 1), 0, 0.3);
}

TEST(Jitter, NormalHasItsDeviation) {
  const auto values = milliseconds({.jitter = 12ms, .jitter_kind = JitterKind::normal});
  EXPECT_NEAR(mean(values), 12, 0.1);
  EXPECT_NEAR(std::sqrt(covariance(values, 0)), 4, 0.1);
  std::size_t within = 0;
  for (const double value : values) {
    EXPECT_GE(value, 0);
    within += std::abs(value - 12) < 4;
  }
  EXPECT_NEAR(static_cast<double>(within), 0.683 * 20'000, 300);
}

TEST(Jitter, CorrelatedLeansOnTheOneBefore) {
  const auto values = milliseconds(
      {.jitter = 12ms, .jitter_kind = JitterKind::correlated, .jitter_correlation = 500'000});
  EXPECT_NEAR(mean(values), 6, 0.2);
  EXPECT_NEAR(covariance(values, 1) / covariance(values, 0), 0.5, 0.05);
}

TEST(Jitter, ATraceIsPlayedAgainAndAgain) {
  const auto trace = std::make_shared<TimeTrace>(TimeTrace{"t", {1ms, 2ms, 7ms}});
  LinkConditions conditions{.jitter_kind = JitterKind::trace};
  EXPECT_FALSE(Jitter::is_on(conditions));
  conditions.jitter_trace = trace;
  EXPECT_TRUE(Jitter::is_on(conditions));
  EXPECT_EQ(milliseconds(conditions, 4), (std::vector<double>{2, 7, 1, 2}));
}

}  // namespace
}  // namespace stt::sim
