// `stt conform mutants|hostile|proof`: what shows that the suite works.
#pragma once

#include <conformance/tool/command.hpp>

namespace stt::tool {

void add_proof_commands(Command conform);

}  // namespace stt::tool
