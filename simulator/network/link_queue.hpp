// The queue before the wire of a link: drop-tail, or CoDel (RFC 8289).
#pragma once

#include <optional>
#include <vector>

#include <simulator/engine/observation.hpp>
#include <simulator/engine/packet.hpp>
#include <simulator/network/conditions.hpp>

namespace stt::sim {

struct QueuedPacket {
  PacketSlot packet;
  std::uint32_t bytes = 0;
  std::uint64_t number = 0;  // on its link
  Instant since{};           // in the queue
  std::optional<Kind> lost;  // what becomes of it on the wire
  bool doubled = false;
};

class LinkQueue {
 public:
  bool empty() const { return head_ == packets_.size(); }
  std::uint64_t bytes() const { return bytes_; }
  std::size_t packets() const { return packets_.size() - head_; }

  // False, and nothing changed, if it has no room left.
  bool push(const QueuedPacket& packet, const LinkConditions& conditions);
  // The next one for the wire. What CoDel drops on the way is appended to `dropped`.
  std::optional<QueuedPacket> pop(Instant now, const LinkConditions& conditions,
                                  std::vector<QueuedPacket>& dropped);

 private:
  struct Head {
    std::optional<QueuedPacket> packet;
    bool may_drop = false;
  };
  std::optional<QueuedPacket> take();
  Head codel_take(Instant now, const LinkConditions& conditions);
  std::optional<QueuedPacket> codel_pop(Instant now, const LinkConditions& conditions,
                                        std::vector<QueuedPacket>& dropped);
  Instant next_drop(Instant after, const LinkConditions& conditions) const;

  std::vector<QueuedPacket> packets_;  // from head_ on
  std::size_t head_ = 0;
  std::uint64_t bytes_ = 0;

  // CoDel, in the words of RFC 8289, section 5.
  std::optional<Instant> first_above_;
  Instant drop_next_{};
  std::uint64_t count_ = 0;
  std::uint64_t last_count_ = 0;
  bool dropping_ = false;
};

}  // namespace stt::sim
