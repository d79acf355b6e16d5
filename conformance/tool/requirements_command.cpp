#include <conformance/tool/requirements_command.hpp>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include <conformance/requirements/requirements.hpp>
#include <conformance/tool/command.hpp>
#include <conformance/tool/exit_code.hpp>

namespace stt::tool {
namespace {

struct Options {
  std::string root;
  bool uncovered = false;
  bool json = false;
  std::size_t allowed = 0;  // gaps
};

// The tree this binary was built from, if it is still there; else where the user stands.
std::string default_root() {
  std::error_code ignored;
  if (std::filesystem::exists(STT_SOURCE_DIR "/docs/spec", ignored)) return STT_SOURCE_DIR;
  return ".";
}

int run(const Options& options) {
  if (!std::filesystem::is_directory(options.root + "/docs/spec")) {
    std::fprintf(stderr,
                 "stt conform requirements: %s holds no docs/spec. Name the source tree with "
                 "--root.\n",
                 options.root.c_str());
    return exit_unreadable;
  }
  const requirements::Matrix matrix = requirements::scan(options.root);
  for (const requirements::Problem& problem : matrix.problems) {
    std::fprintf(stderr, "%s\n", requirements::to_line(problem).c_str());
  }
  if (options.json) {
    std::printf("%s\n", requirements::to_json(matrix, options.uncovered).c_str());
  } else {
    for (const requirements::Row& row : matrix.rows) {
      if (options.uncovered && row.covered()) continue;
      std::printf("%s\n", requirements::to_line(row).c_str());
    }
  }
  std::fflush(stdout);
  // JSON stays one document: the last line goes beside it.
  std::fprintf(options.json ? stderr : stdout, "%s\n", requirements::summary(matrix).c_str());
  return matrix.uncovered() <= options.allowed && matrix.problems.empty() ? exit_done : exit_failed;
}

}  // namespace

void add_requirements_command(Command conform) {
  auto options = std::make_shared<Options>();
  options->root = default_root();
  const Command command = conform.add_command(
      "requirements", "Which requirement is kept where, tested where, and which is not");
  command.add_option("--root", options->root, "The source tree").type_name("DIR");
  command.add_flag("--uncovered", options->uncovered, "Only those without test or exception");
  command.add_flag("--json", options->json, "One JSON document; the summary goes to stderr");
  command.add_option("--allow", options->allowed, "Gaps that are no failure yet").type_name("N");
  command.footer(
      "Ends with `requirements: N, uncovered N`.\n"
      "Exit codes: 0 all covered; 1 a gap, a citation of what does not exist, or an exception\n"
      "that is not needed; 13 no specification found.");
  command.action([options] { return run(*options); });
}

}  // namespace stt::tool
