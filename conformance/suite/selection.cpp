#include <conformance/suite/selection.hpp>

#include <algorithm>

#include <conformance/requirements/requirements.hpp>

namespace stt::conform {
namespace {

using Patterns = std::vector<std::string>;

bool matches(const Patterns& patterns, const std::vector<std::string>& texts) {
  if (patterns.empty()) return true;
  return std::ranges::any_of(patterns, [&](const std::string& pattern) {
    return std::ranges::any_of(
        texts, [&](const std::string& text) { return requirements::matches(pattern, text); });
  });
}

}  // namespace

std::string group_of(const std::string& id) {
  return id.substr(0, id.find_first_of("./"));
}

bool Selection::is_everything() const {
  return ids.empty() && kinds.empty() && groups.empty() && requirements.empty() && levels.empty();
}

std::vector<const Case*> select(const Suite& suite, const Selection& selection) {
  std::vector<const Case*> cases;
  for (const Case& one : suite.cases) {
    if (matches(selection.ids, {one.id}) && matches(selection.kinds, {one.kind}) &&
        matches(selection.groups, {group_of(one.id)}) &&
        matches(selection.requirements, one.requirements) &&
        matches(selection.levels, {one.level})) {
      cases.push_back(&one);
    }
  }
  return cases;
}

}  // namespace stt::conform
