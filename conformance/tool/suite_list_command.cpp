// `stt conform list` and `explain`.
#include <cstdio>
#include <memory>

#include <conformance/live/cases.hpp>
#include <conformance/tool/command.hpp>
#include <conformance/tool/exit_code.hpp>
#include <conformance/tool/suite_commands.hpp>
#include <conformance/tool/suite_options.hpp>

namespace stt::tool {

using conform::Case;

namespace {

int list(const SuiteOptions& options, bool live) {
  const conform::Suite suite =
      live ? conform::live::live_suite(true) : conform::load_suite(options.vectors);
  const std::vector<const Case*> cases = conform::select(suite, options.selection);
  for (const Case* one : cases) {
    std::string requirements;
    for (const std::string& id : one->requirements) requirements += id + " ";
    std::printf("%s  %s %s\n", one->id.c_str(), requirements.c_str(), one->why.c_str());
  }
  return cases.empty() ? exit_failed : exit_done;
}

int explain(const std::string& id, const std::string& vectors) {
  const conform::Suite suite =
      id.starts_with("live/") ? conform::live::live_suite(true) : conform::load_suite(vectors);
  const conform::Background known = background(suite, vectors);
  const Case* one = known.find(id);
  if (one == nullptr) {
    std::fprintf(stderr,
                 "stt conform explain: no case is called %s. `stt conform list` shows all.\n",
                 id.c_str());
    return exit_failed;
  }
  std::printf("%s\n%s", id.c_str(), conform::describe_case(*one, known).c_str());
  return exit_done;
}

}  // namespace

void add_list_command(Command conform) {
  struct Options {
    SuiteOptions suite;
    bool live = false;
  };
  auto options = std::make_shared<Options>();
  const Command command = conform.add_command("list", "The cases: id, requirements, why");
  add_selection_options(command, options->suite);
  command.add_flag("--live", options->live,
                   "Those of `run --live`; a WebSocket has no live/through-*");
  command.footer(
      "  stt conform list --group session --level must\n"
      "  stt conform list --requirement 'STT-ROTATION-*'\n\n"
      "Exit codes: 0; 1 nothing matches; 6 the vectors cannot be read.");
  command.action([options] {
    return guarded_suite_command("list", [&] { return list(options->suite, options->live); });
  });
}

void add_explain_command(Command conform) {
  struct Options {
    std::string id;
    std::string vectors;
  };
  auto options = std::make_shared<Options>();
  const Command command = conform.add_command(
      "explain", "One case: what it asks, what it expects, and the requirements it shows");
  command.add_option("ID", options->id, "As `stt conform list` prints it").required();
  add_vectors_option(command, options->vectors);
  command.footer(
      "Of a negative, the bytes are shown in which it differs from its base.\n\n"
      "  stt conform explain frame.decode/magic-first\n\n"
      "Exit codes: 0; 1 there is no such case; 6 the vectors cannot be read.");
  command.action([options] {
    return guarded_suite_command("explain", [&] { return explain(options->id, options->vectors); });
  });
}

}  // namespace stt::tool
