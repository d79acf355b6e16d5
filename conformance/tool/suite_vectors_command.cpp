// `stt conform vectors`: makes and checks the files below vectors/.
#include <cstdio>
#include <filesystem>
#include <memory>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <conformance/suite/authoring/author.hpp>
#include <conformance/suite/authoring/vector_files.hpp>
#include <conformance/suite/files.hpp>
#include <conformance/tool/exit_code.hpp>
#include <conformance/tool/suite_commands.hpp>

namespace stt::tool {
namespace {

struct GenerateOptions {
  std::string out = default_vectors();
  std::vector<std::string> accepted;
};

int generate(const GenerateOptions& options) {
  const std::filesystem::path lock = std::filesystem::path(options.out) / "ids.lock";
  try {
    const std::vector<conform::Case> cases = conform::author_all_cases();
    const std::string locked = std::filesystem::exists(lock) ? conform::read_file(lock) : "";
    conform::write_vector_files(options.out,
                                conform::make_vector_files(cases, locked, options.accepted));
    std::size_t negatives = 0;
    for (const conform::Case& one : cases) negatives += one.expect.contains("reject") ? 1 : 0;
    std::printf("vectors: %zu cases, %zu of them negative, in %s\n", cases.size(), negatives,
                options.out.c_str());
  } catch (const conform::SuiteError& error) {
    std::fprintf(stderr, "stt conform vectors generate: %s\n", error.what());
    return exit_failed;
  }
  return exit_done;
}

int check(const std::string& folder) {
  try {
    const std::vector<std::string> problems = conform::check_vector_files(folder);
    for (const std::string& problem : problems) std::printf("%s\n", problem.c_str());
    std::printf("vectors: %zu problems in %s\n", problems.size(), folder.c_str());
    return problems.empty() ? exit_done : exit_failed;
  } catch (const conform::SuiteError& error) {
    std::fprintf(stderr, "stt conform vectors check: %s\n", error.what());
    return exit_harness;
  }
}

}  // namespace

void add_vectors_command(CLI::App& conform, int& exit_code) {
  CLI::App* command = conform.add_subcommand("vectors", "Make the vectors, or check their files");
  command->require_subcommand(1);

  auto options = std::make_shared<GenerateOptions>();
  CLI::App* make = command->add_subcommand(
      "generate", "Write all vectors from the table in conformance/suite/authoring");
  make->add_option("--out", options->out, "The folder to write")->type_name("DIR");
  make->add_option("--accept", options->accepted,
                   "An id whose change, or whose retirement, is meant")
      ->type_name("ID");
  make->footer(
      "Refuses where the reference does not do what the table says, and where a case changes or\n"
      "goes under an id of ids.lock: ids are for ever.\n"
      "Exit codes: 0; 1 refused.");
  make->callback([options, &exit_code] { exit_code = generate(*options); });

  auto folder = std::make_shared<std::string>(default_vectors());
  CLI::App* judge = command->add_subcommand(
      "check", "Do the files agree with the manifest, the lock and the form of a case?");
  judge->add_option("--vectors", *folder, "Where manifest.json stands")->type_name("DIR");
  judge->footer("Exit codes: 0; 1 a problem, one a line; 6 the vectors cannot be read.");
  judge->callback([folder, &exit_code] { exit_code = check(*folder); });
}

}  // namespace stt::tool
