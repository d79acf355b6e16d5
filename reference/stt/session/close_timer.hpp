// The last moments of a session: in closing and in draining it lasts 3 PTO more, so that late
// frames of the peer meet an answer, or silence, and not a stranger.
#pragma once

#include <bit>
#include <cstdint>

#include <stt/base/time.hpp>

namespace stt::session {

class CloseTimer {
 public:
  CloseTimer(Instant now, Duration pto) : end_(now + 3 * pto) {}

  // In closing, a valid frame came that is not CLOSE. Whether to answer it with CLOSE: the first,
  // second, fourth, eighth ... is, so that two peers in closing fall silent, and a flood is met by
  // few answers.
  //= STT-SESSION-021
  bool answers_frame() { return std::has_single_bit(++frames_); }

  bool is_over(Instant now) const { return now >= end_; }
  Instant end() const { return end_; }

 private:
  Instant end_;
  std::uint64_t frames_ = 0;
};

}  // namespace stt::session
