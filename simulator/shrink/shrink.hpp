// Makes a failing world small: removes hosts, faults, time and bytes while it still fails, and for
// the same reason.
#pragma once

#include <functional>
#include <string>

#include <simulator/campaign/world_result.hpp>
#include <simulator/shrink/moves.hpp>
#include <tl/expected.hpp>

namespace stt::sim {

struct ShrinkPlan {
  // Asked between two worlds; true ends the search with what there is.
  std::function<bool()> should_stop;
  // Told of every world that was tried; `is_smaller`: it took the place of the one before.
  std::function<void(const WorldResult& result, bool is_smaller)> tried;
  Duration world_limit = 30s;  // of real time
};

struct Shrunk {
  std::string scenario;  // a scenario file
  WorldResult before;
  WorldResult after;        // of `scenario`, run once more: the same failure, the same trace
  std::uint64_t tried = 0;  // worlds
  bool is_minimal = false;  // no move makes it smaller; else the search was stopped
};

// The scenario file fails when it is run; else a sentence about what is wrong. Worlds run in a
// process of their own. The same file gives the same result, unless the search is stopped.
tl::expected<Shrunk, std::string> shrink(const std::string& scenario, const ShrinkPlan& plan);

}  // namespace stt::sim
