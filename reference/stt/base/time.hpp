// Time as the core knows it: it is told, and cannot ask.
#pragma once

#include <chrono>

namespace stt {

using Duration = std::chrono::nanoseconds;

// A clock without now(): only a driver (an adapter or the simulator) makes Instants.
struct Clock {
  using rep = Duration::rep;
  using period = Duration::period;
  using duration = Duration;
  using time_point = std::chrono::time_point<Clock>;
  static constexpr bool is_steady = true;
};

// Nanoseconds since the driver's start; never goes back.
using Instant = std::chrono::time_point<Clock, Duration>;

using namespace std::chrono_literals;

}  // namespace stt
