// The conditions of a link, as they stand in a scenario file.
#pragma once

#include <map>

#include <simulator/network/conditions.hpp>
#include <simulator/scenario/json_value.hpp>

namespace stt::sim::json {

// The "traces" of a scenario, by name.
using Traces = std::map<std::string, TimeTracePtr>;
Traces parse_traces(const Value& value);

// Every field by its name in link_fields(). What is not there is not set.
LinkChange parse_conditions(const Value& value, const Traces& traces);

}  // namespace stt::sim::json
