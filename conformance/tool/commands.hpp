// The subcommands of `stt`. A new one is a line here, its file in CMakeLists.txt, and a function
//
//   void add_<name>_command(Command app);
//
// that adds a subcommand with its options and its action to `app`. Usage errors are dealt with in
// command.cpp, whatever else is thrown in main.cpp.
#pragma once

#include <conformance/tool/command.hpp>

// In the order of the help text.
// clang-format off
#define STT_COMMANDS(X) \
  X(keygen)             \
  X(node)               \
  X(chat)               \
  X(store)              \
  X(sim)                \
  X(conform)            \
  X(report)             \
  X(man)                \
  X(completion)
// clang-format on

namespace stt::tool {

#define X(name) void add_##name##_command(Command app);
STT_COMMANDS(X)
#undef X

}  // namespace stt::tool
