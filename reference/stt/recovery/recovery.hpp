// Loss recovery and congestion control of a session on an unreliable transport: RFC 9002 with the
// frame in the place of the packet.
//
// The unit is the frame: each has a sequence of its own and is acknowledged by it. Of one session
// and direction every sequence is told to recovery exactly once and in order, by on_sent() or
// skip_sequence(). A frame that elicits no ACK (ACK, CLOSE) is neither in flight nor followed.
//
// Use: on_sent() after each frame; on_ack() for each ACK; handle_timeout() when poll_timeout() has
// come. Before making a frame that is not ACK-only ask can_send(); a frame that may not leave yet
// may leave at next_send_time(), or, if that is none, after a further ACK or timeout.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include <boost/container/static_vector.hpp>

#include <stt/base/result.hpp>
#include <stt/base/time.hpp>
#include <stt/recovery/congestion_controller.hpp>
#include <stt/recovery/delivery_rate.hpp>
#include <stt/recovery/pacer.hpp>
#include <stt/recovery/reorder_window.hpp>
#include <stt/recovery/ring.hpp>
#include <stt/recovery/rtt.hpp>
#include <stt/recovery/sent_frame.hpp>
#include <stt/wire/control_message.hpp>

namespace stt::recovery {

struct RecoveryConfig {
  CongestionControl congestion_control = CongestionControl::cubic;
  std::size_t datagram_bytes = wire::datagram_bytes_min;
  Duration peer_max_ack_delay = 25ms;     // as the peer declared it
  Sequence first_sequence{0};             // of the session's counter
  std::optional<Duration> round_trip{};   // one measured before: the first sample
  std::size_t outstanding_max = 1 << 15;  // frames in flight; more wait, whatever the window says
};

struct RecoveryCounters {
  std::uint64_t frames_lost = 0;  // MTU probes not counted
  std::uint64_t late_acks = 0;    // frames declared lost that had not been
  std::uint64_t probe_timeouts = 0;
  std::uint64_t persistent_congestions = 0;
};

class Recovery {
 public:
  explicit Recovery(const RecoveryConfig& config);

  // A frame left. Its sequence must be the one after the last told.
  void on_sent(Instant now, const SentFrame& frame);
  // This sequence will never be sent, so that a peer that acknowledges it is caught making up its
  // acknowledgements. The newest 8 are remembered.
  void skip_sequence(Sequence sequence);

  // session.ack_never_sent if the ACK names a sequence that was not sent or was skipped; then
  // nothing has changed. Old and repeated ACKs are welcome.
  Result<void> on_ack(Instant now, const wire::Ack& ack, Outcome& outcome);

  // When handle_timeout() is due; none: nothing is awaited. Always later than the last `now` told,
  // except that it may stand at `now` for a driver that was late.
  std::optional<Instant> poll_timeout() const;
  // Reports frames lost by time, or, after a probe timeout, content to probe with (outcome.probe);
  // then probes_owed() datagrams may leave whatever window and pacing say. Early calls do nothing.
  void handle_timeout(Instant now, Outcome& outcome);

  // A frame of that many bytes may leave now: window and pacing allow it, or a probe is owed.
  bool can_send(Instant now, std::size_t bytes) const;
  // When pacing lets it leave, if the window does; none: the window is full.
  std::optional<Instant> next_send_time(std::size_t bytes) const;
  // Datagrams with at least one ack-eliciting frame that a probe timeout still asks for.
  std::uint32_t probes_owed() const { return probes_owed_; }
  // There was nothing to send although can_send() was true: delivery rates measured over what is
  // in flight now say what the application sent, not what the path can carry.
  void on_app_limited();

  // The peer's address changed. Another IP address forgets round-trip time, window, pacing and the
  // extent of reordering, and frames of the old path no longer count for these; they stay
  // outstanding. Another port alone changes nothing.
  void on_path_change(bool new_ip);
  // The path carries datagrams of that size.
  void set_datagram_bytes(std::size_t bytes);
  // The session is closing: nothing is awaited any more, no timer runs.
  void discard();

