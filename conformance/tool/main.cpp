// `stt`: the command line of the project. One file a subcommand; this one only dispatches, and
// turns whatever goes wrong into a sentence and an exit code.
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <conformance/tool/commands.hpp>
#include <conformance/tool/exit_code.hpp>
#include <conformance/tool/version_text.hpp>

namespace stt::tool {
namespace {

constexpr char description[] =
    "STT/1: encrypted, multiplexed streams between two nodes that share a seed.";

constexpr char examples[] =
    "A first transfer, on one machine with two terminals:\n"
    "  stt keygen --out pair.seed                              the secret both sides hold\n"
    "  stt node listen --port 9000 --seed-file pair.seed --out inbox\n"
    "  stt node send photo.jpg localhost:9000 --seed-file pair.seed\n"
    "\n"
    "`stt COMMAND --help` explains a command. Exit codes: 0 done, 64 usage, 70 a bug of ours;\n"
    "the others stand in the help of the command that uses them.";

// The innermost subcommand that was named: its help is the one to point at.
struct Named {
  const CLI::App* app;
  std::string path;
};
Named innermost(const CLI::App& app) {
  Named named{&app, app.get_name()};
  while (!named.app->get_subcommands().empty()) {
    named.app = named.app->get_subcommands().front();
    named.path += " " + named.app->get_name();
  }
  return named;
}

// CLI11 says only that a subcommand is required.
std::string explain(const CLI::App& at, const CLI::ParseError& error) {
  const auto all =
      at.get_subcommands([](const CLI::App* one) { return !one->get_group().empty(); });
  if (all.empty()) return error.what();
  const std::vector<std::string> rest = at.remaining();
  std::string text = rest.empty() ? "name one of its commands:"
                                  : "there is no command '" + rest.front() + "'. There are";
  for (const CLI::App* command : all) text += " " + command->get_name();
  return text;
}

int run(int argc, char** argv) {
  CLI::App app(description, "stt");
  app.footer(examples);
  app.set_version_flag("--version", version_text, "Version and build details");
  app.require_subcommand(1);
  int exit_code = exit_done;
#define X(name) add_##name##_command(app, exit_code);
  STT_COMMANDS(X)
#undef X
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& request) {  // --help, --version
    return app.exit(request);
  } catch (const CLI::ParseError& error) {
    const auto [at, path] = innermost(app);
    std::fprintf(stderr, "%s: %s\nTry `%s --help`.\n", path.c_str(), explain(*at, error).c_str(),
                 path.c_str());
    return exit_usage;
  }
  return exit_code;
}

}  // namespace
}  // namespace stt::tool

int main(int argc, char** argv) {
  try {
    return stt::tool::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "stt: internal error: %s\nPlease report this: it is a bug of ours.\n",
                 error.what());
  }
  return stt::tool::exit_internal;
}
