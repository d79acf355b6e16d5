// For tests: the vectors of this tree, and the schemas that they keep to.
#pragma once

#include <filesystem>

#include <conformance/suite/case.hpp>

namespace stt::conform {

const std::filesystem::path& vectors_folder();
const Suite& shipped();
// Throws SuiteError if there is no such case.
const Case& shipped_case(const std::string& id);
// Whether `document` keeps to vectors/schemas/SCHEMA.
bool fits_schema(const nlohmann::json& document, const char* schema);

}  // namespace stt::conform
