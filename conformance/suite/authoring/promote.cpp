#include <conformance/suite/authoring/promote.hpp>

#include <algorithm>
#include <optional>

#include <conformance/suite/authoring/edit.hpp>
#include <conformance/suite/authoring/vector_files.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

// An edit that makes one "in" of another, and how much it changes.
struct Step {
  Edit edit;
  std::size_t cost = 0;
};

// From the first byte that differs to the last.
Step byte_step(const std::string& member, const std::string& from, const std::string& to) {
  const auto [left, right] = std::mismatch(from.begin(), from.end(), to.begin(), to.end());
  const auto first = static_cast<std::size_t>(left - from.begin()) / 2 * 2;
  std::size_t same_end = 0;
  while (same_end + 2 <= std::min(from.size(), to.size()) - first &&
         from.compare(from.size() - same_end - 2, 2, to, to.size() - same_end - 2, 2) == 0) {
    same_end += 2;
  }
  const std::string was = from.substr(first, from.size() - same_end - first);
  const std::string now = to.substr(first, to.size() - same_end - first);
  return {replace(member.c_str(), first / 2, was, now), std::max(was.size(), now.size())};
}

bool is_hex(const json& value) {
  if (!value.is_string()) return false;
  const auto& text = value.get_ref<const std::string&>();
  return text.size() % 2 == 0 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

// Nothing if more than one member differs.
std::optional<Step> step_between(const json& from, const json& to) {
  std::vector<std::string> differing;
  if (from.size() != to.size()) return std::nullopt;
  for (const auto& [member, value] : to.items()) {
    if (!from.contains(member)) return std::nullopt;
    if (from.at(member) != value) differing.push_back(member);
  }
  if (differing.size() != 1) return std::nullopt;
  const std::string& member = differing.front();
  const json& was = from.at(member);
  const json& now = to.at(member);
  if (is_hex(was) && is_hex(now)) return byte_step(member, was, now);
  constexpr std::size_t whole_value = 1U << 20;  // dearer than any change of bytes
  return Step{set(member.c_str(), now), whole_value + now.dump().size()};
}

void find_base(const Suite& suite, Case& draft) {
  std::optional<Step> nearest;
  for (const Case& one : suite.cases) {
    if (one.kind != draft.kind || !one.expect.contains("accept")) continue;
    const auto step = step_between(one.in, draft.in);
    if (!step || (nearest && nearest->cost <= step->cost)) continue;
    nearest = step;
    draft.base = one.id;
    draft.edit = step->edit.text;
  }
}

json expectation_of(const json& reply) {
  const std::string outcome = reply.at("outcome");
  if (outcome == "accept") return {{"accept", reply.value("out", json::object())}};
  if (outcome == "need_more") return {{"need_more", {{"at_least", reply.at("at_least")}}}};
  if (outcome != "reject") throw SuiteError("the reference does not know this kind");
  return {{"reject", {{"stage", reply.at("stage")}, {"reason", {reply.at("reason")}}}}};
}

json answer(Adapter& reference, const FoundInput& found) {
  try {
    return reference.request({{"op", "vector"}, {"kind", found.kind}, {"in", found.in}});
  } catch (const AdapterError& error) {
    throw SuiteError(found.kind + " cannot ask this: " + error.what());
  }
}

std::string next_id(const Suite& suite, const std::string& lock, const FoundInput& found) {
  for (std::size_t number = 1;; ++number) {
    const std::string id = found.kind + "/" + found.name + "-" + std::to_string(number);
    const bool is_locked = ("\n" + lock).find("\n" + id + " ") != std::string::npos;
    if (!is_locked && std::ranges::find(suite.cases, id, &Case::id) == suite.cases.end()) return id;
  }
}

}  // namespace

Case draft_case(const Suite& suite, const std::string& lock, Adapter& reference,
                const FoundInput& found) {
  for (const Case& one : suite.cases) {
    if (one.kind == found.kind && one.in == found.in) throw SuiteError(one.id + " asks this");
  }
  Case draft{.id = next_id(suite, lock, found),
             .since = suite.version,
             .level = "must",
             .requirements = {},
             .kind = found.kind,
             .why = "",
             .in = found.in,
             .expect = expectation_of(answer(reference, found)),
             .base = {},
             .edit = {}};
  if (draft.expect.contains("reject")) find_base(suite, draft);
  return draft;
}

std::string draft_file(const Case& draft) {
  nlohmann::ordered_json file;
  file["draft"] =
      "What is expected is what the reference answers. Compare it with the specification, say why "
      "the case exists and which requirements it shows, and name the base and the edit of a "
      "negative. Then remove this member, put the case into vectors/" +
      draft.kind + "/cases.json, and run `stt conform vectors generate`.";
  file["cases"] = nlohmann::ordered_json::array({to_ordered_json(draft)});
  return file.dump(1) + "\n";
}

}  // namespace stt::conform
