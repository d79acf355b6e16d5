// What a campaign remembers of one world: its verdict, what the network did to it, what it cost.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <simulator/checkers/protocol_state.hpp>
#include <simulator/engine/observation.hpp>
#include <stt/base/time.hpp>

namespace stt::sim {

enum class Verdict : std::uint8_t {
  pass,
  fail,   // a checker objected, or it did not end as expected
  crash,  // the process that ran it is dead
  hang,   // it was stopped because it did not end
};
std::string_view name(Verdict verdict);
std::optional<Verdict> verdict_from_name(std::string_view name);

// How often each kind of fault befell a packet that was sent in each state of the protocol.
using FaultsByState = std::array<std::array<std::uint64_t, protocol_state_count>, kind_count>;

struct WorldResult {
  std::string token;  // replays it
  Verdict verdict = Verdict::pass;
  std::string trace;  // 64 hexadecimal digits; empty after a crash or a hang
  std::vector<std::string> problems;
  Duration simulated{};
  std::uint64_t events = 0;
  std::array<std::uint64_t, kind_count> faults{};  // by Kind; zero for what is no fault
  FaultsByState states{};
  // Whether packets were dropped, by Kind, when the scenario had done its last deed: a network that
  // has not healed explains a failure. For those who shrink; campaigns do not keep it.
  std::array<bool, kind_count> late_drops{};
  std::uint64_t cpu_us = 0;  // of this machine; says nothing about the world

  // The same world, whatever it cost.
  bool same_as(const WorldResult& other) const;
  std::uint64_t fault_events() const;
};

// Runs the world of a token, here and now. A token that is none is a failure of its own.
WorldResult run_token(std::string_view token);

// The one form of a result: an object on a line, with its fields in this order and no cost.
std::string canonical_json(const WorldResult& result);
// The same with its cost, for the way between processes, and back. Nothing if it is not one.
std::string wire_json(const WorldResult& result);
std::optional<WorldResult> parse_wire_json(std::string_view line);

// {"lost":[3,0,12,0,0,1,0],...}: a number for each state, of kinds that happened. And back.
std::string to_json(const FaultsByState& states);
std::optional<FaultsByState> parse_states(std::string_view text);

// What is the same about two failures of one cause: the first problem, without the numbers in it.
std::string failure_class(const WorldResult& result);

}  // namespace stt::sim
