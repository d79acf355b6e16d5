// One end of a session, driven by hand, for the tests of Recovery.
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

#include <stt/recovery/recovery.hpp>

namespace stt::recovery {

inline constexpr Instant start(10s);
inline constexpr std::size_t datagram = 1'200;
using Sequences = std::vector<std::uint64_t>;

inline wire::Ack ack_of(std::initializer_list<std::pair<std::uint64_t, std::uint64_t>> ranges,
                        std::uint64_t delay_us = 0) {
  wire::Ack ack;
  ack.delay_us = delay_us;
  for (const auto& [first, last] : ranges) {
    ack.ranges.push_back({Sequence(first), Sequence(last)});
  }
  return ack;
}

inline Sequences sequences(const std::vector<FrameReport>& reports) {
  Sequences result;
  for (const FrameReport& report : reports) result.push_back(report.sequence.value());
  std::ranges::sort(result);
  return result;
}

struct Sender {
  explicit Sender(RecoveryConfig config = {}) : recovery(config), next(config.first_sequence) {}

  Sequence send(SentFrame frame = {}) {
    frame.sequence = next;
    if (frame.bytes == 0) frame.bytes = datagram;
    frame.carried.offset = Position(next.value());
    next = next.next();
    recovery.on_sent(now, frame);
    return frame.sequence;
  }
  void send_many(int count) {
    for (int i = 0; i < count; ++i) send();
  }
  bool ack(std::initializer_list<std::pair<std::uint64_t, std::uint64_t>> ranges,
           std::uint64_t delay_us = 0) {
    return recovery.on_ack(now, ack_of(ranges, delay_us), outcome).has_value();
  }
  void timeout() { recovery.handle_timeout(now, outcome); }

  Recovery recovery;
  Sequence next;
  Outcome outcome;
  Instant now = start;
};

inline RecoveryConfig reno() {
  RecoveryConfig config;
  config.congestion_control = CongestionControl::new_reno;
  return config;
}

}  // namespace stt::recovery
