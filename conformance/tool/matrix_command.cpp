// `stt conform matrix`: implementations against each other, in the worlds of the simulator.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <string>

#include <conformance/suite/foreign/pairs.hpp>
#include <conformance/tool/adapter_commands.hpp>
#include <conformance/tool/command.hpp>
#include <conformance/tool/exit_code.hpp>
#include <conformance/tool/foreign_hosts.hpp>
#include <conformance/tool/printable.hpp>
#include <conformance/tool/sim_target.hpp>
#include <conformance/tool/suite_options.hpp>

namespace stt::tool {
namespace {

using conform::Pairing;
using conform::PairVerdict;
using conform::Player;

constexpr char reference_name[] = "reference";

struct Options {
  ForeignHosts adapters;  // by the names of players
  // Faults that any implementation gets through, whatever it sends and when.
  std::vector<std::string> scenarios{"simple-p2p",     "drop-rate",    "reorder-rate",
                                     "duplicate-rate", "corrupt-rate", "chat"};
  std::optional<std::uint64_t> seed;
  std::string json_file;
};

int complain(int exit_code, const std::string& what) {
  std::fprintf(stderr, "stt conform matrix: %s.\n", what.c_str());
  return exit_code;
}

// One letter for one scenario, in the order of the scenarios.
char letter(PairVerdict verdict) {
  switch (verdict) {
    case PairVerdict::pass: return '.';
    case PairVerdict::fail: return 'F';
    case PairVerdict::unsupported: return 'u';
    case PairVerdict::crash: return 'C';
    case PairVerdict::hang: return 'H';
    case PairVerdict::adapter_error: break;
  }
  return 'A';
}

void print_table(const std::vector<Player>& players, const std::vector<Pairing>& pairings) {
  std::size_t width = std::string("client \\ server").size();
  for (const Player& each : players) width = std::max(width, each.name.size());
  const auto cell = [&](const std::string& text) {
    std::printf("%-*s  ", static_cast<int>(width), text.c_str());
  };
  cell("client \\ server");
  for (const Player& each : players) cell(each.name);
  std::map<std::pair<std::string, std::string>, std::string> letters;
  for (const Pairing& each : pairings) letters[{each.client, each.server}] += letter(each.verdict);
  for (const Player& client : players) {
    std::printf("\n");
    cell(client.name);
    for (const Player& server : players) cell(letters[{client.name, server.name}]);
  }
  std::printf("\n");
}

nlohmann::json to_json(const std::vector<Pairing>& pairings) {
  nlohmann::json rows = nlohmann::json::array();
  for (const Pairing& each : pairings) {
    rows.push_back({{"client", each.client},
                    {"server", each.server},
                    {"scenario", each.scenario},
                    {"verdict", name(each.verdict)},
                    {"problems", each.problems},
                    {"trace", each.trace},
                    {"simulated_us", each.simulated_us}});
  }
  return {{"pairings", rows}};
}

void print_problems(const Pairing& each) {
  if (each.verdict == PairVerdict::pass || each.verdict == PairVerdict::unsupported) return;
  std::printf("%s x %s, %s: %s\n", each.client.c_str(), each.server.c_str(), each.scenario.c_str(),
              std::string(name(each.verdict)).c_str());
  for (const std::string& problem : each.problems) {
    std::printf("  %s\n", printable(problem).c_str());
  }
  print_complaints(each.complaints);
}

int report(const std::vector<Pairing>& pairings) {
  std::map<PairVerdict, std::size_t> count;
  for (const Pairing& each : pairings) ++count[each.verdict];
  const std::size_t fine = count[PairVerdict::pass] + count[PairVerdict::unsupported];
  std::printf("matrix: %zu pass, %zu unsupported, %zu otherwise, of %zu\n",
              count[PairVerdict::pass], count[PairVerdict::unsupported], pairings.size() - fine,
              pairings.size());
  if (fine < pairings.size()) return exit_failed;
  return count[PairVerdict::pass] > 0 ? exit_done : exit_too_few_cases;
}

int run(const Options& options) {
  std::vector<Player> players{{reference_name, {}}};
  for (const auto& [name, start] : options.adapters.factories()) {
    if (name == reference_name) return complain(exit_usage, "the name reference is taken");
    start();  // whoever does not start spoils no table
    players.push_back({name, start});
  }
  std::vector<sim::Scenario> scenarios;
  for (const std::string& target : options.scenarios) {
    const sim::RecipeResult recipe = recipe_of_target(target, options.seed);
    if (!recipe) return complain(exit_unreadable, recipe.error());
    if (recipe->scenario.hosts.size() != 2) {
      return complain(exit_usage, target + " has not two hosts");
    }
    scenarios.push_back(recipe->scenario);
  }
  const std::vector<Pairing> pairings = conform::play_all(scenarios, players);
  for (const Pairing& each : pairings) print_problems(each);
  if (!options.json_file.empty()) {
    std::ofstream out(options.json_file);
    out << to_json(pairings).dump(1) << '\n';
    out.close();
    if (!out) return complain(exit_cannot_write, "cannot write " + options.json_file);
  }
  print_table(players, pairings);
  return report(pairings);
}

}  // namespace

void add_matrix_command(Command conform) {
  auto options = std::make_shared<Options>();
  const Command command = conform.add_command(
      "matrix", "Let implementations talk to each other and to the reference, under loss");
  options->adapters.add_options(command, "NAME", "An implementation, and a name for it");
  command.option("--adapter").required();
  command
      .add_option("--scenario", options->scenarios,
                  "A world of two hosts: a name of `stt sim list`, or a file")
      .type_name("NAME")
      .one_value_each_time();
  command.add_option("--seed", options->seed, "The worlds' seed, instead of the scenarios' own");
  command.add_option("--json", options->json_file, "Write each pairing, with its problems")
      .type_name("FILE");
  command.footer(
      "Each implementation is client and server once with each, itself and the reference "
      "included.\n"
      "Every message has to arrive, whole, once and in order, in time, and nothing of it in the\n"
      "clear. Where all randomness is injected, every frame is opened and judged as well.\n\n"
      "A row of the table is a client, a column a server, a letter a scenario: . pass, F fail,\n"
      "u unsupported, C crash, H hang, A adapter-error. What is wrong stands above the table, and\n"
      "`stt sim run SCENARIO --adapter HOST=COMMAND` plays one world again, to look at.\n\n"
      "  stt conform matrix --adapter mine='python3 adapter.py' --adapter theirs=./other\n\n"
      "Exit codes: 0 all pass, or are unsupported; 1 not all; 3 nothing passed, because nothing "
      "is\n"
      "supported; 5 an adapter does not start; 13 unreadable scenario; 14 cannot write; 64 usage.");
  command.action(
      [options] { return guarded_suite_command("matrix", [&] { return run(*options); }); });
}

}  // namespace stt::tool
