// One bulk transfer over one link (judged_link.hpp) with random loss: the numbers by which
// congestion control is judged. Everything is in integers and follows from the seed, so a result is
// exact.
#pragma once

#include <string>
#include <vector>

#include <simulator/scenario/scenario.hpp>

namespace stt::sim {

struct GoodputCase {
  CongestionControl controller{};
  Ppm loss = 0;  // of the data; ACKs arrive
  std::uint64_t bytes = 100'000'000;
  std::uint64_t seed = 1;
};

struct GoodputResult {
  Ppm share = 0;  // of goodput_ceiling()
  Duration queue_delay_p99{};
  std::uint64_t retransmissions = 0;
  std::vector<std::string> problems;  // as of a world
};

Scenario goodput_scenario(const GoodputCase& of);
GoodputResult measure_goodput(const GoodputCase& of);

// Bits per second of the application that the link can carry: its rate, less what frames add, less
// what is lost.
std::uint64_t goodput_ceiling(Ppm loss);
// What a flow of Reno's gets by the model of Mathis et al. (1997) for a receiver that acknowledges
// every second datagram, in the same terms: sqrt(3/4 / loss) datagrams a round trip; the ceiling if
// that is less.
std::uint64_t goodput_mathis(Ppm loss);

}  // namespace stt::sim
