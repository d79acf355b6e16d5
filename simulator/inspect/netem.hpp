// The links of a scenario as commands of tc-netem, for the same network between real machines.
#pragma once

#include <string>

#include <simulator/scenario/scenario.hpp>

namespace stt::sim {

// A shell script. Each direction of each link stands for one interface: DEV_<from>_<to> in its
// environment names it, e.g. DEV_client_server=eth0. What netem has no word for is a comment.
std::string netem_script(const Scenario& scenario);

}  // namespace stt::sim
