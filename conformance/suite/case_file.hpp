// The cases of one file below vectors/.
#pragma once

#include <conformance/suite/case.hpp>

namespace stt::conform {

// In their order. Throws SuiteError.
std::vector<Case> load_cases(const std::filesystem::path& file);

}  // namespace stt::conform
