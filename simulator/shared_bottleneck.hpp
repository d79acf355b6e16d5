// Two flows through one bottleneck: does each get its share, and how long a
// queue do they keep?
//
//   sender 0 ---+                                    +--- receiver 0
//               +--- 100 Mbit/s, 10 ms, 30 ms queue ---+
//   sender 1 ---+                                    +--- receiver 1
#pragma once

#include <array>

#include <simulator/scenario/scenario.hpp>

namespace stt::sim {

struct SharedCase {
  std::array<CongestionControl, 2> controllers{};
  Duration head_start = 1s;  // of the first flow
  // What is counted: when both have long found their share.
  Duration from = 10s;
  Duration to = 40s;
  std::uint64_t seed = 1;
};

struct SharedResult {
  std::array<std::uint64_t, 2> bytes{};  // delivered of each flow, in datagrams
  Duration queue_delay_p99{};            // of the whole run

  // (sum of x)^2 / (2 x sum of x^2): a million if both got the same, half of it
  // if one got all.
  Ppm jain() const;
  // What the flow got of an even share.
  Ppm share(std::size_t flow) const;
};

Scenario shared_scenario(const SharedCase& of);
SharedResult measure_shared(const SharedCase& of);

}  // namespace stt::sim
