// The subcommands of `stt sim` that have a file of their own. Each function adds its subcommand to
// `sim`, and sets `exit_code` when it has run.
#pragma once

namespace CLI {
class App;
}  // namespace CLI

namespace stt::tool {

void add_sim_campaign_command(CLI::App& sim, int& exit_code);
void add_sim_report_command(CLI::App& sim, int& exit_code);
void add_sim_merge_command(CLI::App& sim, int& exit_code);
void add_sim_shrink_command(CLI::App& sim, int& exit_code);
void add_sim_small_worlds_command(CLI::App& sim, int& exit_code);
// explain, compare, checkpoints, export-netem
void add_sim_inspect_commands(CLI::App& sim, int& exit_code);

}  // namespace stt::tool
