// What becomes of certain packets, written down one by one: to go through every way in which the
// first few can be treated, instead of drawing some.
#pragma once

#include <map>

#include <simulator/engine/engine.hpp>
#include <simulator/scenario/scenario.hpp>

namespace stt::sim {

class Network;

class FateScript final : public Entity {
 public:
  // All outlive it.
  FateScript(Engine& engine, Network& network, const FatePlan& plan);

  // Takes over a packet that a host sends, and forwards what is to go on.
  void decide(HostIndex from, PacketSlot packet);
  void handle(const Event& event) override;  // nothing came to swap with

 private:
  void release(HostIndex from);

  Engine& engine_;
  Network& network_;
  const FatePlan& plan_;
  EntityId id_;
  std::uint64_t seen_ = 0;
  std::map<HostIndex, PacketSlot> waiting_;  // for the next one of their host
};

}  // namespace stt::sim
