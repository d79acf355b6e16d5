// Packets on their way. A pool, so that a steady flow allocates nothing.
#pragma once

#include <vector>

#include <stt/base/address.hpp>
#include <stt/base/assert.hpp>
#include <stt/base/bytes.hpp>
#include <stt/base/strong.hpp>

namespace stt::sim {

// A place in the pool, used again once the packet is gone.
using PacketSlot = Strong<struct PacketSlotTag, std::uint32_t>;

struct Packet {
  std::uint64_t number = 0;  // in the order of creation; never used twice
  Address from;              // as the receiver will see it
  Address to;
  Bytes bytes;
};

class PacketPool {
 public:
  PacketSlot create(const Address& from, const Address& to, ByteView bytes) {
    if (free_.empty()) {
      free_.push_back(PacketSlot(static_cast<std::uint32_t>(packets_.size())));
      packets_.emplace_back();
    }
    const PacketSlot slot = free_.back();
    free_.pop_back();
    Packet& packet = packets_[slot.value()];
    packet.number = next_number_++;
    packet.from = from;
    packet.to = to;
    packet.bytes.assign(bytes.begin(), bytes.end());
    return slot;
  }
  // The slot's buffer keeps its capacity for the next packet.
  void release(PacketSlot slot) {
    STT_ASSERT(free_.size() < packets_.size());
    free_.push_back(slot);
  }
  // Valid until the next create().
  Packet& at(PacketSlot slot) { return packets_[slot.value()]; }
  std::size_t in_flight() const { return packets_.size() - free_.size(); }

 private:
  std::vector<Packet> packets_;
  std::vector<PacketSlot> free_;
  std::uint64_t next_number_ = 1;
};

}  // namespace stt::sim
