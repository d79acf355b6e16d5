// Results as Markdown, for the summary page of a CI run.
#pragma once

#include <string>
#include <vector>

#include <conformance/suite/output/details.hpp>

namespace stt::conform {

// For each implementation a table of its groups, and what is unexpected, folded up; at most 50
// cases of it, because summary pages have a limit.
std::string to_markdown(const std::vector<Results>& all, const Background& background);

}  // namespace stt::conform
