// What the commands of the suite print and write of results.
#pragma once

#include <string>
#include <vector>

#include <conformance/suite/output/details.hpp>
#include <conformance/tool/command.hpp>

namespace stt::tool {

// Files to write; empty: not asked for.
struct ResultFiles {
  std::string lines;
  std::string junit;
  std::string markdown;
  std::string page;
};

// --jsonl, --junit, --markdown, --html.
void add_result_files_options(Command command, ResultFiles& paths);
// Throws SuiteError if a file cannot be written.
void write_result_files(const ResultFiles& paths, const std::vector<conform::Results>& all,
                        const conform::Background& background);

// Files of results; shards of one implementation become one. Throws as conform::read_results and
// merge.
std::vector<conform::Results> read_by_implementation(const std::vector<std::string>& files);

// Everything unexpected, in full. What adapters said is made harmless to terminals.
void print_unexpected(const conform::Results& results, const conform::Background& background);

// Where GitHub Actions runs this (GITHUB_ACTIONS=true): the same, as it wants it.
void print_annotations(const conform::Results& results, const conform::Background& background,
                       const std::string& vectors);

int exit_code_of(conform::Outcome outcome);

}  // namespace stt::tool
