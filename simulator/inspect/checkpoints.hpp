// The trace hash along the way: two runs that part can be told where without keeping either.
#pragma once

#include <string>
#include <vector>

#include <simulator/scenario/scenario.hpp>
#include <simulator/trace/trace.hpp>

namespace stt::sim {

inline constexpr std::uint64_t checkpoint_interval = 1'000;

struct Checkpoint {
  std::uint64_t events = 0;  // that have happened
  Duration at{};
  std::string hash;  // of all of them, as 64 hexadecimal digits
  bool operator==(const Checkpoint&) const = default;
};

// A checkpoint after every `every` events, and one at the end.
std::vector<Checkpoint> checkpoints_of(const Scenario& scenario, std::uint64_t every);

// {"checkpoint":1000,"t_ns":1500000,"hash":"..."}
std::string to_json_line(const Checkpoint& checkpoint);
// Nothing if it is not one.
std::optional<Checkpoint> parse_checkpoint(std::string_view line);

// Events by their number, from 1, as lines of a trace file (json_trace.hpp).
struct EventRange {
  std::uint64_t first = 1;
  std::uint64_t last = 1;
};
std::vector<std::string> events_of(const Scenario& scenario, EventRange range);

}  // namespace stt::sim
