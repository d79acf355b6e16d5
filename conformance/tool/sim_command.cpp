// `stt sim`: runs worlds of the simulator.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>

#include <conformance/suite/foreign/adapter_peer.hpp>
#include <conformance/tool/adapter_commands.hpp>
#include <conformance/tool/command.hpp>
#include <conformance/tool/commands.hpp>
#include <conformance/tool/exit_code.hpp>
#include <conformance/tool/foreign_hosts.hpp>
#include <conformance/tool/invocation.hpp>
#include <conformance/tool/printable.hpp>
#include <conformance/tool/run_outputs.hpp>
#include <conformance/tool/sim_commands.hpp>
#include <conformance/tool/sim_target.hpp>
#include <simulator/scenario/catalogue.hpp>
#include <simulator/scenario/recipe.hpp>
#include <simulator/scenario/scenario_json.hpp>
#include <simulator/trace/trace_hashes.hpp>
#include <simulator/world.hpp>
#include <stt/base/hex.hpp>

namespace stt::tool {
namespace {

struct Options {
  std::string target;  // of run: a file or a name; of replay: the token
  std::optional<std::uint64_t> seed;
  std::string file_path;
  OutputPaths outputs;
  ForeignHosts foreign;
};

int complain(int exit_code, const std::string& what) {
  std::fprintf(stderr, "stt sim: %s.\n", what.c_str());
  return exit_code;
}

std::string seconds(Duration duration) {
  char text[32];
  std::snprintf(text, sizeof text, "%lld.%06lld s", static_cast<long long>(duration / 1s),
                static_cast<long long>(duration % 1s / 1us));
  return text;
}

void print_counters(const sim::KindCounters& counters) {
  std::printf("packets    ");
  const char* separator = "";
  for (std::size_t i = 0; i < sim::kind_count; ++i) {
    const auto kind = static_cast<sim::Kind>(i);
    const std::uint64_t count = counters.count(kind);
    const bool always = kind == sim::Kind::sent || kind == sim::Kind::delivered;
    if (!always && (!sim::is_fault(kind) || count == 0)) continue;
    const std::string word(sim::name(kind));
    std::printf("%s%llu %s", separator, static_cast<unsigned long long>(count), word.c_str());
    separator = ", ";
  }
  std::printf("\n");
}

// From when a message was due to when it was read, where messages have a time.
void print_latencies(std::vector<std::uint32_t> us) {
  if (us.empty()) return;
  std::ranges::sort(us);
  const auto at = [&](std::size_t percent) { return us[(us.size() - 1) * percent / 100]; };
  std::printf("latency    p50 %u us, p99 %u us, max %u us\n", at(50), at(99), us.back());
}

void print_summary(const sim::Scenario& scenario, const sim::Outcome& outcome) {
  const auto number = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
  std::printf("scenario   %s, seed %llu\n", scenario.name.c_str(), number(scenario.seed));
  std::printf("purpose    %s\n", scenario.purpose.c_str());
  std::printf("simulated  %s, %llu events\n", seconds(outcome.simulated).c_str(),
              number(outcome.events));
  std::printf("delivered  %llu messages, %llu bytes, goodput %llu kbit/s\n",
              number(outcome.tally.messages_delivered), number(outcome.tally.bytes_delivered),
              number(outcome.goodput_bits_per_second / 1'000));
  print_latencies(outcome.tally.latencies_us);
  print_counters(outcome.counters);
  std::printf("recovery   %llu retransmissions, %llu key rotations\n",
              number(outcome.retransmissions), number(outcome.rotations));
  if (outcome.tally.file_digest) {
    std::printf("sha3-256   %s, equal on both sides: %s\n",
                to_hex(*outcome.tally.file_digest).c_str(),
                outcome.tally.digests_equal > 0 ? "yes" : "no");
  }
  for (const std::string& problem : outcome.problems)
    std::printf("PROBLEM    %s\n", problem.c_str());
  std::printf("verdict    %s\n",
              outcome.as_expected() ? "as the scenario expects" : "not as the scenario expects");
}

// Puts foreign implementations where the command line wants them.
class Guests {
 public:
  // What is wrong with the command line, if something is. Throws AdapterError.
  std::optional<std::string> move_in(const ForeignHosts& foreign, sim::Scenario& scenario,
                                     sim::RunOptions& options) {
    for (const auto& [host, start] : foreign.factories()) {
      if (std::ranges::find(scenario.hosts, host, &sim::HostPlan::name) == scenario.hosts.end()) {
        return scenario.name + " has no host " + host;
      }
      adapters_.push_back(start());
      options.foreign[host] = conform::foreign_peer(adapters_.back(), host);
    }
    // How often the network must have done something depends on how much they send.
    if (!foreign.empty()) scenario.expectation.occurs.clear();
    return std::nullopt;
  }
  std::string complaints() const {
    std::string all;
    for (const auto& adapter : adapters_) all += adapter->complaints();
    return all;
  }

 private:
  std::vector<std::shared_ptr<conform::Adapter>> adapters_;
};

int play(sim::Recipe recipe, const Options& options) {
  std::optional<std::string> file;
  sim::RunOptions run_options;
  if (!options.file_path.empty()) {
    file = read_whole(options.file_path);
    if (!file) return complain(exit_unreadable, "cannot read " + options.file_path);
    run_options.file = as_bytes(*file);
    const auto expected = recipe.file_digest;
    sim::add_file(recipe, *run_options.file);
    if (expected && recipe.file_digest != expected) {
      return complain(exit_unreadable, options.file_path +
                                           " is not the file that was moved: its "
                                           "SHA3-256 is another one");
    }
  } else if (recipe.file_digest) {
    return complain(exit_usage, "that run moved a file; give it again with --file");
  }
  RunOutputs outputs(recipe.scenario);
  if (const auto failure = outputs.open(options.outputs, run_options)) {
    return complain(exit_cannot_write, *failure);
  }
  Guests guests;
  sim::Outcome outcome;
  try {
    if (const auto wrong = guests.move_in(options.foreign, recipe.scenario, run_options)) {
      return complain(exit_usage, *wrong);
    }
    outcome = sim::run(recipe.scenario, run_options);
  } catch (const conform::AdapterError& error) {
    print_complaints(guests.complaints());
    return complain(exit_adapter, printable(error.what()));
  }
  print_summary(recipe.scenario, outcome);
  if (const auto failure = outputs.finish()) return complain(exit_cannot_write, *failure);
  std::printf("trace %s\n", to_hex(outcome.trace).c_str());
  if (outcome.as_expected()) return exit_done;
  std::printf("replay: %s sim replay %s%s\n", invocation().c_str(), recipe.token.c_str(),
              options.foreign.text().c_str());
  return exit_failed;
}

sim::RecipeResult recipe_for(const Options& options) {
  if (options.target.empty()) return sim::recipe_of_seed(*options.seed);
  return recipe_of_target(options.target, options.seed);
}

int run(const Options& options) {
  if (options.target.empty() && !options.seed) {
    return complain(exit_usage,
                    "say what to run: a scenario's name or file, or --seed N for a "
                    "world drawn from a seed. `stt sim list` shows the names");
  }
  const sim::RecipeResult recipe = recipe_for(options);
  return recipe ? play(*recipe, options) : complain(exit_unreadable, recipe.error());
}

int replay(const Options& options) {
  const sim::RecipeResult recipe = sim::recipe_of_token(options.target);
  return recipe ? play(*recipe, options) : complain(exit_unreadable, recipe.error());
}

int list() {
  for (const sim::ShippedScenario& shipped : sim::shipped_scenarios()) {
    const auto scenario = sim::parse_scenario(shipped.json);
    const std::string name(shipped.name);
    const std::string purpose = scenario ? scenario->purpose : scenario.error().text();
    std::printf("%-30s %s\n", name.c_str(), purpose.c_str());
  }
  return exit_done;
}

void add_run_options(Command command, Options& options) {
  command.add_option("--file", options.file_path, "The file to move, in scenarios that move one");
  add_output_options(command, options.outputs);
  options.foreign.add_options(command, "HOST", "Let another implementation live at that host");
}

}  // namespace

void add_sim_command(Command app) {
  auto options = std::make_shared<Options>();
  const Command sim = app.add_command("sim", "Run nodes in a simulated, hostile network");
  sim.require_command();
  sim.footer(
      "A world is two or more unmodified nodes, a network with faults, and checkers that watch\n"
      "every event. The same scenario and seed give the same world, to the last byte: the trace\n"
      "hash says so. A failure prints a token that brings it back.\n"
      "\n"
      "  stt sim list                              the scenarios that ship\n"
      "  stt sim run drop-rate                     one of them\n"
      "  stt sim run lossy-file --file photo.jpg   a real file through a bad network\n"
      "  stt sim run my-scenario.json --seed 7     your own, with another seed\n"
      "  stt sim run --seed 42                     a world drawn from a seed\n"
      "  stt sim replay seed:42                    again\n"
      "  stt sim campaign --seeds 1:1000           many worlds, on all cores");

  const Command run_command = sim.add_command("run", "Run a scenario, or the world of a seed");
  run_command.add_option("scenario", options->target, "Name of a shipped scenario, or a JSON file");
  run_command.add_option("--seed", options->seed,
                         "The world's seed; alone: draws everything from it");
  add_run_options(run_command, *options);
  run_command.footer(
      "A name with a slash or ending in .json is a file; simulator/scenarios/schema.json says "
      "what\n"
      "may stand in it.\n"
      "\n"
      "  stt sim run drop-rate --html run.html\n"
      "  stt sim run drop-rate --pcap run.pcapng --pcap-plaintext\n"
      "  tshark -X lua_script:docs/wireshark/stt.lua -r run.pcapng\n"
      "  stt sim run drop-rate --adapter server='python3 adapter.py'\n"
      "\n"
      "docs/simulator.md shows how to look at a run. The last line is `trace <64 hex>`, or, if "
      "the\n"
      "world did not end as it should, `replay: stt sim replay TOKEN`. Exit codes: 0 as expected,\n"
      "1 not, 5 an adapter fails, 13 unreadable input, 14 cannot write, 64 usage.");
  run_command.action([options] { return run(*options); });

  const Command replay_command = sim.add_command("replay", "Run a world again, from its token");
  replay_command.add_option("token", options->target, "As `stt sim run` printed it").required();
  add_run_options(replay_command, *options);
  replay_command.action([options] { return replay(*options); });

  const Command list_command = sim.add_command("list", "Show the scenarios that ship");
  list_command.action([] { return list(); });

  const Command hashes =
      sim.add_command("trace-hashes", "Print vectors/trace-hashes.json: what every build must get");
  hashes.action([] {
    std::fputs(sim::trace_hashes_json().c_str(), stdout);
    return exit_done;
  });
  add_sim_campaign_command(sim);
  add_sim_report_command(sim);
  add_sim_merge_command(sim);
  add_sim_shrink_command(sim);
  add_sim_small_worlds_command(sim);
  add_sim_inspect_commands(sim);
}

}  // namespace stt::tool
