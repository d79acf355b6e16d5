#include <stt/recovery/pacer.hpp>

#include <algorithm>

#include <stt/recovery/congestion_controller.hpp>
#include <stt/recovery/wide.hpp>

namespace stt::recovery {
namespace {

std::uint64_t nanoseconds(Duration duration) {
  return static_cast<std::uint64_t>(duration.count());
}

// What leaves at once: a driver's timers and system calls are too coarse for less on a fast path.
constexpr Duration burst_time = 1ms;
constexpr std::uint64_t fast_burst_bytes_max = 64 * 1024;

PacingRate with_burst(std::uint64_t bytes, Duration period, std::uint64_t datagram_bytes) {
  const std::uint64_t fast =
      period <= Duration::zero()
          ? fast_burst_bytes_max
          : std::min(mul_div_up(bytes, nanoseconds(burst_time), nanoseconds(period)),
                     fast_burst_bytes_max);
  return {bytes, period, std::max(initial_window_bytes(datagram_bytes), fast)};
}

}  // namespace

PacingRate PacingRate::from_window(std::uint64_t window_bytes, Duration smoothed_rtt,
                                   std::uint64_t datagram_bytes) {
  return with_burst(5 * window_bytes, 4 * smoothed_rtt, datagram_bytes);
}

PacingRate PacingRate::from_rate(std::uint64_t bytes_per_second, std::uint64_t datagram_bytes) {
  return with_burst(std::max<std::uint64_t>(bytes_per_second, 1), 1s, datagram_bytes);
}

Duration PacingRate::cost(std::uint64_t count) const {
  if (period <= Duration::zero()) return Duration::zero();
  // At most a day, so that no sum with an Instant overflows.
  constexpr Duration longest = 24h;
  return Duration(static_cast<Duration::rep>(
      std::min(mul_div_up(count, nanoseconds(period), bytes), nanoseconds(longest))));
}

//= STT-RECOVERY-023
Instant Pacer::next_send_time(const PacingRate& rate, std::uint64_t bytes) const {
  const std::uint64_t ahead = rate.burst_bytes > bytes ? rate.burst_bytes - bytes : 0;
  if (level_bytes_ <= ahead) return level_at_;
  return level_at_ + rate.cost(level_bytes_ - ahead);
}

void Pacer::on_sent(Instant now, const PacingRate& rate, std::uint64_t bytes) {
  //= STT-RECOVERY-038
  drain(now, rate);
  level_bytes_ += bytes;
}

void Pacer::drain(Instant now, const PacingRate& rate) {
  if (now <= level_at_) return;
  if (level_bytes_ == 0 || level_at_ + rate.cost(level_bytes_) <= now) {
    level_bytes_ = 0;
    level_at_ = now;
    return;
  }
  // What does not make a whole byte of the time that passed is left for the next time.
  const std::uint64_t gone =
      mul_div(nanoseconds(now - level_at_), rate.bytes, nanoseconds(rate.period));
  level_bytes_ -= gone;
  level_at_ +=
      Duration(static_cast<Duration::rep>(mul_div(gone, nanoseconds(rate.period), rate.bytes)));
}

}  // namespace stt::recovery
