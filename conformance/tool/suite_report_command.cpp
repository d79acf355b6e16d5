// `stt conform report` and `diff`: what was found, once it is found.
#include <algorithm>
#include <cstdio>
#include <memory>

#include <conformance/suite/results_diff.hpp>
#include <conformance/tool/command.hpp>
#include <conformance/tool/exit_code.hpp>
#include <conformance/tool/printable.hpp>
#include <conformance/tool/suite_commands.hpp>
#include <conformance/tool/suite_options.hpp>
#include <conformance/tool/suite_outputs.hpp>

namespace stt::tool {

using conform::Results;
using conform::ResultsDiff;

namespace {

struct ReportOptions {
  std::vector<std::string> files;
  std::string vectors;
  ResultFiles outputs;
};

int report(const ReportOptions& options) {
  const std::vector<Results> all = read_by_implementation(options.files);
  const conform::Suite suite = conform::load_suite(options.vectors);
  const conform::Background known = background(suite, options.vectors);
  write_result_files(options.outputs, all, known);
  conform::Outcome gravest = conform::Outcome::as_expected;
  for (const Results& results : all) {
    print_unexpected(results, known);
    print_annotations(results, known, options.vectors);
    const bool is_short = results.rows.empty() ||
                          (results.header.whole && results.rows.size() < results.header.promised);
    if (is_short) {
      std::fprintf(stderr, "stt conform report: %zu cases, and the manifest promised %zu\n",
                   results.rows.size(), results.header.promised);
    }
    gravest = std::min(gravest, conform::outcome(results.rows, is_short));
    if (all.size() > 1) {
      std::printf("%s %s\n", printable(results.header.implementation).c_str(),
                  printable(results.header.version).c_str());
    }
    std::printf("%s\n", conform::summary(results).c_str());
  }
  return exit_code_of(gravest);
}

void print_changes(const char* what, const std::vector<ResultsDiff::Change>& changes) {
  for (const auto& [id, before, after] : changes) {
    const char* arrow = before.empty() || after.empty() ? "" : " -> ";
    std::printf("%-8s %s: %s%s%s\n", what, printable(id).c_str(), before.c_str(), arrow,
                after.c_str());
  }
}

int compare(const std::string& before, const std::string& after) {
  const ResultsDiff changes =
      conform::diff(conform::read_results(before), conform::read_results(after));
  print_changes("worse", changes.worse);
  print_changes("removed", changes.removed);
  print_changes("new", changes.added);
  print_changes("changed", changes.changed);
  print_changes("fixed", changes.fixed);
  std::printf("diff: %zu worse, %zu removed, %zu new, %zu changed, %zu fixed\n",
              changes.worse.size(), changes.removed.size(), changes.added.size(),
              changes.changed.size(), changes.fixed.size());
  return changes.is_worse ? exit_failed : exit_done;
}

}  // namespace

void add_suite_report_command(Command conform) {
  auto options = std::make_shared<ReportOptions>();
  const Command command = conform.add_command(
      "report", "Show results again: shards as one, implementations side by side");
  command.add_option("FILE", options->files, "As written by `run --jsonl`").required();
  add_vectors_option(command, options->vectors);
  add_result_files_options(command, options->outputs);
  command.footer(
      "Files of one implementation are parts of one run; more implementations are columns of the\n"
      "page. --jsonl takes one implementation.\n\n"
      "  stt conform report shard-*.jsonl --jsonl whole.jsonl --junit conform.xml\n"
      "  stt conform report cpp.jsonl python.jsonl node.jsonl --html matrix.html\n\n"
      "Exit codes: those of `run`, the gravest; 4 also if two parts contradict each other.");
  command.action(
      [options] { return guarded_suite_command("report", [&] { return report(*options); }); });
}

void add_diff_command(Command conform) {
  struct Options {
    std::string before;
    std::string after;
  };
  auto options = std::make_shared<Options>();
  const Command command = conform.add_command("diff", "What changed between two runs");
  command.add_option("OLD", options->before, "As written by `run --jsonl`").required();
  command.add_option("NEW", options->after, "As written by `run --jsonl`").required();
  command.footer(
      "One line a case: worse, removed, new, changed (another verdict or answer, no better and no\n"
      "worse), fixed. Ends with `diff: N worse, N removed, N new, N changed, N fixed`.\n\n"
      "  stt conform run --jsonl new.jsonl && stt conform diff old.jsonl new.jsonl\n\n"
      "Exit codes: 0; 1 something is worse, or gone, or new and unexpected; 6 a file cannot be\n"
      "read.");
  command.action([options] {
    return guarded_suite_command("diff", [&] { return compare(options->before, options->after); });
  });
}

}  // namespace stt::tool
