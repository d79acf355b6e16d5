#include <conformance/tool/foreign_hosts.hpp>

#include <conformance/tool/command.hpp>
#include <conformance/tool/suite_options.hpp>

namespace stt::tool {

void ForeignHosts::add_options(Command command, const std::string& name, const std::string& words) {
  const auto take = [this, name](const std::vector<std::string>& given) {
    for (const std::string& each : given) {
      const std::size_t equals = each.find('=');
      if (equals == std::string::npos || equals == 0 || equals + 1 == each.size()) {
        throw UsageError("--adapter: '" + each + "' is not " + name + "=COMMAND");
      }
      if (!commands_.emplace(each.substr(0, equals), each.substr(equals + 1)).second) {
        throw UsageError("--adapter: " + each.substr(0, equals) + " is named twice");
      }
    }
  };
  command.add_option("--adapter", take, words).type_name(name + "=COMMAND").one_value_each_time();
  command.add_option("--deadline", deadline_s_, "Seconds for a reply; later is a hang")
      .type_name("S")
      .range(1, 3'600);
}

std::string ForeignHosts::text() const {
  std::string all;
  for (const auto& [name, words] : commands_) all += " --adapter " + quoted(name + "=" + words);
  return all;
}

std::map<std::string, conform::AdapterFactory> ForeignHosts::factories() const {
  std::map<std::string, conform::AdapterFactory> made;
  for (const auto& [name, words] : commands_) {
    const conform::ProcessOptions process{
        .command = words, .deadline = std::chrono::seconds(deadline_s_), .on_fault = {}};
    made[name] = [process] { return conform::make_process_adapter(process); };
  }
  return made;
}

}  // namespace stt::tool
