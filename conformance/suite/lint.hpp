// Whether the cases of a suite keep the rules that a reader of their results relies on.
#pragma once

#include <string>
#include <vector>

#include <conformance/suite/case.hpp>

namespace stt::conform {

// One sentence for each case that breaks a rule:
// - a base is a positive of the same kind;
// - a negative is its base with one edit: what the words of the edit say, done to the base, gives
//   the case; where they say it in prose, at least only the member that they name differs;
// - every reason is the name of an error;
// - the requirements are those of the specification, if `known` has any.
// Peers are scripted in steps: of their edits it is only checked that the steps differ.
std::vector<std::string> lint(const Suite& suite, const std::vector<std::string>& known);

}  // namespace stt::conform
