// The cases of one file below vectors/.
#pragma once

#include <conformance/suite/case.hpp>

namespace stt::conform {

// In their order. Throws SuiteError, with `name` for the file.
std::vector<Case> parse_cases(std::string_view text, const std::string& name);
std::vector<Case> load_cases(const std::filesystem::path& file);

}  // namespace stt::conform
