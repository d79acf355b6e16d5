// Measures how fast the path delivers (draft-ietf-ccwg-bbr, section 4.1): each frame remembers what
// had been delivered when it left, and its acknowledgement makes a sample.
#pragma once

#include <cstdint>

#include <stt/base/time.hpp>
#include <stt/recovery/congestion_controller.hpp>

namespace stt::recovery {

// What a frame remembers from its sending.
struct DeliverySnapshot {
  std::uint64_t delivered_bytes = 0;
  Instant delivered_at{};
  Instant first_sent_at{};
  bool app_limited = false;
};

class DeliveryRate {
 public:
  // `idle`: nothing was in flight before this frame.
  DeliverySnapshot on_sent(Instant now, bool idle);
  void on_app_limited(std::uint64_t bytes_in_flight);

  // Between begin_ack() and end_ack() for each frame acknowledged.
  void begin_ack() { sample_ = RateSample{}, has_sample_ = false; }
  void on_frame_acked(Instant now, std::uint64_t bytes, Instant sent_at,
                      const DeliverySnapshot& frame);
  // The sample of the newest frame acknowledged; its interval is zero if there is none, or if it
  // is shorter than the smallest round-trip time and so cannot be true.
  RateSample end_ack(const Rtt& rtt);

  void reset() { *this = DeliveryRate(); }

 private:
  std::uint64_t delivered_bytes_ = 0;
  Instant delivered_at_{};
  Instant first_sent_at_{};
  std::uint64_t app_limited_until_ = 0;  // in delivered bytes; 0: not limited

  RateSample sample_;
  bool has_sample_ = false;
  Duration send_interval_{};
  Duration ack_interval_{};
  Instant newest_sent_at_{};
};

}  // namespace stt::recovery
