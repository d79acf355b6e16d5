#include <conformance/tool/invocation.hpp>

#include <cerrno>
#include <cstdlib>

namespace stt::tool {

std::string invocation() {
  const std::string program = ::program_invocation_short_name;
  const char* mutant = program == "stt-mutants" ? std::getenv("STT_MUTANT") : nullptr;
  return (mutant == nullptr ? "" : std::string("STT_MUTANT=") + mutant + " ") + program;
}

}  // namespace stt::tool
