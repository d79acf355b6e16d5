// Differential fuzzing: the questions of the vectors, changed at random, are put to an
// implementation and to the reference; what they answer otherwise is shrunk.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <conformance/suite/adapter.hpp>
#include <conformance/suite/selection.hpp>

namespace stt::conform {

// What is asked of an adapter: the kind of a vector and its "in".
struct Question {
  std::string kind;
  nlohmann::json in;
};

// A question to which there were two answers.
struct Disagreement {
  Question question;      // shrunk
  std::string base;       // the case that was changed; empty for a question that was given
  nlohmann::json theirs;  // null: none
  nlohmann::json ours;
  std::string note;  // why there is none of theirs
};

struct FuzzPlan {
  std::uint64_t seed = 1;
  std::uint64_t cases = 10'000;
  Selection selection;               // of the cases that are changed
  std::size_t differences_max = 10;  // after that many it ends
};

struct FuzzReport {
  std::uint64_t compared = 0;
  std::uint64_t meaningless = 0;   // not asked: the reference could not read them
  std::set<std::string> kinds;     // that were asked
  std::set<std::string> left_out;  // the specification leaves a choice there
  // Of those that are alike in kind and in how both answered, the first one.
  std::vector<Disagreement> differences;
};

// Kinds that the adapter does not claim are left out, and so are peers. A changed question may
// cross a choice that the specification leaves: kinds with such a case are left out, too. The same
// plan asks the same questions of every adapter that claims the same kinds. Throws AdapterError if
// it does not start.
FuzzReport fuzz(const Suite& suite, const FuzzPlan& plan, const AdapterFactory& start);

// One question, as it is. Nothing if both give the same answer. Throws AdapterError if the
// reference cannot read it.
std::optional<Disagreement> ask_both(const Question& question, const AdapterFactory& start);

}  // namespace stt::conform
