// How much of a lossy link each congestion controller uses, and what queue it leaves standing; see
// simulator/goodput.hpp. Simulated, so the numbers are the same on every machine.
#include <algorithm>
#include <fstream>
#include <thread>
#include <vector>

#include <fmt/core.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <reports/goodput/in_parallel.hpp>
#include <reports/goodput/shared_table.hpp>
#include <simulator/goodput.hpp>

namespace {

using namespace stt;
using namespace stt::sim;

// What has to be reached: parts in a million of the ceiling, or of Mathis' bound.
struct Row {
  std::string_view name;
  CongestionControl controller;
  Ppm loss = 0;
  Ppm goal = 0;  // 0: none
  bool against_mathis = false;
};

constexpr std::array rows{
    Row{"bbr", CongestionControl::bbr, 0, 970'000},
    Row{"bbr", CongestionControl::bbr, 1'000, 970'000},
    Row{"bbr", CongestionControl::bbr, 10'000, 950'000},
    Row{"bbr", CongestionControl::bbr, 20'000, 900'000},
    Row{"bbr", CongestionControl::bbr, 50'000, 800'000},
    Row{"cubic", CongestionControl::cubic, 0},
    Row{"cubic", CongestionControl::cubic, 1'000},
    Row{"cubic", CongestionControl::cubic, 10'000},
    Row{"cubic", CongestionControl::cubic, 20'000},
    Row{"cubic", CongestionControl::cubic, 50'000},
    Row{"new_reno", CongestionControl::new_reno, 0},
    Row{"new_reno", CongestionControl::new_reno, 1'000, 1'000'000, true},
    Row{"new_reno", CongestionControl::new_reno, 10'000, 1'000'000, true},
    Row{"new_reno", CongestionControl::new_reno, 20'000, 1'000'000, true},
    Row{"new_reno", CongestionControl::new_reno, 50'000, 1'000'000, true},
};

struct Options {
  std::uint64_t bytes = 100'000'000;
  std::uint64_t seeds = 20;
  std::string controller;  // empty: all
  unsigned flows = 0;      // 0: both tables
  std::string json_path;
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
};

struct Measured {
  Row row;
  std::vector<GoodputResult> results;  // by seed

  template <class Value>
  auto median(Value value) const {
    std::vector<decltype(value(results[0]))> values;
    for (const GoodputResult& result : results) values.push_back(value(result));
    std::ranges::sort(values);
    return values[values.size() / 2];
  }
  double share() const {
    return median([](const GoodputResult& result) { return result.share; }) / 1e6;
  }
  double against_bound() const {
    if (!row.against_mathis) return share();
    return share() * static_cast<double>(goodput_ceiling(row.loss)) /
           static_cast<double>(goodput_mathis(row.loss));
  }
  double queue_ms() const {
    return static_cast<double>(
               median([](const GoodputResult& result) { return result.queue_delay_p99 / 1us; })) /
           1e3;
  }
  bool reached() const { return against_bound() * 1e6 + 0.5 >= row.goal; }
};

std::vector<Measured> measure(const Options& options) {
  std::vector<Measured> table;
  for (const Row& row : rows) {
    if (!options.controller.empty() && row.name != options.controller) continue;
    table.push_back({row, std::vector<GoodputResult>(options.seeds)});
  }
  reports::in_parallel(table.size() * options.seeds, options.jobs, [&](std::size_t i) {
    Measured& measured = table[i / options.seeds];
    const std::uint64_t seed = i % options.seeds;
    measured.results[seed] =
        measure_goodput({measured.row.controller, measured.row.loss, options.bytes, seed + 1});
  });
  return table;
}

// Appends the rows to `json`; returns how many goals were missed.
int report(const Options& options, const std::vector<Measured>& table, nlohmann::json& json) {
  int missed = 0;
  fmt::print(
      "{} MB, median of {} seeds; share of what the link can carry at that loss\n"
      "{:10} {:>6} {:>7} {:>7} {:>7}  {:>9}\n",
      options.bytes / 1'000'000, options.seeds, "controller", "loss", "share", "bound", "goal",
      "queue p99");
  for (const Measured& each : table) {
    for (const GoodputResult& result : each.results) {
      for (const std::string& problem : result.problems) {
        fmt::print(stderr, "{}: {}\n", each.row.name, problem);
        ++missed;
      }
    }
    const std::string_view verdict = each.row.goal == 0 ? ""
                                     : each.reached()   ? "reached"
                                                        : "MISSED";
    if (verdict == "MISSED") ++missed;
    const std::string bound =
        each.row.against_mathis ? fmt::format("{:.3f}", each.against_bound()) : "";
    const std::string goal = each.row.goal == 0 ? "" : fmt::format("{:.2f}", each.row.goal / 1e6);
    fmt::print("{:10} {:>5}% {:>7.3f} {:>7} {:>7}  {:>6.2f} ms  {}\n", each.row.name,
               each.row.loss / 1e4, each.share(), bound, goal, each.queue_ms(), verdict);
    json.push_back({{"controller", each.row.name},
                    {"loss", each.row.loss / 1e6},
                    {"share", each.share()},
                    {"against", each.row.against_mathis ? "mathis" : "ceiling"},
                    {"ratio", each.against_bound()},
                    {"goal", each.row.goal / 1e6},
                    {"queue_ms_p99", each.queue_ms()}});
  }
  return missed;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app(
      "Prints how much of a lossy link each congestion controller uses; fails if a goal is "
      "missed. The goals are meant for the full size.");
  app.add_option("--bytes", options.bytes, "To transfer in each world")->check(CLI::PositiveNumber);
  app.add_option("--seeds", options.seeds, "Worlds for each row")->check(CLI::Range(1, 100'000));
  app.add_option("--controller", options.controller, "Only this one: bbr, cubic or new_reno");
  app.add_option("--flows", options.flows, "Only the table of one flow, or of two")
      ->check(CLI::Range(1, 2));
  app.add_option("--jobs", options.jobs, "Worlds at a time")->check(CLI::Range(1, 1'024));
  app.add_option("--json", options.json_path, "Write the table there as well");
  CLI11_PARSE(app, argc, argv);
  auto json = nlohmann::json::array();
  int missed = 0;
  if (options.flows != 2) missed += report(options, measure(options), json);
  if (options.flows != 1 && options.controller.empty()) {
    missed += reports::print_shared_table(options.seeds, options.jobs, json);
  }
  if (!options.json_path.empty()) std::ofstream(options.json_path) << json.dump(2) << "\n";
  return missed == 0 ? 0 : 1;
}
