#include <conformance/tool/completion.hpp>

namespace stt::tool {
namespace {

// Both scripts hold the same three tables, by the path of a command: its commands, its options, and
// of options with a value ("stt conform run --jobs") the choices, none if it is a file or anything
// else. The walk through the words of a line is the shell's own.
constexpr char bash_walk[] = R"(
  local command=stt previous= current=${COMP_WORDS[COMP_CWORD]} word i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    previous=
    if [[ " ${below[$command]-} " == *" $word "* ]]; then
      command+=" $word"
    elif [[ ${choices["$command $word"]+takes one} ]]; then
      previous=$word
      [[ ${COMP_WORDS[i + 1]} != = ]] || ((i++))
      ((i++))
    fi
  done
  [[ $current != = ]] || current=
  COMPREPLY=()
  # The loop has stepped over the word that is being completed: it is the value of an option.
  if [[ $previous ]] && ((i > COMP_CWORD)); then
    word=${choices["$command $previous"]}
    [[ $word ]] || compopt -o default 2>/dev/null
  elif [[ $current == -* ]]; then
    word=${switches[$command]}
  else
    word=${below[$command]-}
    [[ $word ]] || compopt -o default 2>/dev/null
  fi
  mapfile -t COMPREPLY < <(compgen -W "$word" -- "$current")
}
complete -F _stt stt
)";

constexpr char zsh_walk[] = R"(
  local command=stt previous= word i
  local -a found
  for ((i = 2; i < CURRENT; i++)); do
    word=$words[i]
    previous=
    if (( ${+switches[$command $word]} )); then
      command+=" $word"
    elif (( ${+choices[$command $word]} )); then
      previous=$word
      (( i++ ))
    fi
  done
  if [[ -n $previous ]] && (( i > CURRENT )); then
    found=(${=choices[$command $previous]})
    (( $#found )) && compadd -- $found || _files
  elif [[ $words[CURRENT] == -* ]]; then
    found=(${(f)switches[$command]})
    _describe option found
  else
    found=(${(f)below[$command]})
    (( $#found )) && _describe command found || _files
  fi
}
compdef _stt stt
)";

std::string last_word(const std::string& path) {
  return path.substr(path.rfind(' ') + 1);
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

struct Tables {
  std::string commands, options, values;
};

// With `entry` for each line of a table and `item` for each name with what it means.
template <typename Entry, typename Item>
void fill(const CommandTree& command, Tables& tables, const Entry& entry, const Item& item) {
  std::string commands;
  std::string options;
  for (const CommandTree& one : command.commands) {
    commands += item(last_word(one.path), one.description);
    fill(one, tables, entry, item);
  }
  for (const Argument& one : command.options) {
    for (const std::string& name : one.names) {
      options += item(name, one.description);
      if (!one.value.empty())
        tables.values += entry(command.path + " " + name, joined(one.choices));
    }
  }
  if (!commands.empty()) tables.commands += entry(command.path, commands);
  tables.options += entry(command.path, options);
}

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string table(const std::string& name, const std::string& entries) {
  return "  local -A " + name + "=(\n" + entries + "  )\n";
}

std::string script(const std::string& head, const Tables& tables, const char* walk) {
  return head + "_stt() {\n" + table("below", tables.commands) + table("switches", tables.options) +
         table("choices", tables.values) + walk;
}

}  // namespace

std::string bash_completion(const CommandTree& root) {
  Tables tables;
  fill(
      root, tables,
      [](const std::string& key, const std::string& value) {
        return "    [" + quoted(key) + "]=" + quoted(value) + "\n";
      },
      [](const std::string& name, const std::string&) { return name + " "; });
  return script("# Completion for bash. Made by `stt completion bash`.\n", tables, bash_walk);
}

std::string zsh_completion(const CommandTree& root) {
  Tables tables;
  fill(
      root, tables,
      [](const std::string& key, const std::string& value) {
        return "    " + quoted(key) + " " + quoted(value) + "\n";
      },
      [](const std::string& name, const std::string& meaning) {
        return name + ":" + meaning + "\n";
      });
  return script("#compdef stt\n# Completion for zsh. Made by `stt completion zsh`.\n", tables,
                zsh_walk);
}

}  // namespace stt::tool
