// The subcommands of `stt sim` that have a file of their own. Each function adds its own to `sim`.
#pragma once

#include <conformance/tool/command.hpp>

namespace stt::tool {

void add_sim_campaign_command(Command sim);
void add_sim_report_command(Command sim);
void add_sim_merge_command(Command sim);
void add_sim_shrink_command(Command sim);
void add_sim_small_worlds_command(Command sim);
// explain, compare, checkpoints, export-netem
void add_sim_inspect_commands(Command sim);

}  // namespace stt::tool
