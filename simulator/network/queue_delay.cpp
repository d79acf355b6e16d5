#include <simulator/network/queue_delay.hpp>

namespace stt::sim {
namespace {

constexpr Duration bucket_width = 10us;

}  // namespace

void QueueDelay::observe(const Observation& observation) {
  if (observation.kind == Kind::sent) {
    if (observation.bytes.size() < bytes_min_) return;
    sent_at_[observation.number] = observation.at;
    return;
  }
  if (observation.kind != Kind::delivered && !is_drop(observation.kind)) return;
  const auto sent = sent_at_.find(observation.number);
  if (sent == sent_at_.end()) return;
  const Duration waited = observation.at - sent->second - unqueued_;
  sent_at_.erase(sent);
  if (observation.kind != Kind::delivered) return;
  const auto bucket = static_cast<std::size_t>(std::max(waited, Duration::zero()) / bucket_width);
  if (bucket >= counts_.size()) counts_.resize(bucket + 1);
  ++counts_[bucket];
  ++delivered_;
}

Duration QueueDelay::percentile(std::uint64_t percent) const {
  std::uint64_t below = 0;
  for (std::size_t bucket = 0; bucket < counts_.size(); ++bucket) {
    below += counts_[bucket];
    if (below * 100 >= delivered_ * percent)
      return bucket_width * static_cast<Duration::rep>(bucket);
  }
  return {};
}

}  // namespace stt::sim
