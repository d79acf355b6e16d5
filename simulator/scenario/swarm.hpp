// One 64-bit seed draws a whole scenario: the link and its faults, who talks how much, and what the
// nodes are set to. First the network is hostile, then it heals, and all must complete.
#pragma once

#include <simulator/scenario/scenario.hpp>

namespace stt::sim {

Scenario draw_scenario(std::uint64_t seed);

}  // namespace stt::sim
