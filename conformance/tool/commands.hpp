// The subcommands of `stt`. A new one is a line here, its file in CMakeLists.txt, and a function
//
//   void add_<name>_command(CLI::App& app, int& exit_code);
//
// that adds a subcommand with its options to `app` and sets `exit_code` when it has run. Usage
// errors and whatever is thrown are dealt with in main.cpp.
#pragma once

namespace CLI {
class App;
}  // namespace CLI

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

#define X(name) void add_##name##_command(CLI::App& app, int& exit_code);
STT_COMMANDS(X)
#undef X

}  // namespace stt::tool
