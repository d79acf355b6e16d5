#include <conformance/tool/report_inputs.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <sstream>

#include <conformance/suite/files.hpp>
#include <conformance/suite/output/page_section.hpp>
#include <conformance/tool/campaign_section.hpp>
#include <conformance/tool/suite_options.hpp>
#include <conformance/tool/suite_outputs.hpp>
#include <nlohmann/json.hpp>

namespace stt::tool {
namespace {

using conform::SuiteError;
using nlohmann::json;

enum class Content {
  results,
  scenario,
  requirements,
  mutants,
  campaign,
  fuzz,
  coverage,
  bench,
  goals,
};
constexpr std::size_t content_count = static_cast<std::size_t>(Content::goals) + 1;

// Documents that a page takes as they are: by a member that only they have.
struct Document {
  Content content;
  const char* kind;  // in DRAW of reports/page/main.js
  const char* title;
  const char* member;
};
constexpr std::array documents{
    Document{Content::requirements, "requirements", "Requirements", "requirements"},
    Document{Content::mutants, "mutants", "Mutants", "mutants"},
    Document{Content::coverage, "coverage", "Coverage", "gcovr/summary_format_version"},
};

struct Sections {
  std::array<std::vector<std::string>, content_count> by_content;
  std::vector<std::string> results;  // files
  json benchmarks = json::array();

  void add(Content content, const json& section) {
    by_content[static_cast<std::size_t>(content)].push_back(
        section.dump(-1, ' ', false, json::error_handler_t::replace));
  }
};

std::string stem(const std::string& file) {
  return std::filesystem::path(file).stem().string();
}

bool is_benchmarks(const json& document) {
  return document.is_array() && !document.empty() &&
         std::ranges::all_of(document, [](const json& row) {
           return row.is_object() && row.contains("yardstick") && row.contains("ratio");
         });
}

bool is_goals(const json& document) {
  return document.is_object() && !document.empty() &&
         std::ranges::all_of(document, [](const json& step) {
           return step.is_object() && step.contains("machine") && step.contains("rows");
         });
}

[[noreturn]] void refuse(const std::string& file) {
  throw SuiteError(file + ": nothing that `stt report` knows; its help says what it takes");
}

void add_document(const std::string& file, json document, Sections& sections) {
  if (is_benchmarks(document)) {
    sections.benchmarks.push_back({{"name", stem(file)}, {"rows", std::move(document)}});
    return;
  }
  if (!document.is_object()) refuse(file);
  if (document.value("kind", "") == "scenario" && document.contains("packets")) {
    return sections.add(Content::scenario, document);
  }
  for (const auto& [content, kind, title, member] : documents) {
    if (!document.contains(member)) continue;
    document["kind"] = kind;
    document["title"] = title;
    return sections.add(content, document);
  }
  if (!is_goals(document)) refuse(file);
  sections.add(Content::goals,
               {{"kind", "goals"}, {"title", "Goals"}, {"steps", std::move(document)}});
}

// JSON Lines: of the suite, whose first line says what was run; or of fuzzing, a line a run.
void add_lines(const std::string& file, const std::string& text, Sections& sections) {
  std::istringstream lines(text);
  json rows = json::array();
  for (std::string line; std::getline(lines, line);) {
    json row = json::parse(line, nullptr, false);
    if (rows.empty() && row.is_object() && row.contains("implementation")) {
      sections.results.push_back(file);
      return;
    }
    if (!row.is_object() || !row.contains("target") || !row.contains("findings")) refuse(file);
    rows.push_back(std::move(row));
  }
  if (rows.empty()) refuse(file);
  sections.add(Content::fuzz, {{"kind", "fuzz"}, {"title", "Fuzzing"}, {"rows", std::move(rows)}});
}

void add_file(const std::string& file, Sections& sections) {
  const std::string text = conform::read_file(file);
  if (text.starts_with("SQLite format 3")) {
    sections.by_content[static_cast<std::size_t>(Content::campaign)].push_back(
        campaign_section(sim::ResultStore::open(file),
                         stem(file) == "campaign" ? "Campaign" : "Campaign " + stem(file)));
    return;
  }
  json document = json::parse(text, nullptr, false);
  const bool is_one_line = document.is_object() &&
                           (document.contains("implementation") || document.contains("findings"));
  if (document.is_discarded() || is_one_line) return add_lines(file, text, sections);
  add_document(file, std::move(document), sections);
}

}  // namespace

std::vector<std::string> page_sections(const ReportInputs& inputs) {
  Sections sections;
  for (const std::string& file : inputs.files) add_file(file, sections);
  if (!sections.results.empty()) {
    const conform::Suite suite = conform::load_suite(inputs.vectors);
    sections.by_content[static_cast<std::size_t>(Content::results)] = {conform::page_section(
        read_by_implementation(sections.results), background(suite, inputs.vectors))};
  }
  if (!sections.benchmarks.empty()) {
    sections.add(
        Content::bench,
        {{"kind", "bench"}, {"title", "Benchmarks"}, {"runs", std::move(sections.benchmarks)}});
  }
  std::vector<std::string> all;
  for (auto& some : sections.by_content) all.insert(all.end(), some.begin(), some.end());
  return all;
}

}  // namespace stt::tool
