// Results as data for a page.
#pragma once

#include <string>
#include <vector>

#include <conformance/suite/output/details.hpp>

namespace stt::conform {

// A section of a page (reports/page/page.hpp), drawn by reports/page/conformance.js: all cases that
// any of the results has, with the words of their requirements, and each implementation's answers
// where they say more than what was expected.
std::string page_section(const std::vector<Results>& all, const Background& background);

}  // namespace stt::conform
