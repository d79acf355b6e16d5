// Scenario files: JSON in the words of tc-netem. scenarios/schema.json says the same to editors
// and to people who write their own.
#pragma once

#include <string>
#include <string_view>

#include <simulator/scenario/scenario.hpp>
#include <tl/expected.hpp>

namespace stt::sim {

struct ScenarioError {
  std::string pointer;  // RFC 6901: where in the file; empty for the whole
  std::string what;     // what is wrong there, and what is allowed

  std::string text() const;
};

tl::expected<Scenario, ScenarioError> parse_scenario(std::string_view json);

// The same file without white space and with this seed, for a replay token.
std::string minimal_json(std::string_view json, std::uint64_t seed);

}  // namespace stt::sim
