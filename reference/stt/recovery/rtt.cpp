#include <stt/recovery/rtt.hpp>

#include <algorithm>

#include <stt/base/assert.hpp>

namespace stt::recovery {

//= STT-RECOVERY-008
void Rtt::update(Duration sample, Duration ack_delay) {
  STT_ASSERT(sample >= Duration::zero() && ack_delay >= Duration::zero());
  latest_ = sample;
  if (!has_sample_) {
    has_sample_ = true;
    minimum_ = sample;
    smoothed_ = sample;
    variation_ = sample / 2;
    return;
  }
  minimum_ = minimum_stale_ ? sample : std::min(minimum_, sample);
  minimum_stale_ = false;
  // A peer that claims to have waited longer than there was time is not believed.
  const Duration adjusted = sample - minimum_ >= ack_delay ? sample - ack_delay : sample;
  // The variation is taken against the old mean, as RFC 6298 and appendix A.7 of RFC 9002 have it.
  variation_ = (3 * variation_ + std::chrono::abs(smoothed_ - adjusted)) / 4;
  smoothed_ = (7 * smoothed_ + adjusted) / 8;
}

//= STT-RECOVERY-012
Duration Rtt::pto(Duration peer_max_ack_delay) const {
  return smoothed_ + std::max(4 * variation_, timer_granularity) + peer_max_ack_delay;
}

}  // namespace stt::recovery
