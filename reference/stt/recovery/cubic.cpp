#include <stt/recovery/cubic.hpp>

#include <algorithm>

#include <stt/recovery/wide.hpp>

namespace stt::recovery {
namespace {

// C = 0.4 datagrams per cubic second, beta = 0.7 (RFC 9438, section 4.6).
constexpr std::uint64_t c_numerator = 4;
constexpr std::uint64_t c_denominator = 10;
constexpr std::uint64_t beta_tenths = 7;
// alpha = 3 (1 - beta) / (1 + beta)
constexpr std::uint64_t alpha_numerator = 9;
constexpr std::uint64_t alpha_denominator = 17;
constexpr Wide cubic_us_per_s = Wide{1'000'000} * 1'000'000 * 1'000'000;
constexpr std::uint64_t offset_us_max = std::uint64_t{1} << 32;  // over an hour

std::uint64_t microseconds(Duration duration) {
  return static_cast<std::uint64_t>(duration / 1us);
}

}  // namespace

Cubic::Cubic(std::uint64_t datagram_bytes)
    : datagram_bytes_(datagram_bytes), window_(initial_window_bytes(datagram_bytes)) {}

void Cubic::on_window_limited(Instant now, bool limited) {
  if (!limited) {
    if (!unlimited_since_) unlimited_since_ = now;
    return;
  }
  if (unlimited_since_ && epoch_) epoch_->start += now - std::max(*unlimited_since_, epoch_->start);
  unlimited_since_.reset();
}

void Cubic::start_epoch(Instant now, std::uint64_t plateau_bytes) {
  const std::uint64_t below = plateau_bytes > window_ ? plateau_bytes - window_ : 0;
  // K = cbrt((W_max - cwnd_epoch) / C), all sizes in datagrams.
  const std::uint64_t plateau_us = cube_root(Wide{below} * cubic_us_per_s * c_denominator /
                                             (Wide{c_numerator} * datagram_bytes_));
  epoch_ = Epoch{now, std::max(plateau_bytes, window_), plateau_us};
  reno_window_ = window_;
  window_remainder_ = 0;
  reno_remainder_ = 0;
}

std::uint64_t Cubic::curve(Duration since_start) const {
  const std::uint64_t t = microseconds(since_start);
  const std::uint64_t k = epoch_->plateau_us;
  const std::uint64_t offset = std::min(t > k ? t - k : k - t, offset_us_max);
  const std::uint64_t distance = narrow(Wide{offset} * offset * offset * c_numerator *
                                        datagram_bytes_ / (cubic_us_per_s * c_denominator));
  if (t < k) return epoch_->plateau_bytes - std::min(distance, epoch_->plateau_bytes);
  return epoch_->plateau_bytes + std::min(distance, window_bytes_max);
}

void Cubic::grow_reno_estimate(std::uint64_t acked_bytes) {
  // Once the reduction is made up for, NewReno would grow by a whole datagram a window.
  const bool caught_up = reno_window_ >= prior_window_;
  const std::uint64_t numerator = caught_up ? 1 : alpha_numerator;
  const std::uint64_t denominator = (caught_up ? 1 : alpha_denominator) * window_;
  reno_remainder_ = std::min(reno_remainder_, denominator - 1);
  const std::uint64_t gained = acked_bytes * numerator * datagram_bytes_ + reno_remainder_;
  reno_window_ = std::min(reno_window_ + gained / denominator, window_bytes_max);
  reno_remainder_ = gained % denominator;
}

//= STT-RECOVERY-021
void Cubic::on_frame_acked(Instant now, const AckedFrame& frame, const Rtt& rtt) {
  //= STT-RECOVERY-024
  if (unlimited_since_) return;
  if (recovery_start_ && frame.sent_at <= *recovery_start_) return;
  if (in_slow_start()) {
    window_ = std::min(window_ + frame.bytes, window_bytes_max);
    return;
  }
  // The first stage after persistent congestion: the curve starts at its plateau.
  if (!epoch_) {
    prior_window_ = window_;
    start_epoch(now, window_);
  }
  const Duration elapsed = now - epoch_->start;
  grow_reno_estimate(frame.bytes);
  if (curve(elapsed) < reno_window_) {
    window_ = std::max(window_, reno_window_);
    return;
  }
  const std::uint64_t target =
      std::clamp(curve(elapsed + rtt.smoothed()), window_, window_ + window_ / 2);
  const std::uint64_t gained = (target - window_) * frame.bytes + window_remainder_;
  window_remainder_ = gained % window_;
  window_ = std::min(window_ + gained / window_, window_bytes_max);
}

//= STT-RECOVERY-020
void Cubic::on_loss(Instant now, Instant newest_sent_at, std::uint64_t) {
  if (recovery_start_ && newest_sent_at <= *recovery_start_) return;
  recovery_start_ = now;
  prior_window_ = window_;
  // Fast convergence: a window that shrinks loss by loss leaves room for newer flows.
  const std::uint64_t plateau =
      window_ < last_plateau_ ? window_ * (10 + beta_tenths) / 20 : window_;
  last_plateau_ = plateau;
  window_ = std::max(window_ * beta_tenths / 10, minimum());
  threshold_ = window_;
  start_epoch(now, plateau);
}

void Cubic::on_persistent_congestion(Instant) {
  // As after a retransmission timeout (RFC 9438, section 4.8). The reduction of the threshold was
  // made when the first of these frames was lost.
  window_ = minimum();
  epoch_.reset();
  recovery_start_.reset();
}

void Cubic::set_datagram_bytes(std::uint64_t bytes) {
  datagram_bytes_ = bytes;
  window_ = std::max(window_, minimum());
}

}  // namespace stt::recovery
