// One direction of a link: a queue, a wire, and everything that goes wrong on it.
#pragma once

#include <functional>

#include <simulator/conditions.hpp>
#include <simulator/engine.hpp>

namespace stt::sim {

// Where packets go next. Takes over the packet: passes it on or releases it, and tells.
class Port {
 public:
  virtual ~Port() = default;
  virtual void accept(PacketSlot packet) = 0;
};

class Link final : public Port, public Entity {
 public:
  // `engine` and `next` outlive it.
  Link(Engine& engine, LinkPlan plan, Port& next);

  void accept(PacketSlot packet) override;
  void handle(const Event& event) override;

  EntityId id() const { return id_; }
  const LinkConditions& conditions() const { return conditions_; }

 private:
  void drop(PacketSlot packet, Kind why);
  // When the last bit of the packet has left the queue; nothing if the queue has no room.
  std::optional<Instant> transmitted_at(std::size_t bytes);
  void damage(PacketSlot packet);
  void carry(PacketSlot packet, Instant left);

  Engine& engine_;
  LinkPlan plan_;
  LinkConditions conditions_;
  Port& next_;
  EntityId id_;
  // A consumer each, so that turning one fault up does not move the others.
  Draws loss_;
  Draws duplicate_;
  Draws reorder_;
  Draws jitter_;
  Draws damage_;
  Instant busy_until_{};
  Instant last_arrival_{};
};

}  // namespace stt::sim
