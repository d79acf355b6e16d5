#include <conformance/suite/shipped_vectors.hpp>

#include <algorithm>

#include <conformance/suite/files.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace stt::conform {

const std::filesystem::path& vectors_folder() {
  static const std::filesystem::path folder = std::filesystem::path(STT_SOURCE_DIR) / "vectors";
  return folder;
}

const Suite& shipped() {
  static const Suite suite = load_suite(vectors_folder());
  return suite;
}

const Case& shipped_case(const std::string& id) {
  const auto found = std::ranges::find(shipped().cases, id, &Case::id);
  if (found == shipped().cases.end()) throw SuiteError(id + ": there is no such case");
  return *found;
}

bool fits_schema(const nlohmann::json& document, const char* schema) {
  const auto text = nlohmann::json::parse(read_file(vectors_folder() / "schemas" / schema));
  valijson::Schema parsed;
  valijson::SchemaParser().populateSchema(valijson::adapters::NlohmannJsonAdapter(text), parsed);
  return valijson::Validator().validate(parsed, valijson::adapters::NlohmannJsonAdapter(document),
                                        nullptr);
}

}  // namespace stt::conform
