// `stt conform`: the conformance suite. Its subcommands are files of their own.
#include <conformance/tool/adapter_commands.hpp>
#include <conformance/tool/command.hpp>
#include <conformance/tool/commands.hpp>
#include <conformance/tool/proof_command.hpp>
#include <conformance/tool/requirements_command.hpp>
#include <conformance/tool/suite_commands.hpp>

namespace stt::tool {

void add_conform_command(Command app) {
  const Command command =
      app.add_command("conform", "Judge an implementation, and the suite itself");
  command.require_command();
  command.footer(
      "The vectors stand in vectors/, with a README that says what each kind asks. Exit codes of\n"
      "`run`: 0 as expected, 1 unexpected, 2 bad waivers, 3 fewer cases than promised, 4 an "
      "answer\n"
      "that changes, 5 no adapter, 6 no suite; of `run --live`: 7 unexpected, 8 no session.");
  add_run_command(command);
  add_fuzz_command(command);
  add_list_command(command);
  add_explain_command(command);
  add_suite_report_command(command);
  add_diff_command(command);
  add_vectors_command(command);
  add_adapter_command(command);
  add_matrix_command(command);
  add_serve_command(command);
  add_echo_command(command);
  add_requirements_command(command);
  add_proof_commands(command);
}

}  // namespace stt::tool
