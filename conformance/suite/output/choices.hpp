// What an implementation chose where the specification leaves it a choice.
#pragma once

#include <map>
#include <string>

#include <conformance/suite/results.hpp>

namespace stt::conform {

// Choice point -> option. Only points of which all cases agree; the others stand among the
// unexpected results.
std::map<std::string, std::string> choices_taken(const Results& results);

}  // namespace stt::conform
