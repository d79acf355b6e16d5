#include <conformance/tool/campaign_section.hpp>

#include <nlohmann/json.hpp>

namespace stt::tool {
namespace {

using nlohmann::json;
using sim::ResultStore;

constexpr std::size_t failures_shown = 200;
constexpr std::size_t slowest_shown = 10;

json worlds(const std::vector<sim::WorldResult>& results) {
  json all = json::array();
  for (const sim::WorldResult& result : results) {
    all.push_back({{"token", result.token},
                   {"verdict", sim::name(result.verdict)},
                   {"problems", result.problems},
                   {"cpu_us", result.cpu_us},
                   {"events", result.events},
                   {"simulated_s", std::chrono::duration<double>(result.simulated).count()}});
  }
  return all;
}

json faults(const ResultStore& store) {
  json all = json::array();
  for (const ResultStore::FaultTotal& total : store.fault_totals()) {
    all.push_back(
        {{"name", sim::name(total.kind)}, {"times", total.times}, {"worlds", total.worlds}});
  }
  return all;
}

json by_state(const sim::FaultsByState& totals) {
  json all = json::array();
  for (std::size_t kind = 0; kind < sim::kind_count; ++kind) {
    if (totals[kind] == sim::FaultsByState::value_type{}) continue;
    all.push_back({{"fault", sim::name(static_cast<sim::Kind>(kind))}, {"times", totals[kind]}});
  }
  return all;
}

json situations(const sim::FaultsByState& totals) {
  json all = json::array();
  for (const sim::Situation& situation : sim::situations()) {
    std::uint64_t times = 0;
    for (const sim::Kind kind : situation.kinds) {
      times += totals[static_cast<std::size_t>(kind)][static_cast<std::size_t>(situation.state)];
    }
    all.push_back({{"name", situation.name}, {"times", times}});
  }
  return all;
}

}  // namespace

std::string campaign_section(const ResultStore& store, const std::string& title) {
  const ResultStore::Total total = store.total();
  const sim::FaultsByState states = store.state_totals();
  std::uint64_t missing = 0;
  if (total.worlds != 0) {
    for (const sim::SeedRange& gap : store.missing({total.first_seed, total.last_seed})) {
      missing += gap.size();
    }
  }
  json section{{"kind", "campaign"},
               {"title", title},
               {"worlds", total.worlds},
               {"failures", total.failures},
               {"first_seed", total.first_seed},
               {"last_seed", total.last_seed},
               {"missing", missing},
               {"simulated_s", total.simulated_s},
               {"events", total.events},
               {"cpu_us", total.cpu_us},
               {"faults", faults(store)},
               {"by_state", by_state(states)},
               {"situations", situations(states)},
               {"slowest", worlds(store.slowest(slowest_shown))},
               {"failed", worlds(store.failures(failures_shown))},
               {"states", json::array()}};
  for (std::size_t state = 0; state < sim::protocol_state_count; ++state) {
    section["states"].push_back(sim::name(static_cast<sim::ProtocolState>(state)));
  }
  return section.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace stt::tool
