// How large a datagram the path carries: the search of RFC 8899 (DPLPMTUD), with padded PINGs as
// probes. Only for unreliable transports.
//
//   state            datagram_bytes()  probes
//   base             the base          one of the base size, unless data of that size has arrived
//   searching        what has arrived  the largest first, then half-way between arrived and failed
//   search_complete  what has arrived  none until the raise timer
//   error            the base          one of the base size from time to time
//
// Large datagrams that vanish while nothing of their size arrives are a black hole: back to base,
// and another search later.
#pragma once

#include <cstdint>
#include <optional>

#include <boost/container/static_vector.hpp>

#include <stt/base/time.hpp>
#include <stt/wire/types.hpp>

namespace stt::session {

struct PathMtuLimits {
  std::size_t base_bytes = 1'200;  // trusted without a probe
  std::size_t bytes_max = 1'452;
};

class PathMtu {
 public:
  enum class State : std::uint8_t { base, searching, search_complete, error };

  static constexpr unsigned tries_max = 3;           // of one size
  static constexpr std::size_t step_bytes = 16;      // the search is not finer than this
  static constexpr unsigned black_hole_losses = 10;  // 30 % random loss looks so once in 170,000
  static constexpr unsigned black_hole_ptos = 3;
  static constexpr Duration black_hole_pause = 60s;
  static constexpr Duration raise_pause = 600s;

  // Sizes are of UDP payloads. A maximum below the base is taken as the base.
  PathMtu(Instant now, const PathMtuLimits& limits);

  State state() const { return state_; }
  // The largest datagram to send, except probes.
  std::size_t datagram_bytes() const { return datagram_bytes_; }

  // The size of the PING to send now, alone in its datagram. One probe is under way at a time. The
  // loss of a probe says nothing about congestion.
  std::optional<std::size_t> probe_due(Instant now);
  void on_probe_sent(Sequence sequence, std::size_t bytes);
  bool is_probe(Sequence sequence) const { return probe_ && probe_->sequence == sequence; }

  // Everything ack-eliciting that was sent, except probes.
  void on_sent(Sequence sequence, std::size_t bytes);
  // Everything acknowledged or lost, probes among them. `bytes` is the size of the datagram, at
  // least up to the end of that frame: small frames that share a large datagram vanish with it.
  void on_acked(Instant now, Sequence sequence, std::size_t bytes);
  void on_lost(Instant now, Sequence sequence, std::size_t bytes);
  // The probe time-out has fired `consecutive` times without an acknowledgement in between: after
  // three, if a large datagram is outstanding, what is sent again has to fit a smaller path.
  void on_pto(Instant now, unsigned consecutive);

  // The peer has another IP address: another path.
  void reset(Instant now);

  // When probe_due() will have something that it has not now.
  std::optional<Instant> poll_timeout() const;

 private:
  struct Probe {
    Sequence sequence;
    std::size_t bytes = 0;
  };

  struct Arrival {
    Sequence sequence;
    std::size_t bytes = 0;
  };

  void on_probe_lost(Instant now);
  void begin_search(Instant now);
  void aim(Instant now);
  bool can_raise() const;
  void complete(Instant now);
  void fall_back(Instant now);
  void go_to_base();
  void note_arrival(const Arrival& arrival);
  bool has_arrived_since(Sequence sequence, std::size_t bytes) const;
  void check_invariants() const;

  PathMtuLimits limits_;
  State state_ = State::base;
  std::size_t datagram_bytes_ = 0;
  std::size_t failed_bytes_ = 0;  // the smallest size known not to pass; above the maximum if none
  std::size_t target_bytes_ = 0;  // of the next probe
  unsigned tries_ = 0;            // lost probes of that size
  std::optional<Probe> probe_;
  std::optional<Instant> pause_until_;  // no probe before

  // Of the datagrams above the base: the last one sent, while nothing is known of it; what arrived;
  // and what was lost since in a row.
  std::optional<Sequence> large_outstanding_;
  boost::container::static_vector<Arrival, 4> arrivals_;
  unsigned large_losses_ = 0;
  std::size_t smallest_loss_ = 0;
};

}  // namespace stt::session
