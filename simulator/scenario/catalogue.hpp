// The scenarios that ship, compiled in: a name is enough to run one, wherever `stt` is installed.
#pragma once

#include <span>
#include <string_view>

namespace stt::sim {

struct ShippedScenario {
  std::string_view name;  // of its file, without .json
  std::string_view json;

  // How a failing test names it.
  template <class Stream>
  friend void PrintTo(const ShippedScenario& scenario, Stream* out) {
    *out << scenario.name;
  }
};

// In the order of their names.
std::span<const ShippedScenario> shipped_scenarios();

}  // namespace stt::sim
