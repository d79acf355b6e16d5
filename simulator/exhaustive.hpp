// Small worlds, every one of them: a pair of hosts, one short message and its echo, and all ways in
// which some packets in a row can be treated.
#pragma once

#include <string>
#include <vector>

#include <simulator/scenario/scenario.hpp>

namespace stt::sim {

enum class Moment : std::uint8_t {
  handshake,     // the first packets of all
  stream_close,  // those from the first CLOSE of a stream on
};

struct Enumeration {
  Moment moment{};
  std::vector<Fate> choices;  // for each packet
  std::size_t packets = 0;
};

// choices ^ packets
std::uint64_t world_count(const Enumeration& enumeration);

// The first packet of the moment, where nothing goes wrong.
std::uint64_t first_packet(Moment moment);

// The world of a number below world_count().
Scenario small_world(const Enumeration& enumeration, std::uint64_t number,
                     std::uint64_t first_packet);

// Runs those from `begin` to before `end`, and says what went wrong in any: "12: ...".
std::vector<std::string> run_small_worlds(const Enumeration& enumeration, std::uint64_t begin,
                                          std::uint64_t end);

}  // namespace stt::sim
