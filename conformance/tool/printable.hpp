// What a peer says, made safe to print: a text commands no terminal and hides nothing.
#pragma once

#include <string>
#include <string_view>

namespace stt::tool {

// A tab becomes a space. Other control characters (also those from U+0080 to U+009F, which
// terminals obey too), separators of lines, marks that turn the direction of writing, and bytes
// that are not UTF-8 become '_' each.
std::string printable(std::string_view text);

}  // namespace stt::tool
