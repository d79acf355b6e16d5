// --adapter NAME=COMMAND, as often as wanted: foreign implementations by name.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <conformance/suite/adapter.hpp>
#include <conformance/tool/command.hpp>

namespace stt::tool {

class ForeignHosts {
 public:
  // `name` is what the help calls what stands before the equals sign. A command line in which
  // something is named twice, or without a command, is refused.
  void add_options(Command command, const std::string& name, const std::string& words);

  // The same again, to be typed behind a command: " --adapter 'server=...'".
  std::string text() const;
  bool empty() const { return commands_.empty(); }
  // In the order of names.
  std::map<std::string, conform::AdapterFactory> factories() const;

 private:
  std::map<std::string, std::string> commands_;
  std::uint64_t deadline_s_ = 30;
};

}  // namespace stt::tool
