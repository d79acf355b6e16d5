// What to type to run this program again, for the commands that it prints.
#pragma once

#include <string>

namespace stt::tool {

// "stt", or "STT_MUTANT=... stt-mutants".
std::string invocation();

}  // namespace stt::tool
