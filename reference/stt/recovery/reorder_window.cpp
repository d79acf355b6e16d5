#include <stt/recovery/reorder_window.hpp>

#include <algorithm>

namespace stt::recovery {
namespace {

constexpr std::uint32_t losses_remembered = 16;  // as RFC 8985 has it

}  // namespace

Duration ReorderWindow::delay(const Rtt& rtt) const {
  const Duration trip = std::max(rtt.latest(), rtt.smoothed());
  return std::max(trip + trip * eighths_ / 8, timer_granularity);
}

//= STT-RECOVERY-031
void ReorderWindow::on_late_ack(Instant now, std::uint64_t distance, const Rtt& rtt) {
  losses_left_ = losses_remembered;
  datagrams_ = std::clamp(distance + 1, datagrams_, datagrams_max);
  if (now < next_growth_at_) return;
  eighths_ = std::min(eighths_ + 1, eighths_max);
  next_growth_at_ = now + rtt.smoothed();
}

void ReorderWindow::on_loss() {
  if (losses_left_ == 0) return;
  if (--losses_left_ == 0) reset();
}

}  // namespace stt::recovery
