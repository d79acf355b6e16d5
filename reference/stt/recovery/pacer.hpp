// Spreads a window over a round trip: a leaky bucket, kept in bytes, so that what was sent at a
// slow rate does not delay what is sent at a faster one. No fraction of a byte is lost to rounding.
#pragma once

#include <cstdint>

#include <stt/base/time.hpp>

namespace stt::recovery {

// How fast and how bursty; computed anew from window and round-trip time at every use.
struct PacingRate {
  std::uint64_t bytes = 0;  // that many ...
  Duration period{};        // ... in that time; zero: no limit
  std::uint64_t burst_bytes = 0;

  // 1.25 x window in a smoothed round trip. A burst is at most the initial window or, if that is
  // more, what leaves within 1 ms, up to 64 KiB.
  static PacingRate from_window(std::uint64_t window_bytes, Duration smoothed_rtt,
                                std::uint64_t datagram_bytes);
  static PacingRate from_rate(std::uint64_t bytes_per_second, std::uint64_t datagram_bytes);

  // How long `count` bytes take, rounded up.
  Duration cost(std::uint64_t count) const;
};

class Pacer {
 public:
  // From when on `bytes` may be sent; before or at now: at once.
  Instant next_send_time(const PacingRate& rate, std::uint64_t bytes) const;
  void on_sent(Instant now, const PacingRate& rate, std::uint64_t bytes);
  void reset() { *this = Pacer(); }

 private:
  void drain(Instant now, const PacingRate& rate);

  std::uint64_t level_bytes_ = 0;  // sent, and by the rate not gone yet
  Instant level_at_ = Instant::min();
};

}  // namespace stt::recovery
