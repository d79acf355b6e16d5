// A scenario as a file: what shrinks a drawn world, or explains it, begins here.
#pragma once

#include <string>

#include <simulator/scenario/scenario.hpp>

namespace stt::sim {

// parse_scenario() makes the same scenario of it. What is as by default is left out.
std::string write_scenario(const Scenario& scenario);

}  // namespace stt::sim
