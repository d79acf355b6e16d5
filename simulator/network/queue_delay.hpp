// How long packets wait in the queue of a link: what a controller costs everybody who shares it.
#pragma once

#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include <simulator/engine/observation.hpp>

namespace stt::sim {

class QueueDelay final : public Observer {
 public:
  // Watches packets of at least `bytes_min` bytes, which tells data from ACKs. `unqueued` is what a
  // packet of that size needs to its receiver when no queue stands.
  QueueDelay(std::size_t bytes_min, Duration unqueued)
      : bytes_min_(bytes_min), unqueued_(unqueued) {}

  void observe(const Observation& observation) override;
  // So many percent of the packets delivered waited no longer; exact to 10 us. Zero before the
  // first packet.
  Duration percentile(std::uint64_t percent) const;

 private:
  std::size_t bytes_min_;
  Duration unqueued_;
  boost::unordered_flat_map<std::uint64_t, Instant> sent_at_;  // of packets in flight; never walked
  std::vector<std::uint64_t> counts_;                          // of packets delivered, by delay
  std::uint64_t delivered_ = 0;
};

}  // namespace stt::sim
