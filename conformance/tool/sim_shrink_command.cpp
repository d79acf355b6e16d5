// `stt sim shrink`.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <memory>

#include <conformance/tool/campaign_output.hpp>
#include <conformance/tool/command.hpp>
#include <conformance/tool/exit_code.hpp>
#include <conformance/tool/invocation.hpp>
#include <conformance/tool/progress.hpp>
#include <conformance/tool/sim_commands.hpp>
#include <conformance/tool/sim_target.hpp>
#include <simulator/scenario/scenario_writer.hpp>
#include <simulator/shrink/shrink.hpp>

namespace stt::tool {
namespace {

using sim::WorldResult;

struct Options {
  std::string target;
  std::string out = "shrunk.json";
  std::uint64_t within_s = 60;
};

volatile std::sig_atomic_t interrupted = 0;

int complain(int exit_code, const std::string& what) {
  std::fprintf(stderr, "stt sim shrink: %s.\n", what.c_str());
  return exit_code;
}

unsigned long long number(std::uint64_t value) {
  return value;
}

void print_world(const char* title, const sim::Scenario& scenario, const WorldResult& result) {
  std::printf(
      "%-8s %zu hosts, %zu links, %zu conversations, %llu fault events, %llu events, %.3f s\n",
      title, scenario.hosts.size(), scenario.links.size(), scenario.conversations.size(),
      number(result.fault_events()), number(result.events),
      std::chrono::duration<double>(result.simulated).count());
}

int report(const Options& options, const sim::Scenario& original, const sim::Shrunk& small) {
  std::ofstream out(options.out, std::ios::binary | std::ios::trunc);
  out << small.scenario;
  out.flush();
  if (!out) return complain(exit_cannot_write, "cannot write " + options.out);
  const sim::RecipeResult recipe = sim::recipe_of_json(small.scenario);
  print_world("before", original, small.before);
  print_world("after", recipe->scenario, small.after);
  std::printf(
      "tried    %llu worlds; %s\n", number(small.tried),
      small.is_minimal ? "no move makes it smaller" : "stopped before all moves were tried");
  for (const std::string& problem : small.after.problems)
    std::printf("PROBLEM  %s\n", problem.c_str());
  std::printf("written  %s\ntrace %s\n", options.out.c_str(), small.after.trace.c_str());
  std::printf("replay: %s sim replay %s\n", invocation().c_str(), recipe->token.c_str());
  return exit_done;
}

int run(const Options& options) {
  const sim::RecipeResult recipe = recipe_of_target(options.target);
  if (!recipe) return complain(exit_unreadable, recipe.error());
  if (recipe->file_digest) {
    return complain(exit_usage, "a run that moved a file is not shrunk; try it without the file");
  }
  std::signal(SIGINT, [](int) { interrupted = 1; });
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(options.within_s);
  const bool is_terminal = stderr_is_terminal();
  std::uint64_t tried = 0;
  sim::ShrinkPlan plan;
  plan.should_stop = [&] { return interrupted != 0 || std::chrono::steady_clock::now() >= until; };
  plan.tried = [&](const WorldResult& result, bool is_smaller) {
    ++tried;
    if (!is_terminal || (!is_smaller && tried % 20 != 0)) return;
    std::fprintf(stderr, "\rshrink  %llu worlds tried, now %llu fault events, %llu events\x1b[K",
                 number(tried), number(result.fault_events()), number(result.events));
  };
  const auto small = sim::shrink(sim::write_scenario(recipe->scenario), plan);
  if (is_terminal && tried > 0) std::fputc('\n', stderr);
  if (!small) return complain(exit_failed, small.error());
  return report(options, recipe->scenario, *small);
}

}  // namespace

void add_sim_shrink_command(Command sim) {
  auto options = std::make_shared<Options>();
  const Command command = sim.add_command("shrink", "Make a failing world small");
  command.add_option("world", options->target, "A token, a scenario's file, or its name")
      .required();
  command.add_option("--out", options->out, "Where the small scenario goes")
      .type_name("FILE")
      .show_default();
  command.add_option("--within", options->within_s, "Seconds to search for")
      .type_name("S")
      .range(1, 1'000'000)
      .show_default();
  command.footer(
      "Takes away hosts, conversations, faults, time and bytes, as long as the world still fails\n"
      "and says the same of why (numbers aside). The result is a scenario file to read, to keep "
      "as\n"
      "a test, and to run: `stt sim run ./shrunk.json`. Ctrl-C ends the search with what there "
      "is.\n"
      "\n"
      "  stt sim shrink seed:4711\n"
      "  stt sim shrink my-scenario.json --out small.json --within 300\n"
      "\n"
      "Ends with the trace hash and a token. Exit codes: 0 shrunk, 1 it does not fail (or not "
      "each\n"
      "time), 13 unreadable input, 14 cannot write, 64 usage, 69 no processes.");
  command.action([options] { return guarded([&] { return run(*options); }); });
}

}  // namespace stt::tool
