// `stt`: the command line of the project. One file a subcommand; this one only dispatches, and
// turns whatever goes wrong into a sentence and an exit code.
#include <cstdio>
#include <exception>

#include <conformance/tool/command.hpp>
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

int run(int argc, char** argv) {
  CommandLine line("stt", description);
  line.add_version_flag(version_text);
  const Command root = line.root();
  root.footer(examples);
  root.require_command();
#define X(name) add_##name##_command(root);
  STT_COMMANDS(X)
#undef X
  return line.run(argc, argv);
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
