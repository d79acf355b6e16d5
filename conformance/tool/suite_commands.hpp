// `stt conform run|fuzz|list|explain|report|diff|vectors`: the suite on the command line.
#pragma once

#include <string>

namespace CLI {
class App;
}  // namespace CLI

namespace stt::tool {

// Where the vectors are if nobody says so: in the tree this program was built from, else here.
std::string default_vectors();

void add_echo_command(CLI::App& conform, int& exit_code);
void add_run_command(CLI::App& conform, int& exit_code);
void add_fuzz_command(CLI::App& conform, int& exit_code);
void add_list_command(CLI::App& conform, int& exit_code);
void add_explain_command(CLI::App& conform, int& exit_code);
void add_suite_report_command(CLI::App& conform, int& exit_code);
void add_diff_command(CLI::App& conform, int& exit_code);
void add_vectors_command(CLI::App& conform, int& exit_code);
// Below `vectors`.
void add_promote_command(CLI::App& vectors, int& exit_code);

}  // namespace stt::tool
