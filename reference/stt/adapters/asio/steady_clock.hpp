// The real clock, as the core knows time.
#pragma once

#include <chrono>

#include <stt/base/time.hpp>

namespace stt::adapters {

// The same epoch for all that runs in the process, so the Instants of different loops, drivers and
// nodes are comparable.
inline Instant steady_now() {
  return Instant(std::chrono::steady_clock::now().time_since_epoch());
}

inline std::chrono::steady_clock::time_point steady_time(Instant when) {
  return std::chrono::steady_clock::time_point(when.time_since_epoch());
}

}  // namespace stt::adapters
