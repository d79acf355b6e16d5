#include <simulator/engine/clock.hpp>

#include <algorithm>

#include <stt/base/assert.hpp>

namespace stt::sim {
namespace {

constexpr std::int64_t million = 1'000'000;

// value * drift / 10^6, rounded towards zero, without overflow.
std::int64_t drifted(std::int64_t value, std::int64_t drift_ppm) {
  return value / million * drift_ppm + value % million * drift_ppm / million;
}

}  // namespace

HostClock::HostClock(ClockPlan plan) : plan_(std::move(plan)) {
  STT_ASSERT(plan_.drift_ppm >= -drift_ppm_max && plan_.drift_ppm <= drift_ppm_max);
  STT_ASSERT(plan_.offset >= Duration{});
}

Instant HostClock::monotonic(Instant world) const {
  const std::int64_t passed = world.time_since_epoch().count();
  return world + plan_.offset + Duration(drifted(passed, plan_.drift_ppm));
}

Instant HostClock::world(Instant local) const {
  const std::int64_t wanted = local.time_since_epoch().count() - plan_.offset.count();
  if (wanted <= 0 || plan_.drift_ppm == 0)
    return Instant(Duration(std::max<std::int64_t>(wanted, 0)));
  // The clock gains or loses a tenth at most, so the answer lies within an eighth of `wanted`.
  std::int64_t least = wanted - wanted / 8;
  std::int64_t most = wanted + wanted / 8 + 2;
  while (least < most) {
    const std::int64_t middle = least + (most - least) / 2;
    if (monotonic(Instant(Duration(middle))) >= local) {
      most = middle;
    } else {
      least = middle + 1;
    }
  }
  return Instant(Duration(least));
}

Duration HostClock::wall(Instant world) const {
  Duration time = world.time_since_epoch() +
                  Duration(drifted(world.time_since_epoch().count(), plan_.drift_ppm));
  for (const ClockStep& step : plan_.wall_steps) {
    if (Instant(step.at) <= world) time += step.by;
  }
  return time;
}

}  // namespace stt::sim
