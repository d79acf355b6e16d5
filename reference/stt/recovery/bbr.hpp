// BBR: keeps a model of the path, the bandwidth it delivers and its least round-trip time, and
// sends by that instead of by loss. In the spirit of draft-ietf-ccwg-bbr (version 3), and simpler:
// it judges loss once a round trip, and it tells loss by congestion from loss at random by whether
// a queue stands (docs/spec/recovery.md).
#pragma once

#include <stt/recovery/bbr_phase.hpp>
#include <stt/recovery/congestion_controller.hpp>

namespace stt::recovery {

class Bbr final : public CongestionController {
 public:
  explicit Bbr(std::uint64_t datagram_bytes);

  void on_sent(Instant now, std::uint64_t bytes, std::uint64_t in_flight_bytes) override;
  void on_window_limited(Instant, bool) override {}
  void on_frame_acked(Instant, const AckedFrame&, const Rtt&) override {}
  void on_ack(Instant now, const AckSummary& summary, const Rtt& rtt) override;
  void on_loss(Instant now, Instant newest_sent_at, std::uint64_t lost_bytes) override;
  void on_persistent_congestion(Instant now) override;
  void set_datagram_bytes(std::uint64_t bytes) override;
  void reset() override { *this = Bbr(datagram_bytes_); }

  std::uint64_t window_bytes() const override { return window_; }
  bool in_slow_start() const override { return phase_ == bbr::Phase::startup; }
  std::optional<std::uint64_t> pacing_rate() const override;

  bbr::Phase phase() const { return phase_; }
  // The model. Bytes per second, and zero before the first sample.
  std::uint64_t bandwidth() const;
  Duration minimum_rtt() const { return minimum_rtt_; }

 private:
  // What the current round trip has shown so far.
  struct Round {
    std::uint64_t acked_bytes = 0;
    std::uint64_t lost_bytes = 0;
    std::uint64_t rate_max = 0;       // delivery rate, bytes per second
    std::uint64_t in_flight_max = 0;  // bytes
    Duration rtt_min = Duration::max();
    bool app_limited = false;
  };

  std::uint64_t minimum() const { return minimum_window_bytes(datagram_bytes_); }
  // Bytes that the path itself holds, without a queue, in percent.
  std::uint64_t path_bytes(std::uint64_t percent) const;

  void take_rate(const RateSample& sample);
  void take_rtt(Instant now, Duration sample);
  bool queue_stands() const;  // throughout the round
  bool is_congested() const;
  void end_round(Instant now);
  void look_for_plateau();
  void react_to_congestion(Instant now);
  void lower_rate();
  void raise_upper_bound();
  void advance(Instant now, const AckSummary& summary);
  bool probe_is_due(Instant now) const;
  void probe_rtt(Instant now, const AckSummary& summary);
  bool move(Instant now, bbr::Input input);
  void enter(Instant now);
  void set_window(std::uint64_t acked_bytes);
  std::uint64_t window_limit() const;

  std::uint64_t datagram_bytes_;
  std::uint64_t window_;
  bbr::Phase phase_ = bbr::Phase::startup;
  Instant phase_start_{};

  // The model: the highest delivery rate of this cycle and of the one before, and the least
  // round-trip time with when it was last seen.
  std::uint64_t rate_now_ = 0;
  std::uint64_t rate_before_ = 0;
  Duration minimum_rtt_{};  // zero: not known yet
  Instant minimum_seen_at_{};
  bool was_idle_ = false;

  // Rounds: one is over when something is acknowledged that was sent after it began.
  Round round_;
  Round last_round_;
  std::uint64_t delivered_bytes_ = 0;
  std::uint64_t round_end_ = 0;  // in delivered bytes
  bool round_is_over_ = false;   // by the ACK at hand

  // Whether the pipe is full: rounds in a row without a quarter more.
  bool pipe_was_full_ = false;
  std::uint64_t plateau_rate_ = 0;
  std::uint32_t plateau_rounds_ = 0;

  // Bounds that queues and congestion have set. The upper one stays and is probed; the lower ones
  // last until the next probe.
  std::uint64_t in_flight_upper_ = window_bytes_max;
  std::uint64_t upper_step_ = 0;
  std::optional<std::uint64_t> in_flight_lower_;
  std::optional<std::uint64_t> rate_lower_;

  // Looking for more bandwidth.
  Instant cycle_start_{};
  Duration probe_wait_{};
  std::uint32_t rounds_in_cycle_ = 0;

  // Measuring the least round-trip time again.
  std::optional<Instant> probe_rtt_end_;
  Duration probe_rtt_least_{};
};

}  // namespace stt::recovery
