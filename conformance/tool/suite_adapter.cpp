// Which implementation a command of the suite talks to.
#include <conformance/tool/command.hpp>
#include <conformance/tool/suite_options.hpp>

namespace stt::tool {

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string AdapterOptions::text() const {
  if (!command.empty()) return "--adapter " + quoted(command);
  return shared_library.empty() ? "" : "--adapter-lib " + quoted(shared_library);
}

void add_adapter_options(Command command, AdapterOptions& options) {
  const Option process =
      command.add_option("--adapter", options.command, "Judge this program, with its arguments")
          .type_name("COMMAND");
  command.add_option("--adapter-lib", options.shared_library, "Judge this shared library")
      .type_name("FILE")
      .excludes(process);
  command.add_option("--deadline", options.deadline_s, "Seconds for a reply; later is a hang")
      .type_name("S")
      .range(1, 3'600);
}

conform::AdapterFactory adapter_factory(const AdapterOptions& options,
                                        const std::function<void(const std::string&)>& on_fault) {
  if (!options.command.empty()) {
    const conform::ProcessOptions process{.command = options.command,
                                          .deadline = std::chrono::seconds(options.deadline_s),
                                          .on_fault = on_fault};
    return [process] { return conform::make_process_adapter(process); };
  }
  if (!options.shared_library.empty()) {
    return [file = options.shared_library] { return conform::make_library_adapter(file); };
  }
  return conform::make_reference_adapter;
}

}  // namespace stt::tool
