// Results by group: the cells of the matrix of implementations and groups.
#pragma once

#include <map>
#include <string>

#include <conformance/suite/results.hpp>

namespace stt::conform {

// "NAME VERSION"
std::string title(const ResultHeader& header);

std::map<std::string, Totals> totals_by_group(const Results& results);

}  // namespace stt::conform
