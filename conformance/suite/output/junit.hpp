// Results as JUnit XML, the form that CI systems show.
#pragma once

#include <string>
#include <vector>

#include <conformance/suite/output/details.hpp>

namespace stt::conform {

// A test suite for each group of each implementation. What is unexpected is a failure, or an error
// where no judgement of the protocol was possible; what is unsupported or was not exercised is
// skipped. No times: the document depends on the results alone.
std::string to_junit(const std::vector<Results>& all, const Background& background);

}  // namespace stt::conform
