// Results as one page of HTML that needs nothing else.
#pragma once

#include <string>
#include <vector>

#include <conformance/suite/output/details.hpp>

namespace stt::conform {

// A matrix of implementations and groups, and every unexpected case: the words of its requirements,
// why it matters, what was expected and what came, the bytes that differ, how to run it again.
std::string to_page(const std::vector<Results>& all, const Background& background);

}  // namespace stt::conform
