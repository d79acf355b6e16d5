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
    const bool has_form =
        entry.is_array() && entry.size() == 2 && entry[0].is_string() && entry[1].is_string();
    if (!has_form || entry[1].get_ref<const std::string&>().empty()) {
      refuse(id + ": is a class and a reason");
    }
    if (!document["classes"].contains(entry[0].get<std::string>())) {
      refuse(id + ": there is no class " + entry[0].dump());
    }
    out[id] = {entry[0], entry[1]};
  }
  return out;
}

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
    auto& list = lets_through && stops   ? out.both
                 : lets_through          ? out.positive_only
                 : stops                 ? out.negative_only
                 : excepted.contains(id) ? out.unobservable
                                         : out.uncovered;
    list.push_back(id);
  }
  for (const auto& [id, reason] : excepted) {
    if (std::ranges::find(musts, id) == musts.end()) {
      out.faults.push_back(id + ": is excepted, and there is no such MUST");
    } else if (positive.contains(id) || negative.contains(id)) {
      out.faults.push_back(id + ": is excepted, and a case shows it");
    }
  }
  return out;
}

}  // namespace stt::conform
