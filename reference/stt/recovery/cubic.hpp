// CUBIC (RFC 9438): after a loss the window follows a cubic curve of the time since, flat around
// the size where it was lost. Sizes in bytes, time in microseconds, everything in integers.
#pragma once

#include <stt/recovery/congestion_controller.hpp>

namespace stt::recovery {

class Cubic final : public CongestionController {
 public:
  explicit Cubic(std::uint64_t datagram_bytes);

  void on_sent(Instant, std::uint64_t, std::uint64_t) override {}
  void on_window_limited(Instant now, bool limited) override;
  void on_frame_acked(Instant now, const AckedFrame& frame, const Rtt& rtt) override;
  void on_ack(Instant, const AckSummary&, const Rtt&) override {}
  void on_loss(Instant now, Instant newest_sent_at, std::uint64_t lost_bytes) override;
  void on_persistent_congestion(Instant now) override;
  void set_datagram_bytes(std::uint64_t bytes) override;
  void reset() override { *this = Cubic(datagram_bytes_); }

  std::uint64_t window_bytes() const override { return window_; }
  bool in_slow_start() const override { return window_ < threshold_; }

 private:
  // One stage of congestion avoidance.
  struct Epoch {
    Instant start{};
    std::uint64_t plateau_bytes = 0;  // W_max: where the curve is flat
    std::uint64_t plateau_us = 0;     // K: when it gets there
  };

  std::uint64_t minimum() const { return minimum_window_bytes(datagram_bytes_); }
  void start_epoch(Instant now, std::uint64_t plateau_bytes);
  void grow_reno_estimate(std::uint64_t acked_bytes);
  std::uint64_t curve(Duration since_start) const;  // W_cubic

  std::uint64_t datagram_bytes_;
  std::uint64_t window_;
  std::uint64_t threshold_ = window_bytes_max;
  std::uint64_t prior_window_ = 0;  // cwnd_prior: before the last reduction
  std::uint64_t last_plateau_ = 0;  // W_max of the stage before
  std::uint64_t reno_window_ = 0;   // W_est: what NewReno would have
  // Fractions of a byte not yet added to either window.
  std::uint64_t window_remainder_ = 0;
  std::uint64_t reno_remainder_ = 0;
  std::optional<Epoch> epoch_;
  std::optional<Instant> recovery_start_;
  // Since when the window was not the limit: that time does not count for the curve.
  std::optional<Instant> unlimited_since_;
};

}  // namespace stt::recovery
