#include <stt/recovery/new_reno.hpp>

#include <algorithm>

namespace stt::recovery {

NewReno::NewReno(std::uint64_t datagram_bytes)
    : datagram_bytes_(datagram_bytes), window_(initial_window_bytes(datagram_bytes)) {}

void NewReno::on_frame_acked(Instant, const AckedFrame& frame, const Rtt&) {
  //= STT-RECOVERY-024
  if (!window_limited_) return;
  if (recovery_start_ && frame.sent_at <= *recovery_start_) return;
  if (in_slow_start()) {
    window_ = std::min(window_ + frame.bytes, window_bytes_max);
    return;
  }
  // One datagram for each window acknowledged; whole windows, so that no byte is rounded away.
  acked_in_avoidance_ += frame.bytes;
  if (acked_in_avoidance_ >= window_) {
    acked_in_avoidance_ -= window_;
    window_ = std::min(window_ + datagram_bytes_, window_bytes_max);
  }
}

//= STT-RECOVERY-020
void NewReno::on_loss(Instant now, Instant newest_sent_at, std::uint64_t) {
  if (recovery_start_ && newest_sent_at <= *recovery_start_) return;
  recovery_start_ = now;
  window_ = std::max(window_ / 2, minimum());
  threshold_ = window_;
  acked_in_avoidance_ = 0;
}

void NewReno::on_persistent_congestion(Instant) {
  window_ = minimum();
  acked_in_avoidance_ = 0;
  recovery_start_.reset();
}

void NewReno::set_datagram_bytes(std::uint64_t bytes) {
  datagram_bytes_ = bytes;
  window_ = std::max(window_, minimum());
}

}  // namespace stt::recovery
