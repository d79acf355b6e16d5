#include <conformance/suite/output/page.hpp>

#include <fmt/format.h>
#include <conformance/suite/output/compare.hpp>
#include <conformance/suite/output/markup.hpp>
#include <conformance/suite/output/matrix.hpp>
#include <conformance/suite/output/page_html.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

constexpr std::size_t dump_lines_max = 64;

std::string shown(const json& value) {
  return escaped(value.dump());
}

std::string entry(std::string_view term, const std::string& html) {
  return fmt::format("<dt>{}</dt><dd>{}</dd>\n", term, html);
}

std::string marked(const std::vector<std::string>& bytes, const std::vector<bool>& differs) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    text += fmt::format(fmt::runtime(differs[i] ? " <mark>{}</mark>" : " {}"), bytes[i]);
  }
  return text;
}

std::string dump(const Difference& one, std::string_view left, std::string_view right) {
  std::string text;
  for (const DumpLine& line :
       dump_differences(one.left.get_ref<const std::string&>(),
                        one.right.get_ref<const std::string&>(), dump_lines_max)) {
    text += fmt::format("{:04x}  {:<8} {}\n", line.at, left, marked(line.left, line.differs));
    text += fmt::format("      {:<8} {}\n", right, marked(line.right, line.differs));
  }
  return text;
}

std::string differences(const json& left_side, const json& right_side, std::string_view left,
                        std::string_view right) {
  std::string html;
  for (const Difference& one : compare(left_side, right_side)) {
    html += fmt::format("<pre>{}\n", escaped(one.member));
    html += one.is_of_bytes() ? dump(one, left, right)
                              : fmt::format("{:<8} {}\n{:<8} {}\n", left, shown(one.left), right,
                                            shown(one.right));
    html += "</pre>";
  }
  return html;
}

std::string question(const Case& one, const Background& background) {
  std::string html = entry("why", escaped(one.why));
  for (const std::string& id : one.requirements) {
    const auto words = background.requirements.find(id);
    html += entry(id, words == background.requirements.end() ? escaped("(" + one.level + ")")
                                                             : escaped(words->second.text));
  }
  html += entry("in", "<code>" + shown(one.in) + "</code>");
  const Case* base = background.find(one.base);
  if (base == nullptr) return html;
  return html + entry("edit of " + escaped(one.base),
                      escaped(one.edit) + differences(base->in, one.in, "base", "here"));
}

std::string result(const ResultRow& row, const ResultHeader& header, const Background& background) {
  std::string html = fmt::format(
      "<details><summary><code>{}</code> <span class=\"bad\">{}</span> <span "
      "class=\"dim\">{}</span></summary><dl>\n",
      escaped(row.id), name(row.verdict), escaped(title(header)));
  if (const Case* one = background.find(row.id)) html += question(*one, background);
  html += entry("expected", "<code>" + shown(row.expected) + "</code>");
  html +=
      entry("actual", row.actual.is_null() ? "no reply" : "<code>" + shown(row.actual) + "</code>");
  if (row.actual.is_object() && row.actual.contains("out") && row.expected.contains("accept")) {
    html += entry("differs",
                  differences(row.expected["accept"], row.actual["out"], "expected", "actual"));
  }
  if (!row.note.empty()) html += entry("note", escaped(row.note));
  html += entry("again", "<code>" + escaped(replay_command(row, header)) + "</code>");
  return html + "</dl></details>\n";
}

std::string cell(const Totals& totals) {
  const std::size_t asked = totals.total - totals.unsupported;
  if (asked == 0) return "<td class=\"dim\">unsupported</td>";
  return fmt::format("<td class=\"{}\">{} / {}</td>", totals.expected == asked ? "good" : "bad",
                     totals.expected, asked);
}

std::string matrix(const std::vector<Results>& all) {
  std::string head = "<thead><tr><th>group</th>";
  std::map<std::string, std::string> rows;
  std::vector<std::map<std::string, Totals>> columns;
  for (const Results& results : all) {
    head += "<th>" + escaped(title(results.header)) + "</th>";
    columns.push_back(totals_by_group(results));
    for (const auto& [group, ignored] : columns.back()) rows[group];
  }
  for (auto& [group, cells] : rows) {
    for (const auto& column : columns) {
      const auto found = column.find(group);
      cells += found == column.end() ? "<td class=\"dim\">not run</td>" : cell(found->second);
    }
  }
  std::string body;
  for (const auto& [group, cells] : rows) {
    body += "<tr><th>" + escaped(group) + "</th>" + cells + "</tr>\n";
  }
  return head + "</tr></thead>\n<tbody>\n" + body + "</tbody>";
}

void fill(std::string& page, std::string_view slot, const std::string& html) {
  page.replace(page.find(slot), slot.size(), html);
}

}  // namespace

std::string to_page(const std::vector<Results>& all, const Background& background) {
  std::string summaries;
  std::string cases;
  for (const Results& results : all) {
    summaries += fmt::format("<p><b>{}</b> <code>{}</code></p>\n", escaped(title(results.header)),
                             summary(results));
    for (const ResultRow& row : results.rows) {
      if (standing(row) == Standing::unexpected) cases += result(row, results.header, background);
    }
  }
  std::string page = page_html;
  // From the end to the beginning: what was filled in is not searched.
  fill(page, "@CASES@", cases);
  fill(page, "@NONE@", cases.empty() ? "" : " hidden");
  fill(page, "@MATRIX@", matrix(all));
  fill(page, "@SUMMARIES@", summaries);
  return page;
}

}  // namespace stt::conform
