#include <conformance/suite/coverage.hpp>

#include <algorithm>
#include <set>

#include <conformance/suite/files.hpp>
#include <conformance/suite/numbers.hpp>

namespace stt::conform {

using nlohmann::json;

Unobservables read_unobservables(const std::filesystem::path& file) {
  Unobservables out;
  if (!std::filesystem::exists(file)) return out;
  const json document = json::parse(read_file(file), nullptr, false);
  const auto refuse = [&](const std::string& why) { throw SuiteError(file.string() + ": " + why); };
  if (!document.is_object() || !document.contains("classes") ||
      !document.contains("requirements")) {
    refuse("has the members \"classes\" and \"requirements\"");
  }
  for (const auto& [id, entry] : document["requirements"].items()) {
    const bool has_form = entry.is_array() && (entry.size() == 2 || entry.size() == 3) &&
                          std::ranges::all_of(entry, &json::is_string);
    if (!has_form || entry[1].get_ref<const std::string&>().empty()) {
      refuse(id + ": is a class and a reason");
    }
    if (!document["classes"].contains(entry[0].get<std::string>())) {
      refuse(id + ": there is no class " + entry[0].dump());
    }
    const std::string side = entry.size() == 3 ? entry[2].get<std::string>() : "";
    if (entry.size() == 3 && side != "positive" && side != "negative") {
      refuse(id + ": there is no side " + entry[2].dump());
    }
    out[id] = {entry[0], entry[1], side};
  }
  return out;
}

namespace {

// The list of a MUST that cases show, or do not show, from these sides.
std::vector<std::string>& list_of(Coverage& out, bool lets_through, bool stops,
                                  const Unobservable* exception) {
  if (lets_through && stops) return out.both;
  const char* const missing = lets_through ? "negative" : stops ? "positive" : "";
  const bool is_excepted = exception != nullptr && exception->side == missing;
  if (lets_through) return is_excepted ? out.one_sided : out.positive_only;
  if (stops) return is_excepted ? out.one_sided : out.negative_only;
  return is_excepted ? out.unobservable : out.uncovered;
}

}  // namespace

Coverage cover(const Suite& suite, const std::vector<std::string>& musts,
               const Unobservables& excepted) {
  std::set<std::string> positive;
  std::set<std::string> negative;
  for (const Case& one : suite.cases) {
    auto& cited = is_negative(one) ? negative : positive;
    cited.insert(one.requirements.begin(), one.requirements.end());
  }
  Coverage out;
  for (const std::string& id : musts) {
    const bool lets_through = positive.contains(id);
    const bool stops = negative.contains(id);
    const auto entry = excepted.find(id);
    list_of(out, lets_through, stops, entry == excepted.end() ? nullptr : &entry->second)
        .push_back(id);
  }
  for (const auto& [id, exception] : excepted) {
    const bool shown = (exception.side != "negative" && positive.contains(id)) ||
                       (exception.side != "positive" && negative.contains(id));
    if (std::ranges::find(musts, id) == musts.end()) {
      out.faults.push_back(id + ": is excepted, and there is no such MUST");
    } else if (shown) {
      out.faults.push_back(id + ": is excepted, and a case shows it");
    }
  }
  return out;
}

}  // namespace stt::conform
