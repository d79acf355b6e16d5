// One of the files that a run can write. The recorder calls its writers; each implements what it
// wants to hear. Times are the world's.
#pragma once

#include <memory>
#include <span>

#include <simulator/onlooker.hpp>
#include <simulator/recording/frame_words.hpp>
#include <stt/node/statistics.hpp>

namespace stt::sim {

// A packet on its way, as long as it is on its way.
struct Flight {
  std::uint64_t number = 0;
  Address from;
  Address to;
  std::optional<HostIndex> sender;    // whose address `from` is
  std::optional<HostIndex> receiver;  // and `to`
  std::size_t bytes = 0;
  // As the host sent them, whatever becomes of the packet; shared with its copies.
  std::shared_ptr<const std::vector<FrameWords>> frames;
};

class RunWriter {
 public:
  virtual ~RunWriter() = default;
  virtual void begin(const Cast&) {}
  // A packet comes to `where` (PacketWatcher).
  virtual void on_packet(Instant, EntityId /*where*/, const Flight&, ByteView) {}
  // A host sends a datagram of these frames.
  virtual void on_sent(const Observation&, const Flight&, std::span<const OpenedFrame>) {}
  // Everything that happens, `sent` too; and the packet that it is about, or null.
  virtual void on_observation(const Observation&, const Flight*) {}
  virtual void on_used_key(Instant, const UsedKey&) {}
  virtual void on_node_event(Instant, HostIndex, const stt::Event&) {}
  // Something that congestion control goes by has changed.
  virtual void on_metrics(Instant, HostIndex, const SessionStatistics&) {}
  // A node has dropped what it received.
  virtual void on_refused(Instant, HostIndex, Errc /*reason*/, std::uint64_t /*count*/) {}
  // Nothing happens any more.
  virtual void end() {}
};

}  // namespace stt::sim
