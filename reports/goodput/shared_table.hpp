// Two flows through one bottleneck, as a table.
#pragma once

#include <cstdint>

#include <nlohmann/json.hpp>

namespace stt::reports {

// Prints it, appends its rows to `json`, and returns how many goals were
// missed.
int print_shared_table(std::uint64_t seeds, unsigned jobs, nlohmann::json& json);

}  // namespace stt::reports
