// What every inhabitant of a world shares: the clock, the packets, and the eyes on it.
#pragma once

#include <vector>

#include <simulator/engine/event_queue.hpp>
#include <simulator/engine/observation.hpp>
#include <simulator/engine/packet_watcher.hpp>

namespace stt::sim {

class Engine {
 public:
  Engine(std::uint64_t seed, bool shuffle_ties);

  std::uint64_t seed() const { return seed_; }
  Instant now() const { return queue_.now(); }
  EventQueue& queue() { return queue_; }
  PacketPool& packets() { return packets_; }
  const PacketPool& packets() const { return packets_; }
  // Where a node writes the datagram that it sends next; hosts take turns.
  MutableByteView transmit_buffer() { return transmit_buffer_; }
  const KindCounters& counters() const { return counters_; }

  // `entity` outlives the engine's last step.
  EntityId add(Entity& entity);
  // Watches from now on, in the order of adding; outlives the engine's last step.
  void watch(Observer& observer) { observers_.push_back(&observer); }

  // Sees every packet from now on; one at most. Outlives the engine's last step.
  void watch_packets(PacketWatcher& watcher) { packet_watcher_ = &watcher; }

  // Tells who watches packets, if anybody does.
  void show(EntityId where, PacketSlot packet) {
    if (packet_watcher_ != nullptr) packet_watcher_->on_packet(now(), where, packets_.at(packet));
  }
  void observe(EntityId entity, Kind kind, std::uint64_t number = 0, ByteView bytes = {});

  // Lets the next event happen; false when nothing is left to happen.
  bool step();

 private:
  std::uint64_t seed_;
  EventQueue queue_;
  PacketPool packets_;
  KindCounters counters_;
  Bytes transmit_buffer_ = Bytes(std::size_t{65'536});
  std::vector<Entity*> entities_;
  std::vector<Observer*> observers_;
  PacketWatcher* packet_watcher_ = nullptr;
};

}  // namespace stt::sim
