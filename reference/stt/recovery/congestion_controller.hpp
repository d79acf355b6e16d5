// How much may be in flight: the seam between loss recovery and a congestion control algorithm.
//
// Recovery tells what was sent, acknowledged and lost; the controller answers with a window and,
// if it is model-based, a pacing rate. All arithmetic is in integers, so that the same trace comes
// out of every compiler.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>

#include <stt/base/time.hpp>
#include <stt/recovery/congestion_control.hpp>
#include <stt/recovery/rtt.hpp>

namespace stt::recovery {

// For a path whose datagrams carry `datagram_bytes` (RFC 9002, section 7.2).
//= STT-RECOVERY-019
constexpr std::uint64_t minimum_window_bytes(std::uint64_t datagram_bytes) {
  return 2 * datagram_bytes;
}
constexpr std::uint64_t initial_window_bytes(std::uint64_t datagram_bytes) {
  return std::min(10 * datagram_bytes,
                  std::max(minimum_window_bytes(datagram_bytes), std::uint64_t{14'720}));
}
// Far beyond any path; keeps every product inside its type.
inline constexpr std::uint64_t window_bytes_max = 1U << 30;

// Delivery rate over the flight of one acknowledged frame (draft-ietf-ccwg-bbr, section 4.1).
struct RateSample {
  std::uint64_t delivered_bytes = 0;  // acknowledged between its sending and its acknowledgement
  Duration interval{};                // over which these were delivered; zero: no valid sample
  std::uint64_t bytes_per_second = 0;
  bool app_limited = false;  // the sender had too little to send: the rate is a lower bound
  std::uint64_t prior_delivered_bytes = 0;  // in total, when the frame was sent (counts rounds)
};

// One frame of the current path that has been acknowledged.
struct AckedFrame {
  std::uint64_t bytes = 0;
  Instant sent_at{};
};

// What one ACK message did, after its frames were reported one by one.
struct AckSummary {
  std::uint64_t newly_acked_bytes = 0;
  std::uint64_t prior_in_flight_bytes = 0;  // before this ACK
  std::uint64_t in_flight_bytes = 0;        // after it
  RateSample rate;
};

//= STT-RECOVERY-022
class CongestionController {
 public:
  virtual ~CongestionController() = default;

  // A frame entered flight. `in_flight_bytes` does not yet count it.
  virtual void on_sent(Instant now, std::uint64_t bytes, std::uint64_t in_flight_bytes) = 0;
  // Called once per ACK before its frames. When false the window was not the limit: what is then
  // acknowledged says nothing about a larger window.
  virtual void on_window_limited(Instant now, bool limited) = 0;
  virtual void on_frame_acked(Instant now, const AckedFrame& frame, const Rtt& rtt) = 0;
  virtual void on_ack(Instant now, const AckSummary& summary, const Rtt& rtt) = 0;
  // Frames of that many bytes were lost, the newest of them sent at `newest_sent_at`. One reaction
  // a round trip.
  virtual void on_loss(Instant now, Instant newest_sent_at, std::uint64_t lost_bytes) = 0;
  virtual void on_persistent_congestion(Instant now) = 0;
  // The largest datagram of the path changed.
  virtual void set_datagram_bytes(std::uint64_t bytes) = 0;
  // The path is another one: nothing learnt holds.
  virtual void reset() = 0;

  virtual std::uint64_t window_bytes() const = 0;
  virtual bool in_slow_start() const = 0;
  // Bytes per second; none: recovery paces by window and round-trip time.
  virtual std::optional<std::uint64_t> pacing_rate() const { return std::nullopt; }
};

std::unique_ptr<CongestionController> make_controller(CongestionControl kind,
                                                      std::uint64_t datagram_bytes);

}  // namespace stt::recovery
