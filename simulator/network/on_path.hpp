// Somebody who sits at the end of one direction of a link and can do there what he likes, except
// for what the cryptography forbids: tamper, hold, reflect, swallow. The link's conditions say how
// often, and change on the link's schedule.
#pragma once

#include <simulator/network/link.hpp>

namespace stt::sim {

class OnPathAttacker final : public Port, public Entity {
 public:
  // `next` gets what passes, `back` what is reflected; the link's conditions are those at the
  // moment when a packet passes. All outlive it.
  OnPathAttacker(Engine& engine, Port& next, Port& back);
  void watch(const Link& link) { link_ = &link; }

  void accept(PacketSlot packet) override;
  void handle(const Event& event) override;  // a held packet goes on

 private:
  void tamper(PacketSlot packet);
  void reflect(PacketSlot packet);

  Engine& engine_;
  Port& next_;
  Port& back_;
  const Link* link_ = nullptr;
  EntityId id_;
  Draws tamper_;
  Draws hold_;
  Draws reflect_;
  std::uint64_t seen_ = 0;
};

}  // namespace stt::sim
