// Completion of the command line in shells: a script that knows every command, option and choice.
#pragma once

#include <string>

#include <conformance/tool/command_tree.hpp>

namespace stt::tool {

std::string bash_completion(const CommandTree& root);
std::string zsh_completion(const CommandTree& root);

}  // namespace stt::tool
