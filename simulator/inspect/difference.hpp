// The first event in which two runs differ.
#pragma once

#include <istream>
#include <optional>
#include <string>

#include <simulator/inspect/checkpoints.hpp>

namespace stt::sim {

struct Difference {
  // The event, or, where only checkpoints are known, the events among which it is.
  EventRange events;
  // Lines of a trace. Empty: that run has ended before, or only checkpoints of it are known.
  std::string in_a;
  std::string in_b;
};

// Nothing if they are the same.
std::optional<Difference> first_difference(const Scenario& a, const Scenario& b);
// Of two trace files.
std::optional<Difference> first_difference(std::istream& a, std::istream& b);
// Of runs that may be of other builds: no nearer than their checkpoints.
std::optional<Difference> first_difference(const std::vector<Checkpoint>& a,
                                           const std::vector<Checkpoint>& b);

}  // namespace stt::sim