  std::uint64_t bytes_in_flight() const { return bytes_in_flight_; }
  std::size_t frames_outstanding() const { return outstanding_; }
  std::uint64_t congestion_window() const { return controller_->window_bytes(); }
  bool in_slow_start() const { return controller_->in_slow_start(); }
  const Rtt& rtt() const { return rtt_; }
  // The probe timeout without back-off, as other timers of the session count it (3 PTO).
  Duration pto() const { return rtt_.pto(config_.peer_max_ack_delay); }
  std::uint32_t pto_count() const { return pto_count_; }
  const RecoveryCounters& counters() const { return counters_; }
  std::optional<Sequence> largest_acked() const { return largest_acked_; }

 private:
  struct Entry {
    SentFrame frame;
    Instant sent_at{};
    std::uint64_t datagram = 0;
    std::uint32_t path = 0;
    bool acked = false;
    // Where the run of acknowledged entries that ends here begins (an index of the ring): makes
    // reading the same ranges again in the next ACK cheap.
    std::uint64_t run_begin = 0;
    DeliverySnapshot delivery;
  };
  // A frame, as far as reordering and round-trip time care.
  struct Mark {
    Sequence sequence;
    Instant sent_at{};
    std::uint64_t datagram = 0;
    std::uint32_t path = 0;
  };
  struct LostEntry {
    Mark mark;
    bool acked = false;
    FrameReport report;
  };

  Result<void> check_ack(const wire::Ack& ack) const;
  void take_range(Instant now, const wire::SequenceRange& range, Outcome& outcome);
  void take_largest(Instant now, const wire::Ack& ack, bool elicited);
  void take_late(Instant now, const wire::Ack& ack, Outcome& outcome);
  void detect_lost(Instant now, Outcome& outcome);
  bool is_lost(const Entry& entry, Instant now) const;
  bool is_window_limited() const;
  void declare_lost(const Entry& entry, Outcome& outcome);
  void note_lost_run(const Entry& entry);
  void leave_flight(const Entry& entry);
  FrameReport report(const Entry& entry) const;
  bool on_current_path(const Entry& entry) const { return entry.path == path_; }
  std::optional<Mark> find_mark(Sequence sequence) const;
  std::uint64_t first_above(Sequence sequence) const;
  std::optional<Instant> loss_deadline() const;
  std::optional<Instant> probe_deadline() const;
  PacingRate pacing() const;
  void check_invariants() const;

  RecoveryConfig config_;
  std::unique_ptr<CongestionController> controller_;
  Rtt rtt_;
  Pacer pacer_;
  ReorderWindow reorder_;
  DeliveryRate delivery_;
  RecoveryCounters counters_;

  // Ack-eliciting frames in the order of sending. The oldest is outstanding: what is lost is
  // always a beginning of this queue, because older frames are lost by either threshold no later
  // than newer ones.
  Ring<Entry> sent_;
  Ring<LostEntry> lost_;  // the newest frames declared lost, to notice late acknowledgements
  std::array<Mark, 32> ack_only_{};  // the newest frames not followed, for round-trip times
  std::uint64_t ack_only_count_ = 0;
  boost::container::static_vector<Sequence, 8> skipped_;

  std::optional<Sequence> largest_told_;  // sent or skipped
  std::optional<Sequence> largest_acked_;
  std::optional<Mark> newest_acked_;
  std::uint64_t datagrams_ = 0;
  std::uint32_t path_ = 1;  // 0: off path
  std::uint64_t bytes_in_flight_ = 0;
  std::size_t outstanding_ = 0;

  std::uint32_t pto_count_ = 0;
  Instant pto_base_{};  // the last ack-eliciting frame sent, or the last probe timeout
  std::uint32_t probes_owed_ = 0;
  std::uint64_t last_probe_datagram_ = 0;

  std::optional<Instant> first_rtt_sample_at_;
  std::optional<Instant> lost_run_start_;  // of frames lost with none acknowledged between
  bool persistent_congestion_ = false;     // found by the current call
};

}  // namespace stt::recovery
