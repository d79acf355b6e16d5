#include <conformance/suite/case.hpp>

#include <algorithm>
#include <map>

#include <conformance/suite/case_file.hpp>
#include <conformance/suite/files.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

json parse_json(std::string_view text, const std::string& name) {
  try {
    return json::parse(text);
  } catch (const json::parse_error& error) {
    throw SuiteError(name + ": " + error.what());
  }
}

json read_json(const std::filesystem::path& file) {
  return parse_json(read_file(file), file.string());
}

// Reads the members of one object and says precisely which is missing or of another type.
class Members {
 public:
  Members(const json& object, std::string where) : object_(object), where_(std::move(where)) {}

  template <class T>
  T required(const char* name) const {
    const auto found = object_.find(name);
    if (found == object_.end()) throw SuiteError(where_ + ": \"" + name + "\" is missing");
    return as<T>(*found, name);
  }
  template <class T>
  T optional(const char* name) const {
    const auto found = object_.find(name);
    return found == object_.end() ? T{} : as<T>(*found, name);
  }

 private:
  template <class T>
  T as(const json& value, const char* name) const {
    try {
      return value.get<T>();
    } catch (const json::exception&) {
      throw SuiteError(where_ + "/" + name + ": has the wrong type (" + value.type_name() + ")");
    }
  }

  const json& object_;
  std::string where_;
};

void check_outcome(const json& expect, const std::string& where) {
  if (!expect.is_object() || expect.size() != 1) {
    throw SuiteError(where + ": is one of accept, reject, need_more");
  }
  const std::string outcome = expect.begin().key();
  const Members members(*expect.begin(), where + "/" + outcome);
  if (outcome == "reject") {
    members.required<std::string>("stage");
    if (members.required<std::vector<std::string>>("reason").empty()) {
      throw SuiteError(where + "/reject/reason: is empty");
    }
  } else if (outcome == "need_more") {
    members.required<std::size_t>("at_least");
  } else if (outcome != "accept") {
    throw SuiteError(where + ": is one of accept, reject, need_more");
  }
}

// Whether the implementation of a peer case took this option: a step that lets no time pass.
void check_sign(const json& option, const std::string& where) {
  const Members members(option, where);
  members.required<json>("count");
  if (option.contains("for")) throw SuiteError(where + "/for: an option looks at what was");
}

void check_expectation(const json& expect, const std::string& where, bool is_peer) {
  if (!expect.is_object() || !expect.contains("choice")) return check_outcome(expect, where);
  const Members choice(expect["choice"], where + "/choice");
  choice.required<std::string>("point");
  const auto options = choice.required<std::map<std::string, json>>("options");
  if (options.size() < 2) throw SuiteError(where + "/choice/options: a choice has two at least");
  for (const auto& [name, option] : options) {
    (is_peer ? check_sign : check_outcome)(option, where + "/choice/options/" + name);
  }
}

Case read_case(const json& object, const std::string& where) {
  if (!object.is_object()) throw SuiteError(where + ": a case is an object");
  const Members members(object, where);
  Case out;
  out.id = members.required<std::string>("id");
  out.since = members.required<std::string>("since");
  out.level = members.required<std::string>("level");
  out.requirements = members.required<std::vector<std::string>>("requirements");
  out.kind = members.required<std::string>("kind");
  out.why = members.required<std::string>("why");
  out.in = members.required<json>("in");
  out.expect = members.required<json>("expect");
  out.base = members.optional<std::string>("base");
  out.edit = members.optional<std::string>("edit");
  check_expectation(out.expect, where + "/expect", out.kind.starts_with("peer."));
  if (out.id.substr(0, out.id.find('/')) != out.kind) {
    throw SuiteError(where + "/id: begins with the kind");
  }
  if (out.expect.contains("reject") && (out.base.empty() || out.edit.empty())) {
    throw SuiteError(where + ": a negative names its base and its edit");
  }
  return out;
}

}  // namespace

std::vector<Case> parse_cases(std::string_view text, const std::string& name) {
  const json whole = parse_json(text, name);
  if (whole.contains("draft")) {
    throw SuiteError(name + ": is a draft, which nobody has confirmed yet");
  }
  const auto list = Members(whole, name + "#").required<json>("cases");
  if (!list.is_array()) throw SuiteError(name + "#/cases: is a list");
  std::vector<Case> cases;
  for (std::size_t i = 0; i < list.size(); ++i) {
    cases.push_back(read_case(list[i], name + "#/cases/" + std::to_string(i)));
  }
  return cases;
}

std::vector<Case> load_cases(const std::filesystem::path& file) {
  return parse_cases(read_file(file), file.string());
}

Suite load_suite(const std::filesystem::path& folder) {
  const json manifest = read_json(folder / "manifest.json");
  Suite suite;
  const Members members(manifest, (folder / "manifest.json").string() + "#");
  suite.version = members.required<std::string>("suite");
  suite.promised = members.required<std::size_t>("cases");
  for (const auto& kind : std::filesystem::directory_iterator(folder)) {
    if (!kind.is_directory() || kind.path().filename() == "schemas") continue;
    for (const auto& entry : std::filesystem::directory_iterator(kind)) {
      if (entry.path().extension() != ".json") continue;
      std::ranges::move(load_cases(entry.path()), std::back_inserter(suite.cases));
    }
  }
  std::ranges::sort(suite.cases, {}, &Case::id);
  const auto twice = std::ranges::adjacent_find(suite.cases, {}, &Case::id);
  if (twice != suite.cases.end()) throw SuiteError(twice->id + ": stands twice in the suite");
  return suite;
}

}  // namespace stt::conform
