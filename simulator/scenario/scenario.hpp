// A world before it begins: who lives in it, what the network does to them, what they talk about,
// and how it has to end. Comes from a file (scenario_json.hpp) or from a seed (swarm.hpp).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <simulator/engine/clock.hpp>
#include <simulator/engine/observation.hpp>
#include <simulator/network/conditions.hpp>
#include <stt/base/errc.hpp>
#include <stt/node/config.hpp>

namespace stt::sim {

using HostIndex = std::size_t;   // into Scenario::hosts
using PlaceIndex = std::size_t;  // a host, or behind the last host a router

// The NAT before a host gives it another address.
struct Rebind {
  Duration at{};
  bool new_ip = false;  // else only another port
};

// What the NAT before a host does of itself.
struct NatPlan {
  Duration timeout{};    // after this long without a packet from the host it forgets it; 0: never
  bool filters = false;  // lets in only those whom the host has written to
};

// For a while a host does nothing.
struct Outage {
  enum class What : std::uint8_t {
    pause,  // its process is stopped; its socket is not
    crash,  // and it comes back with what it had stored: its seeds, and which work is done
    crash_and_lose_storage,
  };
  Duration at{};
  Duration lasts{};
  What what = What::pause;
};

struct HostPlan {
  std::string name;
  // Names the shared seed that the host holds; its bytes are drawn from the world's seed. Hosts
  // with the same name understand each other.
  std::string shared_seed = "pair";
  Config config;
  std::vector<Rebind> rebinds;
  NatPlan nat;
  std::vector<Outage> outages;
  ClockPlan clock;
};

// Two places have one link between them at most.
struct LinkBetween {
  PlaceIndex a = 0;
  PlaceIndex b = 0;
  LinkPlan forward;  // from a to b
  LinkPlan back;
};

// `from` connects to `to` in a session of its own, opens streams and sends messages on each; or
// sends them as datagrams.
struct Conversation {
  HostIndex from = 0;
  HostIndex to = 0;
  Duration at{};
  std::uint32_t streams = 1;
  std::uint32_t messages = 1;   // on each stream
  std::uint64_t bytes_min = 0;  // of a message, drawn
  std::uint64_t bytes_max = 0;
  Duration every{};                              // between two messages; 0: all at once
  wire::FrameType type = wire::FrameType::data;  // or a custom one
  bool datagrams = false;                        // of a custom type; some may be lost
  bool echo = false;                             // `to` sends each message back
  bool whole = false;                            // read by receive(), else in parts
  std::uint64_t read_rate = 0;                   // bytes per second `to` reads; 0: any
  bool file = false;   // the message is the file of the run, or drawn bytes where none is given
  bool retry = false;  // when the session dies, another one does what is left
};

enum class Attack : std::uint8_t { flood, forge, replay };

// Somebody off the path sends datagrams to a host.
struct AttackPlan {
  Attack what{};
  HostIndex target = 0;
  std::optional<HostIndex> spoofs{};  // whose address he writes on them; none: his own
  Duration from{};
  Duration until{};
  Duration every = 10ms;
  std::size_t bytes = 1'200;  // of a flood's datagrams
};

// What becomes of packets, one by one, in the order in which all hosts send them.
enum class Fate : std::uint8_t {
  deliver,
  drop,
  duplicate,
  swap,  // with the next one of the same host
};
struct FatePlan {
  std::uint64_t first = 1;  // of them, counted from 1
  std::vector<Fate> fates;
};

struct Occurrence {
  Kind kind{};
  std::uint64_t at_least = 0;
};

struct Expectation {
  // How every conversation ends: completes, or fails with this.
  std::optional<Errc> failure;
  Duration within = 60s;  // after the last change of a link and the last start of a conversation
  // The scenario is not worth its name if these did not happen.
  std::vector<Occurrence> occurs;
  std::uint64_t rotations_at_least = 0;  // of any one session's sender
};

struct Scenario {
  std::string name;
  std::string purpose;
  std::uint64_t seed = 1;
  bool shuffle_ties = false;
  std::vector<HostPlan> hosts;
  std::vector<std::string> routers;  // their names
  std::vector<LinkBetween> links;
  std::vector<Conversation> conversations;
  std::vector<AttackPlan> attacks;
  std::optional<FatePlan> fates;  // only where worlds are enumerated
  Expectation expectation;
};

}  // namespace stt::sim
