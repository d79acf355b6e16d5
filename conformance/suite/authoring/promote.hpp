// From an input that somebody has found (a fuzzer, a user, a line in a log) to the draft of a case.
#pragma once

#include <string>

#include <conformance/suite/adapter.hpp>
#include <conformance/suite/case.hpp>

namespace stt::conform {

struct FoundInput {
  std::string kind;
  nlohmann::json in;
  std::string name = "found";  // the id is KIND/NAME-N
};

// A case with the next id that neither the suite nor `lock` (the text of ids.lock) has. What is
// expected is what `reference` answers, and that is for a human to confirm; so are the words and
// the requirements. A negative gets the positive it is nearest to as its base, if one differs in a
// single member. Throws SuiteError if the reference does not know the kind or cannot read `in`, or
// if a case asks this already.
Case draft_case(const Suite& suite, const std::string& lock, Adapter& reference,
                const FoundInput& found);

// The file of a draft: no suite takes it before its member "draft" is removed.
std::string draft_file(const Case& draft);

}  // namespace stt::conform
