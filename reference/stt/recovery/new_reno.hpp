// NewReno as RFC 9002, section 7 and appendix B have it.
#pragma once

#include <stt/recovery/congestion_controller.hpp>

namespace stt::recovery {

class NewReno final : public CongestionController {
 public:
  explicit NewReno(std::uint64_t datagram_bytes);

  void on_sent(Instant, std::uint64_t, std::uint64_t) override {}
  void on_window_limited(Instant, bool limited) override { window_limited_ = limited; }
  void on_frame_acked(Instant now, const AckedFrame& frame, const Rtt& rtt) override;
  void on_ack(Instant, const AckSummary&, const Rtt&) override {}
  void on_loss(Instant now, Instant newest_sent_at, std::uint64_t lost_bytes) override;
  void on_persistent_congestion(Instant now) override;
  void set_datagram_bytes(std::uint64_t bytes) override;
  void reset() override { *this = NewReno(datagram_bytes_); }

  std::uint64_t window_bytes() const override { return window_; }
  bool in_slow_start() const override { return window_ < threshold_; }

 private:
  std::uint64_t minimum() const { return minimum_window_bytes(datagram_bytes_); }

  std::uint64_t datagram_bytes_;
  std::uint64_t window_;
  std::uint64_t threshold_ = window_bytes_max;
  std::uint64_t acked_in_avoidance_ = 0;  // bytes, towards the next datagram of window
  std::optional<Instant> recovery_start_;
  bool window_limited_ = true;
};

}  // namespace stt::recovery
