// `stt conform serve`: the reference as an adapter on standard input and output.
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>

#include <conformance/suite/foreign/serve.hpp>
#include <conformance/tool/adapter_commands.hpp>
#include <conformance/tool/command.hpp>
#include <conformance/tool/exit_code.hpp>

namespace stt::tool {
namespace {

int serve(const std::string& library) {
  try {
    const auto adapter = library.empty() ? conform::make_reference_adapter()
                                         : conform::make_library_adapter(library);
    std::ios::sync_with_stdio(false);
    conform::serve(*adapter, std::cin, std::cout);
  } catch (const conform::AdapterError& error) {
    std::fprintf(stderr, "stt conform serve: %s\n", error.what());
    return exit_adapter;
  }
  return exit_done;
}

}  // namespace

void add_serve_command(Command conform) {
  auto library = std::make_shared<std::string>();
  const Command command = conform.add_command(
      "serve", "Be an adapter: answer requests from standard input, a line of JSON each");
  command.add_option("--adapter-lib", *library, "Serve this library instead of the reference")
      .type_name("FILE");
  command.footer(
      "What an adapter says, to look at or to compare your own with; docs/adapter-protocol.md\n"
      "explains it. A library that crashes takes only this process with it.\n\n"
      "  echo '{\"id\":1,\"op\":\"hello\",\"protocol\":1}' | stt conform serve\n"
      "  stt conform run --adapter 'stt conform serve'\n\n"
      "Exit codes: 0 the input has ended; 5 the library cannot be loaded, or gave no reply.");
  command.action([library] { return serve(*library); });
}

}  // namespace stt::tool
