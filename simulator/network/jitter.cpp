#include <simulator/network/jitter.hpp>

#include <algorithm>

namespace stt::sim {
namespace {

// Twelve uniform numbers in [0, 1) have the mean 6 and the variance 1: their sum is close enough to
// normal up to three deviations, and it is made of integers.
constexpr std::uint64_t summands = 12;
constexpr unsigned fraction_bits = 16;
constexpr std::uint64_t deviations_in_mean = 3;

}  // namespace

bool Jitter::is_on(const LinkConditions& conditions) {
  if (conditions.jitter_kind == JitterKind::trace) return conditions.jitter_trace != nullptr;
  return conditions.jitter > Duration{};
}

Duration Jitter::next(const LinkConditions& conditions, std::uint64_t number) {
  const auto most = static_cast<std::uint64_t>(conditions.jitter.count());
  std::uint64_t ns = 0;
  switch (conditions.jitter_kind) {
    case JitterKind::uniform: ns = uniform(number, most); break;
    case JitterKind::normal: ns = normal(number, most); break;
    case JitterKind::correlated: ns = correlated(conditions, uniform(number, most)); break;
    case JitterKind::trace:
      return conditions.jitter_trace->times[number % conditions.jitter_trace->times.size()];
  }
  return Duration(static_cast<Duration::rep>(ns));
}

std::uint64_t Jitter::uniform(std::uint64_t number, std::uint64_t most) const {
  return draws_.between_at(number, 0, most);
}

std::uint64_t Jitter::normal(std::uint64_t number, std::uint64_t mean) const {
  std::uint64_t sum = 0;
  for (std::uint64_t i = 0; i < summands; ++i) {
    sum += draws_.between_at(number * summands + i, 0, (std::uint64_t{1} << fraction_bits) - 1);
  }
  // mean + deviation * (sum - 6), without ever going below zero.
  const std::uint64_t middle = summands / 2 << fraction_bits;
  const std::uint64_t deviation = mean / deviations_in_mean;
  if (sum >= middle) return mean + (deviation * (sum - middle) >> fraction_bits);
  return mean - std::min(mean, deviation * (middle - sum) >> fraction_bits);
}

std::uint64_t Jitter::correlated(const LinkConditions& conditions, std::uint64_t fresh) {
  if (!has_last_) last_ns_ = fresh;
  has_last_ = true;
  const std::uint64_t lean = conditions.jitter_correlation;
  // Both are at most an hour of nanoseconds or so: divided first, nothing overflows.
  last_ns_ = last_ns_ / ppm_always * lean + fresh / ppm_always * (ppm_always - lean) +
             (last_ns_ % ppm_always * lean + fresh % ppm_always * (ppm_always - lean)) / ppm_always;
  return last_ns_;
}

}  // namespace stt::sim
