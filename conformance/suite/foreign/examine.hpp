// Is an adapter honest, and does it keep the adapter protocol? Asked before any case is judged: an
// adapter that says yes to what does not exist could say yes to everything.
#pragma once

#include <string>
#include <vector>

#include <conformance/suite/adapter.hpp>
#include <conformance/suite/case.hpp>

namespace stt::conform {

struct Finding {
  // hello, overclaim, underclaim, guess, leak, nondeterministic, livelock, or the name of a fault
  std::string name;
  std::string what;  // it did
  std::string todo;
};

struct Examination {
  nlohmann::json hello;  // null if there was none
  std::vector<Finding> findings;
  std::string complaints;  // to standard error, of adapters that went away

  bool overclaims() const;
};

// The part of it that is about what does not exist, on one new adapter. Whatever else is wrong with
// the adapter is left to others, but for AdapterError if it does not start.
std::vector<Finding> probe_honesty(const AdapterFactory& start, const Suite& suite,
                                   std::uint64_t seed);

// Starts adapters until all is asked: several, since some things only show in a new one. Kinds and
// operations that do not exist are drawn from `seed`; those that do are asked what the positive
// cases of `suite` ask, but nothing is said about whether the answers are right. Throws
// AdapterError if the first one does not start.
Examination examine(const AdapterFactory& start, const Suite& suite, std::uint64_t seed);

}  // namespace stt::conform
