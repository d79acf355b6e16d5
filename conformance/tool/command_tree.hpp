// The commands of `stt` as data, read from the parser itself: what man pages and completions are
// made of.
#pragma once

#include <string>
#include <vector>

#include <conformance/tool/command.hpp>

namespace stt::tool {

struct Argument {
  std::vector<std::string> names;    // "-h", "--help"; of a positional its one name
  std::string value;                 // what follows, as in FILE; empty: a flag
  std::vector<std::string> choices;  // all values there are; empty: any
  std::string description;
  std::string group;  // the heading it stands under
  bool required = false;
};

struct CommandTree {
  std::string path;  // "stt conform run"
  std::string description;
  std::string footer;  // empty if it is that of the command above
  std::vector<Argument> positionals;
  std::vector<Argument> options;
  std::vector<CommandTree> commands;
};

// Without what --help does not show.
CommandTree command_tree(Command root);

}  // namespace stt::tool
