#include <conformance/tool/command.hpp>

#include <cstdio>
#include <utility>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <conformance/tool/exit_code.hpp>

namespace stt::tool {

Option Option::required() const {
  option_->required();
  return *this;
}

Option Option::type_name(const std::string& name) const {
  option_->type_name(name);
  return *this;
}

Option Option::group(const std::string& heading) const {
  option_->group(heading);
  return *this;
}

Option Option::show_default() const {
  option_->capture_default_str();
  return *this;
}

Option Option::range(int first, int last) const {
  option_->check(CLI::Range(first, last));
  return *this;
}

Option Option::range(std::uint64_t first, std::uint64_t last) const {
  option_->check(CLI::Range(first, last));
  return *this;
}

Option Option::one_of(const std::vector<std::string>& values) const {
  option_->check(CLI::IsMember(values));
  return *this;
}

Option Option::check(std::function<std::string(const std::string&)> judge) const {
  option_->check(std::move(judge));
  return *this;
}

Option Option::expected(int values) const {
  option_->expected(values);
  return *this;
}

Option Option::one_value_each_time() const {
  option_->allow_extra_args(false);
  return *this;
}

Option Option::needs(Option other) const {
  option_->needs(other.option_);
  return *this;
}

Option Option::excludes(Option other) const {
  option_->excludes(other.option_);
  return *this;
}

bool Option::is_given() const {
  return !option_->empty();
}

Command Command::add_command(const std::string& name, const std::string& description) const {
  return {*app_->add_subcommand(name, description), *exit_code_};
}

void Command::require_command() const {
  app_->require_subcommand(1);
}

Command Command::hide() const {
  app_->group("");
  return *this;
}

void Command::footer(const std::string& text) const {
  app_->footer(text);
}

void Command::action(std::function<int()> run) const {
  app_->callback([run = std::move(run), exit_code = exit_code_] { *exit_code = run(); });
}

Option Command::add_option(const std::string& name, std::string& value,
                           const std::string& description) const {
  return Option(*app_->add_option(name, value, description));
}

Option Command::add_option(const std::string& name, std::vector<std::string>& values,
                           const std::string& description) const {
  return Option(*app_->add_option(name, values, description));
}

Option Command::add_option(const std::string& name, int& value,
                           const std::string& description) const {
  return Option(*app_->add_option(name, value, description));
}

Option Command::add_option(const std::string& name, std::uint16_t& value,
                           const std::string& description) const {
  return Option(*app_->add_option(name, value, description));
}

Option Command::add_option(const std::string& name, std::uint32_t& value,
                           const std::string& description) const {
  return Option(*app_->add_option(name, value, description));
}

Option Command::add_option(const std::string& name, std::uint64_t& value,
                           const std::string& description) const {
  return Option(*app_->add_option(name, value, description));
}

Option Command::add_option(const std::string& name, std::optional<std::uint16_t>& value,
                           const std::string& description) const {
  return Option(*app_->add_option(name, value, description));
}

Option Command::add_option(const std::string& name, std::optional<std::uint64_t>& value,
                           const std::string& description) const {
  return Option(*app_->add_option(name, value, description));
}

Option Command::add_option(const std::string& name,
                           const std::function<void(const std::vector<std::string>&)>& take,
                           const std::string& description) const {
  return Option(*app_->add_option_function(name, take, description));
}

Option Command::add_flag(const std::string& name, bool& value,
                         const std::string& description) const {
  return Option(*app_->add_flag(name, value, description));
}

Option Command::option(const std::string& name) const {
  return Option(*app_->get_option(name));
}

namespace {

// The innermost subcommand that was named: its help is the one to point at.
struct Named {
  const CLI::App* app;
  std::string path;
};
Named innermost(const CLI::App& app) {
  Named named{&app, app.get_name()};
  while (!named.app->get_subcommands().empty()) {
    named.app = named.app->get_subcommands().front();
    named.path += " " + named.app->get_name();
  }
  return named;
}

// CLI11 says only that a subcommand is required.
std::string explain(const CLI::App& at, const CLI::ParseError& error) {
  const auto all =
      at.get_subcommands([](const CLI::App* one) { return !one->get_group().empty(); });
  if (all.empty()) return error.what();
  const std::vector<std::string> rest = at.remaining();
  std::string text = rest.empty() ? "name one of its commands:"
                                  : "there is no command '" + rest.front() + "'. There are";
  for (const CLI::App* command : all) text += " " + command->get_name();
  return text;
}

int complain(const Named& at, const std::string& what) {
  std::fprintf(stderr, "%s: %s\nTry `%s --help`.\n", at.path.c_str(), what.c_str(),
               at.path.c_str());
  return exit_usage;
}

}  // namespace

CommandLine::CommandLine(const std::string& program, const std::string& description)
    : app_(std::make_unique<CLI::App>(description, program)) {}

CommandLine::~CommandLine() = default;

Command CommandLine::root() {
  return {*app_, exit_code_};
}

void CommandLine::add_version_flag(std::function<std::string()> text) {
  app_->set_version_flag("--version", std::move(text), "Version and build details");
}

int CommandLine::run(int argc, char** argv) {
  try {
    app_->parse(argc, argv);
  } catch (const CLI::Success& request) {  // --help, --version
    return app_->exit(request);
  } catch (const CLI::ParseError& error) {
    const Named at = innermost(*app_);
    return complain(at, explain(*at.app, error));
  } catch (const UsageError& error) {
    return complain(innermost(*app_), error.what());
  }
  return exit_code_;
}

}  // namespace stt::tool
