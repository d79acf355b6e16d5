// What the commands of the suite take alike: which vectors, which cases, which implementation.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include <conformance/suite/adapter.hpp>
#include <conformance/suite/output/details.hpp>
#include <conformance/suite/selection.hpp>
#include <conformance/tool/command.hpp>

namespace stt::tool {

struct SuiteOptions {
  std::string vectors;  // a folder
  conform::Selection selection;
};

void add_vectors_option(Command command, std::string& vectors);
// The folder of the specification: that beside the folder of the vectors, or that of the tree this
// program was built from.
std::string specification(const std::string& vectors);
// The suite of a folder, with the words of its specification.
conform::Background background(const conform::Suite& suite, const std::string& vectors);
// --vectors, --id, --kind, --group, --requirement, --level.
void add_selection_options(Command command, SuiteOptions& options);

// Which implementation is judged: the reference, if neither is given.
struct AdapterOptions {
  std::string command;
  std::string shared_library;
  std::uint64_t deadline_s = 30;

  // The same again, as options of a command line.
  std::string text() const;
};

// A text as one word of a shell.
std::string quoted(const std::string& text);

void add_adapter_options(Command command, AdapterOptions& options);
// `on_fault` is told what a program that failed has written to standard error.
conform::AdapterFactory adapter_factory(
    const AdapterOptions& options, const std::function<void(const std::string&)>& on_fault = {});

// Runs a command, and turns what is thrown into a sentence and an exit code: a suite that cannot be
// read is the harness's fault, not the adapter's.
int guarded_suite_command(const char* name, const std::function<int()>& command);

}  // namespace stt::tool
