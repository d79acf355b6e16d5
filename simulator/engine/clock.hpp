// The clocks of a host. The monotonic one is what its node lives by: it may start anywhere and run
// a little fast or slow, but never jumps. The wall clock also jumps, and is only for people.
#pragma once

#include <vector>

#include <stt/base/time.hpp>

namespace stt::sim {

inline constexpr std::int64_t drift_ppm_max = 100'000;

struct ClockStep {
  Duration at{};  // of the world
  Duration by{};  // forward, or back if negative
};

struct ClockPlan {
  Duration offset{};           // of the monotonic clock when the world begins; not negative
  std::int64_t drift_ppm = 0;  // gained (or lost) in a second, in microseconds
  std::vector<ClockStep> wall_steps;
};

class HostClock {
 public:
  explicit HostClock(ClockPlan plan);

  Instant monotonic(Instant world) const;
  // The first moment of the world at which monotonic() is not before `local`.
  Instant world(Instant local) const;
  // Since the world began, as this host believes.
  Duration wall(Instant world) const;

 private:
  ClockPlan plan_;
};

}  // namespace stt::sim
