// One world, from its first event to its verdict. A scenario and a file go in, an outcome comes
// out; nothing else has any influence on it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <simulator/checkers/protocol_state.hpp>
#include <simulator/hosts/peer.hpp>
#include <simulator/hosts/stage.hpp>
#include <simulator/onlooker.hpp>
#include <simulator/scenario/scenario.hpp>
#include <stt/crypto/kdf.hpp>
#include <stt/node/statistics.hpp>

namespace stt::sim {

struct RunOptions {
  std::optional<ByteView> file;      // for conversations that move a file
  std::vector<Observer*> observers;  // beside our own; they outlive the run
  Onlooker* onlooker = nullptr;      // as above
  bool checks = true;                // these are off only to measure the rest
  bool trace = true;
  // Who lives where the reference does not, by the host's name. Nothing is asked of them that only
  // a Node could answer; where one of them is not repeatable, nothing is opened in this world.
  std::map<std::string, ForeignPeer> foreign;
};

struct Outcome {
  // Empty: it went as the scenario expects, and no checker objected.
  std::vector<std::string> problems;
  crypto::Digest trace{};
  Duration simulated{};
  std::uint64_t events = 0;
  KindCounters counters;
  StateMatrix matrix;  // only with checks
  Tally tally;
  std::uint64_t goodput_bits_per_second = 0;  // from the first session to the last message
  std::uint64_t retransmissions = 0;
  std::uint64_t rotations = 0;  // the highest epoch seen
  std::vector<NodeStatistics> nodes;

  bool as_expected() const { return problems.empty(); }
};

// Throws only what foreign peers throw.
Outcome run(const Scenario& scenario, const RunOptions& options = {});

// The last moment at which the scenario itself does something. A drawn network has healed by then.
Duration last_disturbance(const Scenario& scenario);

}  // namespace stt::sim
