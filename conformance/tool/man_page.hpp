// Man pages of the commands, section 1.
#pragma once

#include <string>

#include <conformance/tool/command_tree.hpp>

namespace stt::tool {

// "stt-conform-run" of `stt conform run`.
std::string man_page_name(const std::string& path);

// In the man(7) macros, whole. `path_above` is empty for `stt` itself.
std::string man_page(const CommandTree& command, const std::string& path_above);

}  // namespace stt::tool
