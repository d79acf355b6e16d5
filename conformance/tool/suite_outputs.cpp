#include <conformance/tool/suite_outputs.hpp>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <sstream>

#include <conformance/suite/files.hpp>
#include <conformance/suite/output/annotations.hpp>
#include <conformance/suite/output/junit.hpp>
#include <conformance/suite/output/markdown.hpp>
#include <conformance/suite/output/page_section.hpp>
#include <conformance/tool/command.hpp>
#include <conformance/tool/exit_code.hpp>
#include <conformance/tool/printable.hpp>
#include <reports/page/page.hpp>

namespace stt::tool {

void add_result_files_options(Command command, ResultFiles& paths) {
  const auto add = [&](const char* name, std::string& path, const char* words) {
    command.add_option(name, path, words).type_name("FILE");
  };
  add("--jsonl", paths.lines, "Write each result as a line of JSON, below a line on the run");
  add("--junit", paths.junit, "Write JUnit XML, for CI systems");
  add("--markdown", paths.markdown, "Write a summary in Markdown");
  add("--html", paths.page, "Write one page that needs nothing else");
}

void write_result_files(const ResultFiles& paths, const std::vector<conform::Results>& all,
                        const conform::Background& background) {
  using conform::write_file;
  if (!paths.lines.empty()) write_file(paths.lines, conform::to_lines(conform::merge(all)));
  if (!paths.junit.empty()) write_file(paths.junit, conform::to_junit(all, background));
  if (!paths.markdown.empty()) write_file(paths.markdown, conform::to_markdown(all, background));
  if (!paths.page.empty()) {
    write_file(paths.page,
               report::to_page("STT/1 conformance", {conform::page_section(all, background)}));
  }
}

void print_unexpected(const conform::Results& results, const conform::Background& background) {
  for (const conform::ResultRow& row : results.rows) {
    if (conform::standing(row) != conform::Standing::unexpected) continue;
    std::istringstream lines(conform::describe_result(row, results.header, background));
    for (std::string line; std::getline(lines, line);) {
      std::printf("%s\n", printable(line).c_str());
    }
    std::printf("\n");
  }
}

std::vector<conform::Results> read_by_implementation(const std::vector<std::string>& files) {
  std::map<std::string, std::vector<conform::Results>> parts;
  for (const std::string& file : files) {
    conform::Results results = conform::read_results(file);
    const auto& header = results.header;
    parts[header.implementation + " " + header.version + " " + header.options].push_back(
        std::move(results));
  }
  std::vector<conform::Results> all;
  for (const auto& [name, shards] : parts) all.push_back(conform::merge(shards));
  return all;
}

void print_annotations(const conform::Results& results, const conform::Background& background,
                       const std::string& vectors) {
  const char* actions = std::getenv("GITHUB_ACTIONS");
  if (actions == nullptr || std::string_view(actions) != "true") return;
  std::istringstream lines(conform::to_annotations(results, background, vectors));
  for (std::string line; std::getline(lines, line);) std::printf("%s\n", printable(line).c_str());
}

int exit_code_of(conform::Outcome outcome) {
  switch (outcome) {
    case conform::Outcome::nondeterministic: return exit_contradiction;
    case conform::Outcome::unexpected: return exit_failed;
    case conform::Outcome::too_few_cases: return exit_too_few_cases;
    case conform::Outcome::as_expected: break;
  }
  return exit_done;
}

}  // namespace stt::tool
