// What happens in a world, told in one voice to everything that watches: the trace hash, the
// checkers, the counters, trace files.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <simulator/engine/entity.hpp>
#include <stt/base/bytes.hpp>

namespace stt::sim {

// The numbers stand in trace hashes: add at the end only.
enum class Kind : std::uint8_t {
  // The life of a packet. sent and all that is one more packet = delivered + dropped + in flight.
  sent,
  delivered,
  duplicated,  // one more packet
  // Dropped, and why.
  lost,
  queue_full,
  too_big,   // for the MTU
  blocked,   // a partition
  unrouted,  // nobody has that address
  unbound,   // the NAT has forgotten that address
  // Changed on its way.
  reordered,
  jittered,
  corrupted,
  truncated,
  // The world.
  conditions_changed,
  rebound,  // a NAT gave a host another address
  // A host.
  timer,
  node_event,
  command,  // of the application
  timer_not_in_future,
  // More ways to be dropped.
  lost_in_bad_state,  // of Gilbert and Elliott
  lost_in_burst,
  lost_by_number,  // it stood in a list
  lost_by_type,    // the n-th of its frame type
  codel_dropped,
  binding_expired,  // the NAT has forgotten the host, which was silent for too long
  filtered,         // the NAT knows the host, but not who talks to it
  swallowed,        // by somebody on the path
  // Done by somebody on the path.
  tampered,
  held,
  reflected,  // one more packet
  // Done by somebody elsewhere; one more packet each.
  flooded,
  forged,
  replayed,
  // A host.
  crashed,
  crashed_without_storage,
  restarted,
  paused,
  clock_stepped,  // the wall clock
  host_down,      // dropped: nobody is there
  socket_full,    // dropped: a paused host's socket holds no more
};
inline constexpr std::size_t kind_count = static_cast<std::size_t>(Kind::socket_full) + 1;

std::string_view name(Kind kind);
bool is_drop(Kind kind);
bool is_new_packet(Kind kind);
// The observation's number is a packet's.
bool is_about_packet(Kind kind);
// Something that the network does to a node: what a campaign counts, and must not be zero.
bool is_fault(Kind kind);

struct Observation {
  Instant at{};
  EntityId entity;  // a host or a link
  Kind kind{};
  std::uint64_t number = 0;  // of the packet, or what the entity says
  ByteView bytes;            // of the packet where they are new; borrowed for the call
};

class Observer {
 public:
  virtual ~Observer() = default;
  virtual void observe(const Observation& observation) = 0;
};

class KindCounters final : public Observer {
 public:
  void observe(const Observation& observation) override;
  std::uint64_t count(Kind kind) const { return counts_[static_cast<std::size_t>(kind)]; }
  std::uint64_t created() const { return created_; }  // packets, by hosts or otherwise
  std::uint64_t dropped() const { return dropped_; }

 private:
  std::array<std::uint64_t, kind_count> counts_{};
  std::uint64_t created_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace stt::sim
