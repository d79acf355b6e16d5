// `stt conform mutants|hostile|proof`: whether the suite finds what is wrong, and nothing else.
// What they do stands in conformance/proof, in Python: it starts programs, this one among them, and
// has to outlive them.
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <conformance/tool/command.hpp>
#include <conformance/tool/exit_code.hpp>
#include <conformance/tool/proof_command.hpp>

namespace stt::tool {
namespace {

constexpr char script[] = STT_SOURCE_DIR "/conformance/proof/proof.py";

// Becomes the script; comes back only if that fails.
int become(const std::string& command, const std::vector<std::string>& arguments) {
  std::error_code failure;
  const std::string self = std::filesystem::read_symlink("/proc/self/exe", failure).string();
  if (failure || !std::filesystem::exists(script, failure)) {
    std::fprintf(stderr,
                 "stt conform %s: needs the sources that this program was built from, %s.\n",
                 command.c_str(), script);
    return exit_unreadable;
  }
  std::vector<std::string> line{script, self, STT_SOURCE_DIR, command};
  line.insert(line.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& each : line) argv.push_back(each.data());
  argv.push_back(nullptr);
  std::fflush(nullptr);
  ::execv(script, argv.data());
  std::perror(script);
  return exit_unavailable;
}

struct Options {
  std::vector<std::string> ids;
  std::string adapter, mutants, results;
  int jobs = 2;
  bool sample = false, first_kill = false, assert_killed = false, changed = false, again = false;

  // As the script reads them.
  std::vector<std::string> words() const {
    std::vector<std::string> out = ids;
    const auto value = [&](const char* name, const std::string& given) {
      if (!given.empty()) out.insert(out.end(), {name, given});
    };
    const auto flag = [&](const char* name, bool given) {
      if (given) out.emplace_back(name);
    };
    value("--adapter", adapter);
    value("--mutants", mutants);
    value("--results", results);
    if (jobs != Options{}.jobs) value("--jobs", std::to_string(jobs));
    flag("--sample", sample);
    flag("--first-kill", first_kill);
    flag("--assert-killed", assert_killed);
    flag("--changed", changed);
    flag("--again", again);
    return out;
  }
};
using Shared = std::shared_ptr<Options>;

Shared add(Command command, const std::vector<std::string>& path) {
  auto options = std::make_shared<Options>();
  command.action([options, path] {
    std::vector<std::string> line(path.begin() + 1, path.end());
    const std::vector<std::string> words = options->words();
    line.insert(line.end(), words.begin(), words.end());
    return become(path.front(), line);
  });
  return options;
}

void add_matrix_options(Command command, const Shared& options) {
  command.add_option("--mutants", options->mutants, "stt-mutants, if it is not where the build is")
      .type_name("FILE");
  command.add_option("--results", options->results, "Where the matrix is kept").type_name("FILE");
  command.add_option("--jobs", options->jobs, "Mutants at a time").type_name("N").range(1, 1024);
  command.add_flag("--changed", options->changed,
                   "Keep what is known of mutants whose file is the same, though the suite is not");
  command.add_flag("--again", options->again, "Keep nothing of what is known");
}

void add_mutants_command(Command conform) {
  const Command command =
      conform.add_command("mutants", "Planted bugs, which the suite has to find");
  command.require_command();
  add(command.add_command("list", "One line a mutant"), {"mutants", "list"});
  const Command explain = command.add_command("explain", "What a mutant does, and who killed it");
  const Shared explained = add(explain, {"mutants", "explain"});
  explain.add_option("id", explained->ids, "Mutants").type_name("ID").required();
  const Command run = command.add_command("run", "Put mutants before every judge");
  const Shared options = add(run, {"mutants", "run"});
  run.add_option("id", options->ids, "Only these").type_name("ID");
  run.add_flag("--sample", options->sample, "Only the fifteen that CI tries");
  run.add_flag("--first-kill", options->first_kill, "One judge that kills is enough");
  run.add_flag("--assert-killed", options->assert_killed, "Fail if one survives");
  add_matrix_options(run, options);
  run.footer(
      "Needs stt-mutants, which the preset clang builds, and goes on where it was stopped. Ends\n"
      "with `mutants: K killed of N, T by two layers or more; equivalent E`.\n\n"
      "Exit codes: 0 done; 1 a mutant survives (--assert-killed); 13 there is no stt-mutants, or "
      "a\n"
      "judge cannot judge; 64 usage.");
}

void add_hostile_command(Command conform) {
  const Command command =
      conform.add_command("hostile", "What hostile peers do, with valid keys and without");
  command.require_command();
  add(command.add_command("list", "One line a behaviour"), {"hostile", "list"});
  const Command run = command.add_command("run", "Let an implementation meet them");
  const Shared options = add(run, {"hostile", "run"});
  run.add_option("id", options->ids, "Only these").type_name("ID");
  run.add_option("--adapter", options->adapter, "This implementation instead of the reference")
      .type_name("COMMAND");
  run.footer("Exit codes: 0 all survived; 1 not all; 64 usage.");
}

}  // namespace

void add_proof_commands(Command conform) {
  add_mutants_command(conform);
  add_hostile_command(conform);
  const Command proof = conform.add_command(
      "proof", "Mutants, benign variants, broken adapters and hostile peers: all of it");
  add_matrix_options(proof, add(proof, {"proof"}));
  proof.footer(
      "Exit codes: 0 all mutants killed, and nothing else objected to; 1 not so; 13 there is no\n"
      "stt-mutants, or a judge cannot judge; 64 usage.");
}

}  // namespace stt::tool
