#include <conformance/tool/suite_outputs.hpp>

#include <cstdio>
#include <sstream>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <conformance/suite/files.hpp>
#include <conformance/suite/output/junit.hpp>
#include <conformance/suite/output/markdown.hpp>
#include <conformance/suite/output/page.hpp>
#include <conformance/tool/exit_code.hpp>
#include <conformance/tool/printable.hpp>

namespace stt::tool {

void add_result_files_options(CLI::App& command, ResultFiles& paths) {
  const auto add = [&](const char* name, std::string& path, const char* words) {
    command.add_option(name, path, words)->type_name("FILE");
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
  if (!paths.page.empty()) write_file(paths.page, conform::to_page(all, background));
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
