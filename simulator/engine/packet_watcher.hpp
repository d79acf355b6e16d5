// Eyes on packets where they pass, with the addresses that observations leave out: for captures.
#pragma once

#include <simulator/engine/entity.hpp>
#include <simulator/engine/packet.hpp>

namespace stt::sim {

class PacketWatcher {
 public:
  virtual ~PacketWatcher() = default;
  // A packet has come to `where`: the host that sends it, each link that it enters, the link or the
  // attacker on the path that copies it, the network where somebody off the path puts it in. Told
  // before what is observed there. Borrowed for the call.
  virtual void on_packet(Instant at, EntityId where, const Packet& packet) = 0;
};

}  // namespace stt::sim
