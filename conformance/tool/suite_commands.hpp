// `stt conform run|fuzz|list|explain|report|diff|vectors`: the suite on the command line.
#pragma once

#include <string>

#include <conformance/tool/command.hpp>

namespace stt::tool {

// Where the vectors are if nobody says so: in the tree this program was built from, else here.
std::string default_vectors();

void add_echo_command(Command conform);
void add_run_command(Command conform);
void add_fuzz_command(Command conform);
void add_list_command(Command conform);
void add_explain_command(Command conform);
void add_suite_report_command(Command conform);
void add_diff_command(Command conform);
void add_vectors_command(Command conform);
// Below `vectors`.
void add_promote_command(Command vectors);

}  // namespace stt::tool
