#include <conformance/suite/output/details.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <conformance/suite/files.hpp>
#include <conformance/suite/output/compare.hpp>

namespace stt::conform {

using nlohmann::json;

namespace {

constexpr std::size_t dump_lines_max = 8;
constexpr std::size_t differences_max = 8;

std::string field(std::string_view name, std::string_view text) {
  return fmt::format("  {:<11} {}\n", name, text);
}

std::string shown(const json& value) {
  return value.dump();
}

struct Labels {
  std::string left;
  std::string right;
};

std::string dump(const Difference& one, const Labels& labels) {
  std::string text;
  for (const DumpLine& line :
       dump_differences(one.left.get_ref<const std::string&>(),
                        one.right.get_ref<const std::string&>(), dump_lines_max)) {
    std::string marks;
    for (const bool differs : line.differs) marks += differs ? "^^ " : "   ";
    marks.erase(marks.find_last_not_of(' ') + 1);
    text += fmt::format("    {:04x}  {:<8}  {}\n", line.at, labels.left, fmt::join(line.left, " "));
    text += fmt::format("          {:<8}  {}\n", labels.right, fmt::join(line.right, " "));
    text += fmt::format("          {:<8}  {}\n", "", marks);
  }
  return text;
}

// Of a peer case: what was said, a line each, and not all of it in one.
std::string actually(const json& actual) {
  if (actual.is_null()) return field("actual", "no reply");
  if (!actual.is_object() || !actual.contains("ladder")) return field("actual", shown(actual));
  json rest = actual;
  rest.erase("ladder");
  std::string text = field("actual", shown(rest));
  for (const json& line : actual["ladder"]) {
    text += (line.is_string() ? line.get<std::string>() : shown(line)) + '\n';
  }
  return text;
}

std::string describe(const std::vector<Difference>& differences, const Labels& labels) {
  std::string text;
  for (std::size_t i = 0; i < std::min(differences.size(), differences_max); ++i) {
    const Difference& one = differences[i];
    text += field("differs", one.member.empty() ? "in all" : one.member.substr(1));
    if (one.is_of_bytes()) {
      text += dump(one, labels);
    } else {
      text += fmt::format("          {:<8}  {}\n          {:<8}  {}\n", labels.left,
                          shown(one.left), labels.right, shown(one.right));
    }
  }
  if (differences.size() > differences_max) {
    text += field("", fmt::format("and {} more", differences.size() - differences_max));
  }
  return text;
}

}  // namespace

const Case* Background::find(const std::string& id) const {
  const auto found = std::ranges::lower_bound(suite.cases, id, {}, &Case::id);
  return found == suite.cases.end() || found->id != id ? nullptr : &*found;
}

Requirements read_requirements(const std::filesystem::path& pages) {
  Requirements all;
  if (!std::filesystem::is_directory(pages)) return all;
  for (const auto& page : std::filesystem::directory_iterator(pages)) {
    if (page.path().extension() != ".md") continue;
    const std::string file = page.path().filename().string();
    for (const auto& one : requirements::parse_page(read_file(page.path()), file).items) {
      all[one.id] = one;
    }
  }
  return all;
}

std::string describe_case(const Case& one, const Background& background) {
  std::string text = field("why", one.why) + field("level", one.level);
  for (const std::string& id : one.requirements) {
    const auto words = background.requirements.find(id);
    text += field(
        "requirement",
        fmt::format("{} {}", id, words == background.requirements.end() ? "" : words->second.text));
  }
  text += field("in", shown(one.in));
  if (!one.base.empty()) {
    text += field("base", one.base);
    if (!one.edit.empty()) text += field("edit", one.edit);
    if (const Case* base = background.find(one.base)) {
      text += describe(compare(base->in, one.in), {"base", "here"});
    }
  }
  return text + field("expected", shown(one.expect));
}

std::string replay_command(const ResultRow& row, const ResultHeader& header) {
  return fmt::format("stt conform run {}{}--id '{}'", header.options,
                     header.options.empty() ? "" : " ", row.id);
}

std::string describe_result(const ResultRow& row, const ResultHeader& header,
                            const Background& background) {
  std::string text = fmt::format("{}: {}\n", row.id, name(row.verdict));
  if (const Case* one = background.find(row.id)) text += describe_case(*one, background);
  text += actually(row.actual);
  if (!row.note.empty()) text += field("note", row.note);
  if (row.actual.is_object() && row.actual.contains("out") && row.expected.contains("accept")) {
    text += describe(compare(row.expected["accept"], row.actual["out"]), {"expected", "actual"});
  }
  return text + field("again", replay_command(row, header));
}

}  // namespace stt::conform
