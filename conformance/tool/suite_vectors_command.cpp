// `stt conform vectors`: makes and checks the files below vectors/.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <memory>

#include <conformance/suite/authoring/author.hpp>
#include <conformance/suite/authoring/vector_files.hpp>
#include <conformance/suite/coverage.hpp>
#include <conformance/suite/files.hpp>
#include <conformance/suite/lint.hpp>
#include <conformance/suite/numbers.hpp>
#include <conformance/tool/command.hpp>
#include <conformance/tool/exit_code.hpp>
#include <conformance/tool/suite_commands.hpp>
#include <conformance/tool/suite_options.hpp>

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
    const conform::HandWritten written = conform::read_hand_written(default_vectors());
    conform::write_vector_files(
        options.out, conform::make_vector_files(cases, locked, options.accepted, written));
    std::size_t negatives = 0;
    for (const auto* list : {&cases, &written.cases}) {
      for (const conform::Case& one : *list) negatives += conform::is_negative(one) ? 1 : 0;
    }
    std::printf("vectors: %zu cases, %zu of them negative, in %s\n",
                cases.size() + written.cases.size(), negatives, options.out.c_str());
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

struct LintOptions {
  std::string vectors;
  bool uncovered = false;
};

// How many MUSTs of the specification have a positive and a negative case; what is wrong with the
// list of those that can have none.
std::vector<std::string> print_coverage(const conform::Background& known,
                                        const LintOptions& options) {
  std::vector<std::string> musts;
  for (const auto& [id, requirement] : known.requirements) {
    if (requirement.level == requirements::Level::must) musts.push_back(id);
  }
  const conform::Coverage coverage = conform::cover(
      known.suite, musts,
      conform::read_unobservables(std::filesystem::path(specification(options.vectors)) /
                                  "unobservable.json"));
  const auto list = [](const std::vector<std::string>& ids, const char* words) {
    for (const std::string& id : ids) std::printf("%s: %s\n", id.c_str(), words);
  };
  if (options.uncovered) {
    list(coverage.positive_only, "no negative");
    list(coverage.negative_only, "no positive");
    list(coverage.uncovered, "no case");
  }
  std::printf(
      "MUSTs: %zu, both %zu, one side and no other observable %zu, positive only %zu, negative "
      "only "
      "%zu, not observable %zu, uncovered %zu\n",
      musts.size(), coverage.both.size(), coverage.one_sided.size(), coverage.positive_only.size(),
      coverage.negative_only.size(), coverage.unobservable.size(), coverage.uncovered.size());
  return coverage.faults;
}

// Prints the numbers of a suite; whether they reach the goals.
bool print_numbers(const conform::SuiteNumbers& numbers) {
  constexpr std::size_t vectors_goal = 600;
  constexpr std::size_t peers_goal = 150;
  const auto vectors = conform::SuiteNumbers::sum(numbers.vectors);
  const auto peers = conform::SuiteNumbers::sum(numbers.peers);
  std::printf("vectors: %zu cases, %zu counted (goal %zu), %zu of them negative (over half)\n",
              vectors.cases, vectors.counted, vectors_goal, vectors.negatives);
  std::printf("peers: %zu cases, %zu counted (goal %zu), %zu of them negative\n", peers.cases,
              peers.counted, peers_goal, peers.negatives);
  std::printf(
      "errors: %zu of wire, crypto, handshake, session and stream are expected by no case\n",
      numbers.errors_missing.size());
  for (const std::string& error : numbers.errors_missing) std::printf("  %s\n", error.c_str());
  return vectors.counted >= vectors_goal && 2 * vectors.negatives > vectors.counted &&
         peers.counted >= peers_goal && numbers.errors_missing.empty();
}

int lint(const LintOptions& options) {
  const conform::Suite suite = conform::load_suite(options.vectors);
  const conform::Background known = background(suite, options.vectors);
  std::vector<std::string> requirements;
  for (const auto& [id, requirement] : known.requirements) requirements.push_back(id);
  std::vector<std::string> faults = conform::lint(suite, requirements);
  std::ranges::move(print_coverage(known, options), std::back_inserter(faults));
  for (const std::string& fault : faults) std::printf("%s\n", fault.c_str());
  const bool reached = print_numbers(conform::count(suite));
  std::printf("lint: %zu problems\n", faults.size());
  return faults.empty() && reached ? exit_done : exit_failed;
}

}  // namespace

void add_vectors_command(Command conform) {
  const Command command = conform.add_command("vectors", "Make the vectors, or check their files");
  command.require_command();

  auto options = std::make_shared<GenerateOptions>();
  const Command make = command.add_command(
      "generate", "Write all vectors from the table in conformance/suite/authoring");
  make.add_option("--out", options->out, "The folder to write").type_name("DIR");
  make.add_option("--accept", options->accepted,
                  "An id whose change, or whose retirement, is meant")
      .type_name("ID");
  make.footer(
      "Refuses where the reference does not do what the table says, and where a case changes or\n"
      "goes under an id of ids.lock: ids are for ever.\n"
      "Exit codes: 0; 1 refused.");
  make.action([options] { return generate(*options); });

  auto folder = std::make_shared<std::string>(default_vectors());
  const Command judge = command.add_command(
      "check", "Do the files agree with the manifest, the lock and the form of a case?");
  judge.add_option("--vectors", *folder, "Where manifest.json stands").type_name("DIR");
  judge.footer("Exit codes: 0; 1 a problem, one a line; 6 the vectors cannot be read.");
  judge.action([folder] { return check(*folder); });

  auto lint_options = std::make_shared<LintOptions>();
  const Command linter = command.add_command(
      "lint", "Is each case one edit away from its base, and does the suite ask enough?");
  add_vectors_option(linter, lint_options->vectors);
  linter.add_flag("--uncovered", lint_options->uncovered,
                  "Also list the MUSTs without a positive or a negative case that could have one");
  linter.footer(
      "Does each edit to its base, and compares. Then the numbers: cases made by one rule from "
      "one\n"
      "base, and cases that differ only in numbers, count once. MUSTs that no case can observe\n"
      "stand with their reasons in docs/spec/unobservable.json.\n"
      "Exit codes: 0; 1 a problem, or a goal that is missed; 6 the vectors cannot be read.");
  linter.action([lint_options] {
    return guarded_suite_command("vectors lint", [&] { return lint(*lint_options); });
  });
  add_promote_command(command);
}

}  // namespace stt::tool
