// `stt conform`: the conformance suite. Its subcommands are files of their own.
#include <CLI/App.hpp>
#include <conformance/tool/commands.hpp>
#include <conformance/tool/requirements_command.hpp>

namespace stt::tool {

void add_conform_command(CLI::App& app, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("conform", "Judge an implementation, and the suite itself");
  command->require_subcommand(1);
  add_requirements_command(*command, exit_code);
}

}  // namespace stt::tool
