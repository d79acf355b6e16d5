// A scenario in words, for people who are to believe it.
#pragma once

#include <string>
#include <string_view>

namespace stt::sim {

// `scenario` is a scenario file that parse_scenario() takes.
std::string explain(std::string_view scenario);

}  // namespace stt::sim
