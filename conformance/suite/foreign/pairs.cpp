#include <conformance/suite/foreign/pairs.hpp>

#include <conformance/suite/foreign/adapter_peer.hpp>
#include <simulator/world.hpp>
#include <stt/base/hex.hpp>

namespace stt::conform {
namespace {

PairVerdict verdict_of(AdapterError::Kind kind) {
  switch (kind) {
    case AdapterError::Kind::crash: return PairVerdict::crash;
    case AdapterError::Kind::hang: return PairVerdict::hang;
    default: return PairVerdict::adapter_error;
  }
}

}  // namespace

std::string_view name(PairVerdict verdict) {
  switch (verdict) {
    case PairVerdict::pass: return "pass";
    case PairVerdict::fail: return "fail";
    case PairVerdict::unsupported: return "unsupported";
    case PairVerdict::crash: return "crash";
    case PairVerdict::hang: return "hang";
    case PairVerdict::adapter_error: break;
  }
  return "adapter-error";
}

Pairing play(const sim::Scenario& scenario, const Player& client, const Player& server) {
  Pairing out{client.name, server.name, scenario.name, PairVerdict::pass, {}, {}, {}, 0};
  std::vector<std::shared_ptr<Adapter>> adapters;
  try {
    sim::Scenario world = scenario;
    world.expectation.occurs.clear();
    sim::RunOptions options;
    const Player* const players[] = {&client, &server};
    for (std::size_t i = 0; i < 2; ++i) {
      if (!players[i]->start) continue;
      adapters.push_back(players[i]->start());
      options.foreign[world.hosts.at(i).name] = foreign_peer(adapters.back(), players[i]->name);
    }
    const sim::Outcome outcome = sim::run(world, options);
    out.problems = outcome.problems;
    out.trace = to_hex(outcome.trace);
    out.simulated_us = static_cast<std::uint64_t>(outcome.simulated / std::chrono::microseconds(1));
    if (!outcome.as_expected()) out.verdict = PairVerdict::fail;
  } catch (const Unsupported& error) {
    out.verdict = PairVerdict::unsupported;
    out.problems = {error.what()};
  } catch (const AdapterError& error) {
    out.verdict = verdict_of(error.kind());
    out.problems = {error.what()};
    for (const auto& adapter : adapters) out.complaints += adapter->complaints();
  }
  return out;
}

std::vector<Pairing> play_all(const std::vector<sim::Scenario>& scenarios,
                              const std::vector<Player>& players) {
  std::vector<Pairing> pairings;
  for (const Player& client : players) {
    for (const Player& server : players) {
      for (const sim::Scenario& scenario : scenarios) {
        pairings.push_back(play(scenario, client, server));
      }
    }
  }
  return pairings;
}

}  // namespace stt::conform
