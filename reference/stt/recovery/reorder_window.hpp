// How far datagrams may overtake each other before one is taken for lost (RFC 9002, section 6.1):
// 3 datagrams or an eighth of a round trip, more on a path that has been seen to reorder more.
#pragma once

#include <cstdint>

#include <stt/base/time.hpp>
#include <stt/recovery/rtt.hpp>

namespace stt::recovery {

class ReorderWindow {
 public:
  static constexpr std::uint64_t datagrams_min = 3;
  static constexpr std::uint64_t datagrams_max = 128;
  static constexpr std::int64_t eighths_max = 8;

  // This many later datagrams acknowledged make one lost.
  std::uint64_t datagrams() const { return datagrams_; }
  // So long after its sending a frame is lost if a later one was acknowledged.
  Duration delay(const Rtt& rtt) const;

  // A frame taken for lost was acknowledged after all, `distance` datagrams behind the newest. Both
  // thresholds grow, the one in time at most once a round trip.
  void on_late_ack(Instant now, std::uint64_t distance, const Rtt& rtt);
  // A reaction to loss passed. After 16 without a late acknowledgement the window is as at first.
  void on_loss();
  void reset() { *this = ReorderWindow(); }

 private:
  std::uint64_t datagrams_ = datagrams_min;
  std::int64_t eighths_ = 1;
  std::uint32_t losses_left_ = 0;
  Instant next_growth_at_ = Instant::min();
};

}  // namespace stt::recovery
