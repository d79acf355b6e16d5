#include <conformance/tool/campaign_report.hpp>

#include <fmt/core.h>

#include <conformance/tool/invocation.hpp>

namespace stt::tool {
namespace {

using sim::ResultStore;
using sim::WorldResult;

constexpr std::size_t failures_shown = 20;
constexpr std::size_t slowest_shown = 5;

std::string seeds_text(const ResultStore& store, const ResultStore::Total& total) {
  if (total.worlds == 0) return "seeds       none\n";
  std::uint64_t gaps = 0;
  for (const sim::SeedRange& gap : store.missing({total.first_seed, total.last_seed})) {
    gaps += gap.size();
  }
  const std::string missing = gaps == 0 ? "none missing" : fmt::format("{} MISSING", gaps);
  return fmt::format("seeds       {} from {} to {}, {}\n", total.worlds, total.first_seed,
                     total.last_seed, missing);
}

std::string cost_text(const ResultStore::Total& total) {
  const double cpu_s = static_cast<double>(total.cpu_us) / 1e6;
  const double worlds = static_cast<double>(total.worlds);
  return fmt::format(
      "simulated   {:.0f} s, {} events\ncost        {:.1f} s of CPU, {:.1f} ms a seed\n",
      total.simulated_s, total.events, cpu_s, total.worlds == 0 ? 0 : 1e3 * cpu_s / worlds);
}

std::string faults_text(const ResultStore& store) {
  std::string text = "\nfault                          times     worlds\n";
  for (const ResultStore::FaultTotal& total : store.fault_totals()) {
    text += fmt::format("{:<22} {:>13} {:>10}{}\n", sim::name(total.kind), total.times,
                        total.worlds, total.times == 0 ? "  gap: never injected" : "");
  }
  return text;
}

// Which fault befell packets of which state: 0 is what the campaign has not tried.
std::string states_text(const sim::FaultsByState& totals) {
  std::string text = "\nfault by state        ";
  for (std::size_t state = 0; state < sim::protocol_state_count; ++state) {
    text += fmt::format(" {:>10}", sim::name(static_cast<sim::ProtocolState>(state)));
  }
  text += "\n";
  for (std::size_t kind = 0; kind < sim::kind_count; ++kind) {
    const auto& row = totals[kind];
    if (row == sim::FaultsByState::value_type{}) continue;
    text += fmt::format("{:<22}", sim::name(static_cast<sim::Kind>(kind)));
    for (const std::uint64_t count : row) text += fmt::format(" {:>10}", count);
    text += "\n";
  }
  return text;
}

std::string situations_text(const sim::FaultsByState& totals) {
  std::string text = "\nsituation                                       times\n";
  for (const sim::Situation& situation : sim::situations()) {
    std::uint64_t times = 0;
    for (const sim::Kind kind : situation.kinds) {
      times += totals[static_cast<std::size_t>(kind)][static_cast<std::size_t>(situation.state)];
    }
    text += fmt::format("{:<40} {:>12}{}\n", situation.name, times,
                        times == 0 ? "  gap: never happened" : "");
  }
  return text;
}

std::string slowest_text(const ResultStore& store) {
  std::string text = "\nslowest                cpu ms     events   simulated s\n";
  for (const WorldResult& result : store.slowest(slowest_shown)) {
    text += fmt::format("{:<20} {:>8.1f} {:>10} {:>13.1f}\n", result.token,
                        static_cast<double>(result.cpu_us) / 1e3, result.events,
                        std::chrono::duration<double>(result.simulated).count());
  }
  return text;
}

std::string failures_text(const ResultStore& store, std::uint64_t failures) {
  std::string text;
  for (const WorldResult& result : store.failures(failures_shown)) {
    text += fmt::format("\n{}  {}\n", sim::name(result.verdict), result.token);
    for (const std::string& problem : result.problems) text += fmt::format("  {}\n", problem);
    text += fmt::format("  replay: {} sim replay {}\n", invocation(), result.token);
  }
  if (failures > failures_shown) {
    text +=
        fmt::format("\n... and {} more failures; --jsonl lists all\n", failures - failures_shown);
  }
  return text;
}

}  // namespace

std::string campaign_report(const ResultStore& store) {
  const ResultStore::Total total = store.total();
  const sim::FaultsByState states = store.state_totals();
  return seeds_text(store, total) + cost_text(total) + faults_text(store) + states_text(states) +
         situations_text(states) + slowest_text(store) + failures_text(store, total.failures) +
         fmt::format("\ncampaign: {} seeds, {} failures\n", total.worlds, total.failures);
}

}  // namespace stt::tool
