#include <simulator/network/transmission.hpp>

#include <algorithm>

namespace stt::sim {
namespace {

constexpr std::uint64_t nanoseconds_per_second = 1'000'000'000;

// The time that `bits` take at `rate`, rounded up. Packets are far below 2^34 bits, so nothing
// overflows.
Duration time_of(std::uint64_t bits, std::uint64_t rate) {
  return Duration(static_cast<Duration::rep>((bits * nanoseconds_per_second + rate - 1) / rate));
}

Instant instant_of(const TimeTrace& trace, std::uint64_t opportunity) {
  const auto turn = static_cast<Duration::rep>(opportunity / trace.times.size());
  return Instant(trace.times.back() * turn + trace.times[opportunity % trace.times.size()]);
}

// The first one that is not before `now`.
std::uint64_t opportunity_at(const TimeTrace& trace, Instant now) {
  const Duration period = trace.times.back();
  const auto turn = static_cast<std::uint64_t>(now.time_since_epoch() / period);
  const Duration within = now.time_since_epoch() % period;
  const auto found = std::ranges::lower_bound(trace.times, within);
  return turn * trace.times.size() + static_cast<std::uint64_t>(found - trace.times.begin());
}

}  // namespace

Instant Transmission::end(Instant now, std::uint64_t bytes, const LinkConditions& conditions) {
  if (conditions.rate_trace) return end_by_trace(now, bytes, *conditions.rate_trace);
  if (conditions.rate_bits_per_second == 0) return now;
  return now + time_of(bytes * 8, conditions.rate_bits_per_second);
}

Instant Transmission::end_by_trace(Instant now, std::uint64_t bytes, const TimeTrace& trace) {
  // What passes without a packet is lost for ever.
  if (left_bytes_ > 0 && instant_of(trace, next_ - 1) < now) left_bytes_ = 0;
  while (bytes > left_bytes_) {
    bytes -= left_bytes_;
    next_ = std::max(next_, opportunity_at(trace, now)) + 1;
    left_bytes_ = opportunity_bytes;
  }
  left_bytes_ -= bytes;
  return instant_of(trace, next_ - 1);
}

}  // namespace stt::sim
