// The scenarios that ship, compiled in: a name is enough to run one, wherever `stt` is installed.
#pragma once

#include <ostream>
#include <span>
#include <string_view>

namespace stt::sim {

struct ShippedScenario {
  std::string_view name;  // of its file, without .json
  std::string_view json;

  // How a failing test names it.
  friend void PrintTo(const ShippedScenario& scenario, std::ostream* out) { *out << scenario.name; }
};

// In the order of their names.
std::span<const ShippedScenario> shipped_scenarios();

}  // namespace stt::sim
