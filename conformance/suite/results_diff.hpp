// What changed between two runs.
#pragma once

#include <string>
#include <vector>

#include <conformance/suite/results.hpp>

namespace stt::conform {

struct ResultsDiff {
  struct Change {
    std::string id;
    std::string before;  // the verdict, with its waiver; empty: the case was not there
    std::string after;
  };
  std::vector<Change> added;    // cases that were not run before, whatever came of them
  std::vector<Change> worse;    // from expected to shows nothing to unexpected
  std::vector<Change> fixed;    // the other way
  std::vector<Change> changed;  // another verdict or reply, neither worse nor better
  std::vector<Change> removed;

  // Whether something got worse: also a case that is new and unexpected, or has gone.
  bool is_worse = false;
};

ResultsDiff diff(const Results& before, const Results& after);

}  // namespace stt::conform
