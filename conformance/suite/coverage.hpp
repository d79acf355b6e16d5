// Which MUSTs of the specification the cases of a suite show: what a rule lets through (a positive)
// and what it stops (a negative).
//
// docs/spec/unobservable.json lists the MUSTs that no case can see, each with its class and reason:
//   {"classes": {"api": "words"}, "requirements": {"STT-NODE-008": ["api", "reason"]}}
// and, with a third word, those of which cases see one side only; the word is the other one:
//   "STT-IDENTITY-006": ["state", "reason", "negative"]
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <conformance/suite/case.hpp>

namespace stt::conform {

struct Unobservable {
  std::string kind;  // the class: why no case of this sort of requirement can exist
  std::string because;
  std::string side;  // "positive" or "negative": only that one; empty: both
};
using Unobservables = std::map<std::string, Unobservable>;  // by requirement

// Throws SuiteError if the file has not the form above, names a class that it does not explain, or
// gives no reason. Without a file nothing is excepted.
Unobservables read_unobservables(const std::filesystem::path& file);

// Ids of requirements, in their order. Each MUST stands in one list.
struct Coverage {
  std::vector<std::string> both;
  std::vector<std::string> one_sided;  // no case can see the other side
  std::vector<std::string> positive_only;
  std::vector<std::string> negative_only;
  std::vector<std::string> unobservable;
  std::vector<std::string> uncovered;
  std::vector<std::string> faults;  // what is excepted, and is no MUST or is cited by a case
};

Coverage cover(const Suite& suite, const std::vector<std::string>& musts,
               const Unobservables& excepted);

}  // namespace stt::conform
