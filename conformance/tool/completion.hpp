// Completion of the command line in shells: a script that knows every command, option and choice.
#pragma once

#include <string>

#include <conformance/tool/command_tree.hpp>

namespace stt::tool {

std::string bash_completion(const Command& root);
std::string zsh_completion(const Command& root);

}  // namespace stt::tool
