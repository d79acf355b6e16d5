// `stt conform`: the conformance suite. Its subcommands are files of their own.
#include <CLI/App.hpp>
#include <conformance/tool/adapter_commands.hpp>
#include <conformance/tool/commands.hpp>
#include <conformance/tool/proof_command.hpp>
#include <conformance/tool/requirements_command.hpp>
#include <conformance/tool/suite_commands.hpp>

namespace stt::tool {

void add_conform_command(CLI::App& app, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("conform", "Judge an implementation, and the suite itself");
  command->require_subcommand(1);
  command->footer(
      "The vectors stand in vectors/, with a README that says what each kind asks. Exit codes of\n"
      "`run`: 0 as expected, 1 unexpected, 2 bad waivers, 3 fewer cases than promised, 4 an "
      "answer\n"
      "that changes, 5 no adapter, 6 no suite; of `run --live`: 7 unexpected, 8 no session.");
  add_run_command(*command, exit_code);
  add_fuzz_command(*command, exit_code);
  add_list_command(*command, exit_code);
  add_explain_command(*command, exit_code);
  add_suite_report_command(*command, exit_code);
  add_diff_command(*command, exit_code);
  add_vectors_command(*command, exit_code);
  add_adapter_command(*command, exit_code);
  add_matrix_command(*command, exit_code);
  add_serve_command(*command, exit_code);
  add_echo_command(*command, exit_code);
  add_requirements_command(*command, exit_code);
  add_proof_commands(*command, exit_code);
}

}  // namespace stt::tool
