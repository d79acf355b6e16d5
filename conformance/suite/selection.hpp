// Which cases of a suite are meant.
#pragma once

#include <string>
#include <vector>

#include <conformance/suite/case.hpp>

namespace stt::conform {

// "frame" of "frame.decode": what belongs together in a report.
std::string group_of(const std::string& id);

// Patterns with '*' for any characters. A case is selected if each list that is not empty has a
// pattern that matches.
struct Selection {
  std::vector<std::string> ids;
  std::vector<std::string> kinds;
  std::vector<std::string> groups;
  std::vector<std::string> requirements;
  std::vector<std::string> levels;

  bool is_everything() const;
};

// In the order of the suite.
std::vector<const Case*> select(const Suite& suite, const Selection& selection);

}  // namespace stt::conform
