// `stt conform requirements`: the matrix of requirements, code and tests.
#pragma once

#include <conformance/tool/command.hpp>

namespace stt::tool {

// Adds the subcommand `requirements` to `conform`.
void add_requirements_command(Command conform);

}  // namespace stt::tool
