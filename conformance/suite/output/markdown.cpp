#include <conformance/suite/output/markdown.hpp>

#include <fmt/format.h>
#include <conformance/suite/output/choices.hpp>
#include <conformance/suite/output/markup.hpp>
#include <conformance/suite/output/matrix.hpp>

namespace stt::conform {
namespace {

constexpr std::size_t cases_max = 50;

std::string table_row(const std::string& group, const Totals& totals) {
  return fmt::format("| {} | {} | {} | {} | {} | {} |\n", group, totals.expected, totals.unexpected,
                     totals.unsupported, totals.not_exercised, totals.total);
}

std::string unexpected_cases(const Results& results, const Background& background) {
  std::string text;
  std::size_t shown = 0;
  for (const ResultRow& row : results.rows) {
    if (standing(row) != Standing::unexpected) continue;
    if (shown++ == cases_max) return text + "\nThere is more; only the first 50 are shown.\n";
    text += fmt::format(
        "\n<details><summary><code>{}</code>: {}</summary>\n\n<pre>{}</pre>\n"
        "</details>\n",
        escaped(row.id), name(row.verdict),
        escaped(describe_result(row, results.header, background)));
  }
  return text;
}

std::string choices(const Results& results) {
  const auto taken = choices_taken(results);
  if (taken.empty()) return {};
  std::string text = "\n| choice point | chosen |\n|---|---|\n";
  for (const auto& [point, option] : taken) {
    text += fmt::format("| {} | {} |\n", escaped(point), escaped(option));
  }
  return text;
}

}  // namespace

std::string to_markdown(const std::vector<Results>& all, const Background& background) {
  std::string text;
  for (const Results& results : all) {
    text += fmt::format("## {}\n\n`{}`\n\n", escaped(title(results.header)), summary(results));
    text += "| group | expected | unexpected | unsupported | not exercised | of |\n";
    text += "|---|--:|--:|--:|--:|--:|\n";
    for (const auto& [group, totals] : totals_by_group(results)) text += table_row(group, totals);
    text += choices(results);
    text += unexpected_cases(results, background) + "\n";
  }
  return text;
}

}  // namespace stt::conform
