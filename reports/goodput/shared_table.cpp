#include <reports/goodput/shared_table.hpp>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include <fmt/core.h>

#include <reports/goodput/in_parallel.hpp>
#include <simulator/shared_bottleneck.hpp>

namespace stt::reports {
namespace {

using namespace sim;

struct Row {
  std::string_view name;
  std::array<CongestionControl, 2> controllers{};
  Ppm jain_goal = 0;       // 0: none
  Ppm share_goal = 0;      // of one flow, of an even share
  std::size_t judged = 1;  // which flow that is
};

constexpr auto bbr = CongestionControl::bbr;
constexpr auto cubic = CongestionControl::cubic;
constexpr auto new_reno = CongestionControl::new_reno;

constexpr std::array rows{
    Row{"bbr + bbr", {bbr, bbr}, 950'000},
    Row{"cubic + cubic", {cubic, cubic}, 950'000},
    Row{"new_reno + new_reno", {new_reno, new_reno}, 950'000},
    Row{"bbr + cubic", {bbr, cubic}, 0, 300'000},
    Row{"cubic + bbr", {cubic, bbr}, 0, 300'000, 0},
    Row{"bbr + new_reno", {bbr, new_reno}},
};

template <class Value>
double median(const std::vector<SharedResult>& results, Value value) {
  std::vector<double> values;
  for (const SharedResult& result : results) values.push_back(static_cast<double>(value(result)));
  std::ranges::sort(values);
  return values[values.size() / 2];
}

// Returns 1 if the row's goal was missed.
int print_row(const Row& row, const std::vector<SharedResult>& results, nlohmann::json& json) {
  const double jain = median(results, [](const auto& of) { return of.jain(); }) / 1e6;
  const double first = median(results, [](const auto& of) { return of.share(0); }) / 1e6;
  const double second = median(results, [](const auto& of) { return of.share(1); }) / 1e6;
  const double queue_ms =
      median(results, [](const auto& of) { return of.queue_delay_p99 / 1us; }) / 1e3;
  const double goal = std::max(row.jain_goal, row.share_goal) / 1e6;
  const double measured = row.jain_goal > 0 ? jain : row.judged == 0 ? first : second;
  const bool missed = measured < goal;
  const std::string_view verdict = goal == 0 ? "" : missed ? "MISSED" : "reached";
  fmt::print("{:20} {:>6.3f} {:>7.3f} {:>7.3f} {:>6} {:>7.2f} ms  {}\n", row.name, jain, first,
             second, goal == 0 ? "" : fmt::format("{:.2f}", goal), queue_ms, verdict);
  json.push_back({{"flows", row.name},
                  {"jain", jain},
                  {"from_s", SharedCase{}.from / 1s},
                  {"to_s", SharedCase{}.to / 1s},
                  {"shares", {first, second}},
                  {"against", row.jain_goal > 0 ? "jain"
                              : row.judged == 0 ? "first"
                                                : "second"},
                  {"ratio", measured},
                  {"goal", goal},
                  {"queue_ms_p99", queue_ms}});
  return missed ? 1 : 0;
}

}  // namespace

int print_shared_table(std::uint64_t seeds, unsigned jobs, nlohmann::json& json) {
  std::vector<std::vector<SharedResult>> table(rows.size(), std::vector<SharedResult>(seeds));
  in_parallel(rows.size() * seeds, jobs, [&](std::size_t i) {
    SharedCase each;
    each.controllers = rows[i / seeds].controllers;
    each.seed = i % seeds + 1;
    table[i / seeds][i % seeds] = measure_shared(each);
  });
  const SharedCase common;
  fmt::print(
      "\ntwo flows, the second {} s later, median of {} seeds; counted from {} s to {} s, queue "
      "all "
      "along\n{:20} {:>6} {:>7} {:>7} {:>6} {:>10}\n",
      common.head_start / 1s, seeds, common.from / 1s, common.to / 1s, "flows", "jain", "first",
      "second", "goal", "queue p99");
  int missed = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) missed += print_row(rows[i], table[i], json);
  return missed;
}

}  // namespace stt::reports
