// What `stt --version` prints: what a report of a bug should begin with.
#pragma once

#include <string>

namespace stt::tool {

std::string version_text();

}  // namespace stt::tool
