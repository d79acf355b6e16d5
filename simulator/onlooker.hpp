// Who sees all of a world that can be seen without a hook in the protocol: its events, its packets
// with their addresses, and what nodes tell their applications. What a run writes for people and
// tools comes from one (recording/recorder.hpp).
#pragma once

#include <string>
#include <vector>

#include <simulator/engine/observation.hpp>
#include <simulator/engine/packet_watcher.hpp>
#include <simulator/hosts/host_watcher.hpp>
#include <simulator/network/network.hpp>

namespace stt::sim {

// Who is who in a world.
struct Cast {
  struct LinkEntry {
    const Link* link = nullptr;  // one direction
    std::string name;            // "a > b"
  };
  std::vector<const Host*> hosts;  // by index
  std::vector<LinkEntry> links;
  const Network* network = nullptr;
};

class Onlooker : public Observer, public PacketWatcher, public HostWatcher {
 public:
  // Everything is built, and nothing has happened. What `cast` points to lives as long as the run.
  virtual void begin(const Cast& cast) = 0;
};

}  // namespace stt::sim
