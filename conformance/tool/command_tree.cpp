#include <sstream>

#include <CLI/App.hpp>
#include <conformance/tool/command_tree.hpp>

namespace stt::tool {
namespace {

// "TEXT:{cpp,node}" is a type and what CLI::IsMember allows; "INT:INT in [1 - 9]" a type twice.
void describe_value(const CLI::Option& option, Argument& argument) {
  const std::string type = option.get_type_name();
  const auto colon = type.find(':');
  // FIRST:LAST is one name.
  const bool checked = colon != std::string::npos && (type.find('{') != std::string::npos ||
                                                      type.find(" in ") != std::string::npos);
  argument.value = checked ? type.substr(0, colon) : type;
  const auto open = type.find('{');
  const auto close = type.find('}');
  if (open == std::string::npos || close == std::string::npos) return;
  std::istringstream list(type.substr(open + 1, close - open - 1));
  for (std::string choice; std::getline(list, choice, ',');) argument.choices.push_back(choice);
}

Argument describe(const CLI::Option& option) {
  Argument argument;
  argument.description = option.get_description();
  argument.group = option.get_group();
  argument.required = option.get_required();
  if (option.get_positional()) {
    argument.names.push_back(option.get_name(true));
    describe_value(option, argument);
    return argument;
  }
  for (const std::string& name : option.get_snames()) argument.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) argument.names.push_back("--" + name);
  if (option.get_items_expected_max() > 0) describe_value(option, argument);
  return argument;
}

CommandTree describe(const CLI::App& app, const std::string& above,
                     const std::string& footer_above) {
  CommandTree command;
  command.path = above + app.get_name();
  command.description = app.get_description();
  const std::string footer = app.get_footer();
  if (footer != footer_above) command.footer = footer;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;
    (option->get_positional() ? command.positionals : command.options).push_back(describe(*option));
  }
  const auto shown = [](const CLI::App* one) { return !one->get_group().empty(); };
  for (const CLI::App* one : app.get_subcommands(shown)) {
    command.commands.push_back(describe(*one, command.path + " ", footer));
  }
  return command;
}

}  // namespace

CommandTree command_tree(Command root) {
  return describe(root.app(), "", "");
}

}  // namespace stt::tool
