#include <algorithm>
#include <sstream>

#include <conformance/tool/man_page.hpp>
#include <conformance/tool/version.hpp>

namespace stt::tool {
namespace {

// Text as roff takes it: backslashes and hyphens are commands of its own, and so is a line that
// begins with a dot or an apostrophe.
std::string escaped(const std::string& text) {
  std::string out;
  bool line_begins = true;
  for (const char c : text) {
    if (line_begins && (c == '.' || c == '\'')) out += "\\&";
    line_begins = c == '\n';
    switch (c) {
      case '\\': out += "\\e"; break;
      case '-': out += "\\-"; break;
      case '\'': out += "\\(aq"; break;
      case '`': out += "\\(ga"; break;
      case '^': out += "\\(ha"; break;
      case '~': out += "\\(ti"; break;
      default: out += c;
    }
  }
  return out;
}

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return text;
}

std::string synopsis(const CommandTree& command) {
  std::string text = ".B " + escaped(command.path) + "\n[OPTIONS]";
  for (const Argument& one : command.positionals) {
    text +=
        one.required ? " " + escaped(one.names.front()) : " [" + escaped(one.names.front()) + "]";
  }
  return text + (command.commands.empty() ? "\n" : " COMMAND\n");
}

// The choices, or the kind of value.
std::string value(const Argument& argument) {
  std::string text;
  for (const std::string& choice : argument.choices) text += (text.empty() ? "" : "|") + choice;
  return text.empty() ? argument.value : text;
}

// A paragraph with its term: the names in bold, what follows them in italics.
std::string paragraph(const Argument& argument, bool positional) {
  std::string text = ".TP\n";
  for (const std::string& name : argument.names) {
    text += (&name == &argument.names.front() ? "\\fB" : ", \\fB") + escaped(name) + "\\fR";
  }
  if (!positional && !argument.value.empty()) text += " \\fI" + escaped(value(argument)) + "\\fR";
  text += "\n" + escaped(argument.description);
  if (argument.required) text += " (required)";
  return text + "\n";
}

// Options under the headings that --help gives them, in its order.
std::string sections(const std::vector<Argument>& options) {
  std::vector<std::string> groups;
  for (const Argument& one : options) {
    if (std::ranges::find(groups, one.group) == groups.end()) groups.push_back(one.group);
  }
  std::string text;
  for (const std::string& group : groups) {
    text += ".SH " + escaped(upper(group)) + "\n";
    for (const Argument& one : options) {
      if (one.group == group) text += paragraph(one, false);
    }
  }
  return text;
}

// Written for a terminal, with examples that stand in columns: kept line by line.
std::string details(std::string footer) {
  while (footer.ends_with('\n')) footer.pop_back();
  return footer.empty() ? "" : ".SH DETAILS\n.nf\n" + escaped(footer) + "\n.fi\n";
}

}  // namespace

std::string man_page_name(const std::string& path) {
  std::string name = path;
  std::ranges::replace(name, ' ', '-');
  return name;
}

std::string man_page(const CommandTree& command, const std::string& path_above) {
  const std::string name = escaped(man_page_name(command.path));
  std::ostringstream page;
  page << ".TH " << upper(name) << " 1 \"\" \"stt " << version << "\" \"STT/1\"\n"
       << ".SH NAME\n"
       << name << " \\- " << escaped(command.description) << "\n"
       << ".SH SYNOPSIS\n"
       << synopsis(command);
  if (!command.positionals.empty()) page << ".SH ARGUMENTS\n";
  for (const Argument& one : command.positionals) page << paragraph(one, true);
  if (!command.commands.empty()) page << ".SH COMMANDS\n";
  for (const CommandTree& one : command.commands) {
    page << ".TP\n.BR " << escaped(man_page_name(one.path)) << " (1)\n"
         << escaped(one.description) << "\n";
  }
  page << sections(command.options) << details(command.footer);
  if (!path_above.empty()) {
    page << ".SH SEE ALSO\n.BR " << escaped(man_page_name(path_above)) << " (1)\n";
  }
  return page.str();
}

}  // namespace stt::tool
