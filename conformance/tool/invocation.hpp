// What to type to run this program again, for the commands that it prints.
#pragma once

#include <string>

namespace stt::tool {

std::string invocation();  // "stt"

}  // namespace stt::tool
