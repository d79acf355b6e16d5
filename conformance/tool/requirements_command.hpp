// `stt conform requirements`: the matrix of requirements, code and tests.
#pragma once

namespace CLI {
class App;
}  // namespace CLI

namespace stt::tool {

// Adds the subcommand `requirements` to `conform`.
void add_requirements_command(CLI::App& conform, int& exit_code);

}  // namespace stt::tool
