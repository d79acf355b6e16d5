// One direction of a link: a queue, a wire, and everything that goes wrong on it.
#pragma once

#include <simulator/engine/engine.hpp>
#include <simulator/network/conditions.hpp>
#include <simulator/network/jitter.hpp>
#include <simulator/network/link_queue.hpp>
#include <simulator/network/loss.hpp>
#include <simulator/network/transmission.hpp>

namespace stt::sim {

// Where packets go next. Takes over the packet: passes it on or releases it, and tells.
class Port {
 public:
  virtual ~Port() = default;
  virtual void accept(PacketSlot packet) = 0;
};

// Releases a packet, and tells why.
void drop(Engine& engine, EntityId where, PacketSlot packet, Kind why);

class Link final : public Port, public Entity {
 public:
  // `engine` and `next` outlive it.
  Link(Engine& engine, LinkPlan plan, Port& next);

  void accept(PacketSlot packet) override;
  void handle(const Event& event) override;

  EntityId id() const { return id_; }
  const LinkConditions& conditions() const { return conditions_; }
  const LinkQueue& queue() const { return queue_; }

 private:
  void transmit(const QueuedPacket& queued);
  void transmit_next();
  void damage(PacketSlot packet, std::uint64_t place);
  void carry(PacketSlot packet, std::uint64_t place);

  Engine& engine_;
  LinkPlan plan_;
  LinkConditions conditions_;
  Port& next_;
  EntityId id_;
  LossModel loss_;
  Jitter jitter_;
  // A consumer each, so that turning one fault up does not move the others.
  Draws duplicate_;
  Draws reorder_;
  Draws damage_;
  LinkQueue queue_;
  Transmission transmission_;
  std::vector<QueuedPacket> dropped_;  // by the queue, within transmit_next()
  std::uint64_t accepted_ = 0;
  Instant busy_until_{};
  Instant last_arrival_{};
  bool waits_ = false;  // for the wire to become free
};

}  // namespace stt::sim
