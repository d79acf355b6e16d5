// `stt conform run`, `list` and `explain`.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <conformance/requirements/requirements.hpp>
#include <conformance/suite/runner.hpp>
#include <conformance/tool/exit_code.hpp>
#include <conformance/tool/suite_commands.hpp>

namespace stt::tool {

using conform::Case;
using conform::Judgement;

namespace {

struct Selection {
  std::string vectors = default_vectors();
  std::vector<std::string> ids;
  std::vector<std::string> kinds;

  bool everything() const { return ids.empty() && kinds.empty(); }
};

bool any_matches(const std::vector<std::string>& patterns, const std::string& text) {
  if (patterns.empty()) return true;
  return std::ranges::any_of(
      patterns, [&](const std::string& pattern) { return requirements::matches(pattern, text); });
}

std::vector<const Case*> select(const conform::Suite& suite, const Selection& selection) {
  std::vector<const Case*> cases;
  for (const Case& one : suite.cases) {
    if (any_matches(selection.ids, one.id) && any_matches(selection.kinds, one.kind)) {
      cases.push_back(&one);
    }
  }
  return cases;
}

void add_selection(CLI::App& command, Selection& selection) {
  command.add_option("--vectors", selection.vectors, "Where manifest.json stands")
      ->type_name("DIR");
  command.add_option("--id", selection.ids, "Only cases with this id; * stands for anything")
      ->type_name("GLOB");
  command.add_option("--kind", selection.kinds, "Only cases of this kind, as in frame.decode")
      ->type_name("GLOB");
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

void print_case(const Case& one) {
  std::printf("  requirement %s (%s)\n  why         %s\n", joined(one.requirements).c_str(),
              one.level.c_str(), one.why.c_str());
  if (!one.base.empty()) {
    std::printf("  base        %s\n  edit        %s\n", one.base.c_str(), one.edit.c_str());
  }
  std::printf("  in          %s\n  expected    %s\n", one.in.dump().c_str(),
              one.expect.dump().c_str());
}

void print_unexpected(const Judgement& judgement) {
  const Case& one = *judgement.the_case;
  std::printf("%s: %s\n", one.id.c_str(), std::string(conform::name(judgement.verdict)).c_str());
  print_case(one);
  std::printf("  actual      %s\n  alone       stt conform run --id '%s'\n\n",
              judgement.actual.dump().c_str(), one.id.c_str());
}

void write_lines(const std::string& path, const std::vector<Judgement>& judgements) {
  std::ofstream stream(path);
  for (const Judgement& judgement : judgements) {
    stream << nlohmann::json{{"id", judgement.the_case->id},
                             {"verdict", conform::name(judgement.verdict)},
                             {"expected", judgement.the_case->expect},
                             {"actual", judgement.actual}}
                  .dump()
           << '\n';
  }
  stream.flush();
  if (!stream) throw conform::SuiteError(path + ": cannot be written");
}

struct RunOptions {
  Selection selection;
  std::string lines;
};

int run(const RunOptions& options) {
  const conform::Suite suite = conform::load_suite(options.selection.vectors);
  const std::vector<const Case*> cases = select(suite, options.selection);
  const auto reference = conform::make_reference_adapter();
  const std::vector<Judgement> judgements = conform::run(suite, cases, *reference);
  if (!options.lines.empty()) write_lines(options.lines, judgements);
  const conform::Totals totals = conform::total(judgements);
  for (const Judgement& judgement : judgements) {
    const bool silent = conform::is_expected(judgement.verdict) ||
                        judgement.verdict == conform::Verdict::unsupported ||
                        judgement.verdict == conform::Verdict::not_exercised;
    if (!silent) print_unexpected(judgement);
  }
  const bool short_of_promise =
      cases.empty() || (options.selection.everything() && cases.size() < suite.promised);
  if (short_of_promise) {
    std::fprintf(stderr, "stt conform run: %zu cases ran, and the manifest promises %zu\n",
                 cases.size(), suite.promised);
  }
  std::printf("%s\n", conform::summary(totals, suite).c_str());
  if (totals.unexpected > 0) return exit_failed;
  return short_of_promise ? exit_too_few_cases : exit_done;
}

int list(const Selection& selection) {
  const conform::Suite suite = conform::load_suite(selection.vectors);
  const std::vector<const Case*> cases = select(suite, selection);
  for (const Case* one : cases) {
    std::printf("%s  %s  %s\n", one->id.c_str(), joined(one->requirements).c_str(),
                one->why.c_str());
  }
  return cases.empty() ? exit_failed : exit_done;
}

// The text of the requirements, if the specification stands beside the vectors.
void print_requirements(const Case& one, const std::string& vectors) {
  const std::filesystem::path pages =
      std::filesystem::absolute(vectors).lexically_normal() / ".." / "docs" / "spec";
  if (!std::filesystem::is_directory(pages)) return;
  for (const auto& page : std::filesystem::directory_iterator(pages)) {
    if (page.path().extension() != ".md") continue;
    std::ifstream stream(page.path());
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    for (const auto& requirement :
         requirements::parse_page(text, page.path().filename().string()).items) {
      if (std::ranges::find(one.requirements, requirement.id) == one.requirements.end()) continue;
      std::printf("  %s (%s)\n    %s\n", requirement.id.c_str(), requirement.place.file.c_str(),
                  requirement.text.c_str());
    }
  }
}

int explain(const std::string& id, const std::string& vectors) {
  const conform::Suite suite = conform::load_suite(vectors);
  const auto found = std::ranges::find(suite.cases, id, &Case::id);
  if (found == suite.cases.end()) {
    std::fprintf(stderr,
                 "stt conform explain: no case is called %s. `stt conform list` shows all.\n",
                 id.c_str());
    return exit_failed;
  }
  std::printf("%s\n", id.c_str());
  print_case(*found);
  print_requirements(*found, vectors);
  return exit_done;
}

// Runs a command; a suite that cannot be read is the harness's fault, not the adapter's.
template <class Command>
int guarded(const char* name, Command command) {
  try {
    return command();
  } catch (const conform::SuiteError& error) {
    std::fprintf(stderr, "stt conform %s: %s\n", name, error.what());
    return exit_harness;
  } catch (const conform::AdapterError& error) {
    std::fprintf(stderr, "stt conform %s: the adapter does not answer: %s\n", name, error.what());
    return exit_adapter;
  }
}

}  // namespace

std::string default_vectors() {
  std::error_code ignored;
  if (std::filesystem::exists(STT_SOURCE_DIR "/vectors", ignored)) return STT_SOURCE_DIR "/vectors";
  return "vectors";
}

void add_run_command(CLI::App& conform, int& exit_code) {
  auto options = std::make_shared<RunOptions>();
  CLI::App* command =
      conform.add_subcommand("run", "Give every vector to the reference and judge its answers");
  add_selection(*command, options->selection);
  command->add_option("--jsonl", options->lines, "Write each verdict as a line of JSON")
      ->type_name("FILE");
  command->footer(
      "Prints what came out otherwise than it should, in full, and then one line:\n"
      "  conform: N expected, N unexpected, N unsupported, N not-exercised of N; suite V\n\n"
      "A negative whose base did not pass is not exercised: it shows nothing.\n"
      "Exit codes: 0 all as expected (or unsupported); 1 something unexpected; 3 fewer cases\n"
      "than promised, or none; 5 the adapter does not answer; 6 the vectors cannot be read.\n\n"
      "  stt conform run --kind 'frame.*'\n"
      "  stt conform run --id frame.decode/magic-first");
  command->callback(
      [options, &exit_code] { exit_code = guarded("run", [&] { return run(*options); }); });
}

void add_list_command(CLI::App& conform, int& exit_code) {
  auto selection = std::make_shared<Selection>();
  CLI::App* command = conform.add_subcommand("list", "The cases: id, requirements, why");
  add_selection(*command, *selection);
  command->footer("Exit codes: 0; 1 nothing matches; 6 the vectors cannot be read.");
  command->callback(
      [selection, &exit_code] { exit_code = guarded("list", [&] { return list(*selection); }); });
}

void add_explain_command(CLI::App& conform, int& exit_code) {
  struct Options {
    std::string id;
    std::string vectors = default_vectors();
  };
  auto options = std::make_shared<Options>();
  CLI::App* command = conform.add_subcommand(
      "explain", "One case: what it asks, what it expects, and the requirements it shows");
  command->add_option("ID", options->id, "As `stt conform list` prints it")->required();
  command->add_option("--vectors", options->vectors, "Where manifest.json stands")
      ->type_name("DIR");
  command->footer("Exit codes: 0; 1 there is no such case; 6 the vectors cannot be read.");
  command->callback([options, &exit_code] {
    exit_code = guarded("explain", [&] { return explain(options->id, options->vectors); });
  });
}

}  // namespace stt::tool
