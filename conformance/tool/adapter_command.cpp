// `stt conform adapter check` and `new`.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <sstream>
#include <string>

#include <conformance/suite/foreign/examine.hpp>
#include <conformance/tool/adapter_commands.hpp>
#include <conformance/tool/command.hpp>
#include <conformance/tool/exit_code.hpp>
#include <conformance/tool/printable.hpp>
#include <conformance/tool/skeletons.hpp>
#include <conformance/tool/suite_commands.hpp>
#include <conformance/tool/suite_options.hpp>

namespace stt::tool {
namespace {

struct CheckOptions {
  AdapterOptions adapter;
  std::string vectors = default_vectors();
  std::uint64_t seed = 1;
};

std::string about(const nlohmann::json& hello) {
  const auto text = [&](const char* member) {
    const auto found = hello.find(member);
    return found != hello.end() && found->is_string() ? printable(found->get<std::string>())
                                                      : std::string("nameless");
  };
  if (!hello.is_object()) return "no answer to hello";
  return text("implementation") + " " + text("version") + ", " +
         std::to_string(hello.value("kinds", nlohmann::json::array()).size()) +
         " kinds of vectors, peers: " +
         (hello.value("peer", nlohmann::json()) == true ? "yes" : "no");
}

int check(const CheckOptions& options) {
  const conform::Suite suite = conform::load_suite(options.vectors);
  const conform::Examination found =
      conform::examine(adapter_factory(options.adapter), suite, options.seed);
  for (const conform::Finding& finding : found.findings) {
    std::printf("%s: %s\n  do: %s\n", finding.name.c_str(), printable(finding.what).c_str(),
                finding.todo.c_str());
  }
  print_complaints(found.complaints);
  std::printf("adapter check: %zu findings; %s\n", found.findings.size(),
              about(found.hello).c_str());
  return found.findings.empty() ? exit_done : exit_failed;
}

struct NewOptions {
  std::string language;
  std::string folder;
};

int complain(int exit_code, const std::string& what) {
  std::fprintf(stderr, "stt conform adapter new: %s.\n", what.c_str());
  return exit_code;
}

int write_skeleton(const NewOptions& options) {
  for (const Skeleton& skeleton : skeletons()) {
    if (skeleton.language != options.language) continue;
    const std::filesystem::path file = std::filesystem::path(options.folder) / skeleton.file;
    std::error_code failure;
    std::filesystem::create_directories(options.folder, failure);
    if (std::filesystem::exists(file, failure)) {
      return complain(exit_cannot_write, file.string() + " is there already, and stays as it is");
    }
    std::ofstream out(file, std::ios::binary);
    out << skeleton.text;
    out.close();
    if (!out) return complain(exit_cannot_write, "cannot write " + file.string());
    const std::string run(skeleton.run);
    std::printf("%s\n\nIts first lines say how to go on. In %s:\n", file.string().c_str(),
                options.folder.c_str());
    if (options.language == "cpp") std::printf("  c++ -std=c++17 -O2 adapter.cpp -o adapter\n");
    std::printf("  stt conform adapter check --adapter '%s'\n", run.c_str());
    std::printf("  stt conform run --adapter '%s'\n", run.c_str());
    return exit_done;
  }
  return complain(exit_usage, "there is no skeleton in " + options.language);
}

void add_check_command(Command adapter) {
  auto options = std::make_shared<CheckOptions>();
  const Command command =
      adapter.add_command("check", "Is an adapter honest, and does it keep the adapter protocol?");
  add_adapter_options(command, options->adapter);
  add_vectors_option(command, options->vectors);
  command.add_option("--seed", options->seed, "Draws kinds and operations that do not exist")
      .show_default();
  command.footer(
      "Asks for kinds, operations, commands and settings that do not exist: whoever says yes to "
      "one\n"
      "of them could say yes to everything (overclaim). Asks what hello claims, the same again, "
      "after\n"
      "a reset, and in a new process. Whether answers are right is the business of `conform "
      "run`.\n\n"
      "Each finding is a line, and a second one says what to do about it. The last line:\n"
      "  adapter check: N findings; NAME VERSION, N kinds of vectors, peers: yes|no\n\n"
      "  stt conform adapter check --adapter 'python3 adapter.py'\n\n"
      "Exit codes: 0 no findings; 1 some; 5 the adapter does not start; 6 no vectors; 64 usage.");
  command.action([options] {
    return guarded_suite_command("adapter check", [&] { return check(*options); });
  });
}

void add_new_command(Command adapter) {
  auto options = std::make_shared<NewOptions>();
  const Command command =
      adapter.add_command("new", "Write an adapter that knows nothing yet, and says so");
  command.add_option("--language", options->language, "cpp, python or node")
      .required()
      .one_of({"cpp", "python", "node"});
  command.add_option("DIR", options->folder, "Where to write it; made if it is not there")
      .required();
  command.footer(
      "It passes `adapter check`, and its comments lead to the first kind of vectors. cpp needs\n"
      "nlohmann/json (nlohmann-json3-dev), the others nothing. In any other language it is as\n"
      "short: docs/adapter-protocol.md has all the rules, and is installed with the vectors.\n\n"
      "  stt conform adapter new --language python my-adapter\n\n"
      "Exit codes: 0; 14 the file cannot be written, or is there already; 64 usage.");
  command.action([options] { return write_skeleton(*options); });
}

}  // namespace

void print_complaints(const std::string& complaints) {
  if (complaints.empty()) return;
  std::fputs("The adapter wrote to standard error:\n", stderr);
  std::istringstream lines(complaints);
  for (std::string line; std::getline(lines, line);) {
    std::fprintf(stderr, "  %s\n", printable(line).c_str());
  }
}

std::function<void(const std::string&)> printer_of_new_complaints() {
  struct Printed {
    std::mutex mutex;
    std::set<std::size_t> hashes;
  };
  return [printed = std::make_shared<Printed>()](const std::string& complaints) {
    const std::lock_guard lock(printed->mutex);
    const bool is_new = printed->hashes.insert(std::hash<std::string>{}(complaints)).second;
    if (is_new) print_complaints(complaints);
  };
}

void add_adapter_command(Command conform) {
  const Command command = conform.add_command(
      "adapter", "Write the adapter of an implementation, and check that it is honest");
  command.require_command();
  add_new_command(command);
  add_check_command(command);
}

}  // namespace stt::tool
