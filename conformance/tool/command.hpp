// Commands and their options, for whoever adds one. The parser behind it is CLI11, which costs ten
// seconds a translation unit: command.cpp and command_tree.cpp include it, and nothing else here.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace stt::tool {

// What the action of a command throws where the command line makes no sense; the text says why.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// An option, a flag or a positional of a command. A handle, to be copied; good for as long as its
// CommandLine lives. What describes it gives it back, to say more of it.
class Option {
 public:
  explicit Option(CLI::Option& option) : option_(&option) {}

  Option required() const;
  // What the help calls its value, as in FILE.
  Option type_name(const std::string& name) const;
  // The heading it stands under in the help.
  Option group(const std::string& heading) const;
  // The help shows the value that the variable has now.
  Option show_default() const;

  // Which values are taken: both ends are.
  Option range(int first, int last) const;
  Option range(std::uint64_t first, std::uint64_t last) const;
  Option one_of(const std::vector<std::string>& values) const;
  // `judge` says what is wrong with a value: nothing, if it is right.
  Option check(std::function<std::string(const std::string&)> judge) const;

  // How many values are taken, where any number would be.
  Option expected(int values) const;
  // Of several values, one each time the option is given: what follows is a positional.
  Option one_value_each_time() const;

  // What else has to be given, or must not be.
  Option needs(Option other) const;
  Option excludes(Option other) const;

  // Whether the command line had it; for actions.
  bool is_given() const;

 private:
  CLI::Option* option_;
};

// A command. A handle, to be copied; good for as long as its CommandLine lives.
class Command {
 public:
  Command(CLI::App& app, int& exit_code) : app_(&app), exit_code_(&exit_code) {}

  // A command below this one.
  Command add_command(const std::string& name, const std::string& description) const;
  // One of those below has to be named.
  void require_command() const;
  // Neither help nor man page of the command above shows this one.
  Command hide() const;
  // What the help says below the options.
  void footer(const std::string& text) const;
  // What the command does once its options are read. Gives back the exit code; throws UsageError.
  void action(std::function<int()> run) const;

  // An option is named like "--out" or "-o,--out", a positional like "FILE". Its value goes to
  // `value`, which outlives the action; there it stays as it is if the option is not given.
  Option add_option(const std::string& name, std::string& value,
                    const std::string& description) const;
  Option add_option(const std::string& name, std::vector<std::string>& values,
                    const std::string& description) const;
  Option add_option(const std::string& name, int& value, const std::string& description) const;
  Option add_option(const std::string& name, std::uint16_t& value,
                    const std::string& description) const;
  Option add_option(const std::string& name, std::uint32_t& value,
                    const std::string& description) const;
  Option add_option(const std::string& name, std::uint64_t& value,
                    const std::string& description) const;
  Option add_option(const std::string& name, std::optional<std::uint16_t>& value,
                    const std::string& description) const;
  Option add_option(const std::string& name, std::optional<std::uint64_t>& value,
                    const std::string& description) const;
  // `take` gets all values at once, and throws UsageError.
  Option add_option(const std::string& name,
                    const std::function<void(const std::vector<std::string>&)>& take,
                    const std::string& description) const;
  Option add_flag(const std::string& name, bool& value, const std::string& description) const;

  // One that was added before. There not being one is a bug, and thrown as one.
  Option option(const std::string& name) const;

  // For command_tree().
  const CLI::App& app() const { return *app_; }

 private:
  CLI::App* app_;
  int* exit_code_;
};

// The whole of it: a program, its commands, and how they end.
class CommandLine {
 public:
  CommandLine(const std::string& program, const std::string& description);
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;
  ~CommandLine();

  // The program itself, as the command above all others.
  Command root();
  void add_version_flag(std::function<std::string()> text);

  // Runs the command that is named; its exit code. Help and version go to standard output. Of what
  // makes no sense standard error gets a sentence, and the exit code is exit_usage.
  int run(int argc, char** argv);

 private:
  std::unique_ptr<CLI::App> app_;
  int exit_code_ = 0;
};

}  // namespace stt::tool
