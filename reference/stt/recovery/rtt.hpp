// Round-trip time of the current path (RFC 9002, section 5), in integer nanoseconds.
#pragma once

#include <stt/base/time.hpp>

namespace stt::recovery {

inline constexpr Duration timer_granularity = 1ms;
inline constexpr Duration initial_rtt = 333ms;

class Rtt {
 public:
  // `sample`: from sending a frame to its acknowledgement. `ack_delay`: what the peer says it
  // waited, already cut to its declared maximum.
  void update(Duration sample, Duration ack_delay);
  // After persistent congestion: the next sample is the new minimum.
  void forget_minimum() { minimum_stale_ = true; }
  // The path is another one.
  void reset() { *this = Rtt(); }

  bool has_sample() const { return has_sample_; }
  Duration smoothed() const { return smoothed_; }
  Duration variation() const { return variation_; }
  Duration latest() const { return latest_; }
  Duration minimum() const { return minimum_; }  // zero before the first sample

  // The probe timeout without back-off.
  Duration pto(Duration peer_max_ack_delay) const;

 private:
  bool has_sample_ = false;
  bool minimum_stale_ = false;
  Duration smoothed_ = initial_rtt;
  Duration variation_ = initial_rtt / 2;
  Duration latest_{};
  Duration minimum_{};
};

}  // namespace stt::recovery
