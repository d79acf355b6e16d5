// Every implementation with every other, in the worlds of the simulator.
#pragma once

#include <string>
#include <vector>

#include <conformance/suite/adapter.hpp>
#include <simulator/scenario/scenario.hpp>

namespace stt::conform {

struct Player {
  std::string name;
  AdapterFactory start;  // empty: the reference, in process
};

enum class PairVerdict : std::uint8_t { pass, fail, unsupported, crash, hang, adapter_error };
std::string_view name(PairVerdict verdict);  // "adapter-error"

struct Pairing {
  std::string client;  // the player at the first host of the scenario
  std::string server;
  std::string scenario;
  PairVerdict verdict{};
  std::vector<std::string> problems;  // why it is no pass
  std::string complaints;             // to standard error, by players that failed; for people
  std::string trace;                  // of the world, in hexadecimal; empty if it did not end
  std::uint64_t simulated_us = 0;
};

// A world of two hosts with these two players in it. How often the network must have done something
// is not asked: that depends on how much they send.
Pairing play(const sim::Scenario& scenario, const Player& client, const Player& server);
// All pairs, in all scenarios; the order is that of the arguments.
std::vector<Pairing> play_all(const std::vector<sim::Scenario>& scenarios,
                              const std::vector<Player>& players);

}  // namespace stt::conform
