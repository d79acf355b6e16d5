// `stt sim explain`, `export-netem`, `checkpoints` and `compare`.
#include <charconv>
#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>
#include <variant>

#include <conformance/tool/command.hpp>
#include <conformance/tool/exit_code.hpp>
#include <conformance/tool/sim_commands.hpp>
#include <conformance/tool/sim_target.hpp>
#include <simulator/campaign/seed_range.hpp>
#include <simulator/inspect/difference.hpp>
#include <simulator/inspect/explain.hpp>
#include <simulator/inspect/netem.hpp>
#include <simulator/scenario/scenario_writer.hpp>

namespace stt::tool {
namespace {

struct Options {
  std::string target;
  std::string other;
  std::uint64_t every = sim::checkpoint_interval;
  std::string events;
};

int complain(int exit_code, const std::string& what) {
  std::fprintf(stderr, "stt sim: %s.\n", what.c_str());
  return exit_code;
}

int print(const std::string& text) {
  const bool complete =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  return complete ? exit_done : exit_cannot_write;
}

template <class Describe>
int describe(const Options& options, Describe what) {
  const sim::RecipeResult recipe = recipe_of_target(options.target);
  return recipe ? print(what(recipe->scenario)) : complain(exit_unreadable, recipe.error());
}

int checkpoints(const Options& options) {
  const sim::RecipeResult recipe = recipe_of_target(options.target);
  if (!recipe) return complain(exit_unreadable, recipe.error());
  std::string text;
  if (options.events.empty()) {
    for (const auto& each : sim::checkpoints_of(recipe->scenario, options.every)) {
      text += to_json_line(each) + "\n";
    }
  } else {
    const auto range = sim::parse_seed_range(options.events);
    if (!range) return complain(exit_usage, "--events has the form FIRST:LAST");
    for (const auto& line : sim::events_of(recipe->scenario, {range->first, range->last})) {
      text += line + "\n";
    }
  }
  return print(text);
}

// One side of a comparison.
using Trace = std::shared_ptr<std::ifstream>;
using Checkpoints = std::vector<sim::Checkpoint>;
using Side = std::variant<sim::Scenario, Checkpoints, Trace>;

tl::expected<Side, std::string> side_of(const std::string& target) {
  auto file = std::make_shared<std::ifstream>(target);
  std::string line;
  if (*file && std::getline(*file, line)) {
    if (line.starts_with("{\"t_ns\":")) {
      file->seekg(0);
      return Side(file);
    }
    Checkpoints all;
    do {
      const auto checkpoint = sim::parse_checkpoint(line);
      if (!checkpoint) break;
      all.push_back(*checkpoint);
    } while (std::getline(*file, line));
    if (!all.empty()) {
      if (!file->eof()) return tl::unexpected(target + " holds more than checkpoints");
      return Side(std::move(all));
    }
  }
  sim::RecipeResult recipe = recipe_of_target(target);
  if (!recipe) return tl::unexpected(recipe.error());
  return Side(std::move(recipe->scenario));
}

// Checkpoints of a run that lie where the other side's lie.
Checkpoints at_interval_of(const Side& side, const Side& other) {
  if (const auto* known = std::get_if<Checkpoints>(&side)) return *known;
  const auto& theirs = std::get<Checkpoints>(other);
  return sim::checkpoints_of(std::get<sim::Scenario>(side), theirs.front().events);
}

int show(const std::optional<sim::Difference>& found) {
  if (!found) {
    std::printf("no difference\n");
    return exit_done;
  }
  if (found->events.first == found->events.last) {
    const auto line = [](const std::string& text) {
      return text.empty() ? "(the run has ended, or only its checkpoints are known)" : text.c_str();
    };
    std::printf("first difference: event %llu\n  a %s\n  b %s\n",
                static_cast<unsigned long long>(found->events.first), line(found->in_a),
                line(found->in_b));
  } else {
    std::printf(
        "first difference: between events %llu and %llu. In both builds:\n"
        "  stt sim checkpoints WORLD --events %llu:%llu > FILE\n"
        "and compare the files.\n",
        static_cast<unsigned long long>(found->events.first),
        static_cast<unsigned long long>(found->events.last),
        static_cast<unsigned long long>(found->events.first),
        static_cast<unsigned long long>(found->events.last));
  }
  return exit_failed;
}

int compare(const Options& options) {
  const auto a = side_of(options.target);
  const auto b = side_of(options.other);
  if (!a || !b) return complain(exit_unreadable, a ? b.error() : a.error());
  const bool a_is_trace = std::holds_alternative<Trace>(*a);
  if (a_is_trace != std::holds_alternative<Trace>(*b)) {
    return complain(exit_usage, "a trace file is compared with a trace file only");
  }
  if (a_is_trace) return show(sim::first_difference(*std::get<Trace>(*a), *std::get<Trace>(*b)));
  const auto* scenario_a = std::get_if<sim::Scenario>(&*a);
  const auto* scenario_b = std::get_if<sim::Scenario>(&*b);
  if (scenario_a != nullptr && scenario_b != nullptr) {
    return show(sim::first_difference(*scenario_a, *scenario_b));
  }
  return show(sim::first_difference(at_interval_of(*a, *b), at_interval_of(*b, *a)));
}

constexpr const char* world = "A token, a scenario's file, or its name";

void add_explain(Command sim) {
  auto options = std::make_shared<Options>();
  const Command command = sim.add_command("explain", "Say in words what a scenario does");
  command.add_option("world", options->target, world).required();
  command.footer("Exit codes: 0 done, 13 unreadable input.");
  command.action([options] {
    return describe(*options, [](const sim::Scenario& scenario) {
      return sim::explain(sim::write_scenario(scenario));
    });
  });
}

void add_export_netem(Command sim) {
  auto options = std::make_shared<Options>();
  const Command command =
      sim.add_command("export-netem", "Print the tc commands for the same links");
  command.add_option("world", options->target, world).required();
  command.footer(
      "A shell script for Linux: one `tc qdisc ... netem` for each direction of each link, and "
      "for\n"
      "each step of its schedule. The environment names the interfaces:\n"
      "  DEV_client_server=eth0 DEV_server_client=eth1 sh script\n"
      "What netem has no word for is a comment. Exit codes: 0 done, 13 unreadable input.");
  command.action([options] { return describe(*options, sim::netem_script); });
}

void add_checkpoints(Command sim) {
  auto options = std::make_shared<Options>();
  const Command command =
      sim.add_command("checkpoints", "Print the trace hash along the way, a line each");
  command.add_option("world", options->target, world).required();
  command.add_option("--every", options->every, "Events between two checkpoints")
      .type_name("N")
      .range(std::uint64_t{1}, std::uint64_t{1} << 62)
      .show_default();
  command.add_option("--events", options->events, "Instead: these events, as in a trace file")
      .type_name("FIRST:LAST");
  command.footer(
      "For `stt sim compare`, where two builds are to be compared and a trace would be large.\n"
      "Exit codes: 0 done, 13 unreadable input, 64 usage.");
  command.action([options] { return checkpoints(*options); });
}

void add_compare(Command sim) {
  auto options = std::make_shared<Options>();
  const Command command =
      sim.add_command("compare", "Name the first event in which two runs differ");
  command.add_option("a", options->target, "A trace file, checkpoints, a token, a scenario")
      .required();
  command.add_option("b", options->other, "Another one").required();
  command.footer(
      "Two trace files (--trace of run and replay) are walked. Two worlds are run here, with\n"
      "checkpoints, so nothing large is kept. Two builds: checkpoints of one against the other:\n"
      "  other-build/stt sim checkpoints seed:7 > theirs\n"
      "  stt sim compare theirs seed:7\n"
      "Exit codes: 0 no difference, 1 a difference, 13 unreadable input, 64 usage.");
  command.action([options] { return compare(*options); });
}

}  // namespace

void add_sim_inspect_commands(Command sim) {
  add_explain(sim);
  add_compare(sim);
  add_checkpoints(sim);
  add_export_netem(sim);
}

}  // namespace stt::tool
