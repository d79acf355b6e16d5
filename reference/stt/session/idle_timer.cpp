#include <stt/session/idle_timer.hpp>

#include <algorithm>

namespace stt::session {
namespace {

//= STT-SESSION-014
Duration smaller_of_the_set(Duration a, Duration b) {
  if (a == Duration::zero()) return b;
  if (b == Duration::zero()) return a;
  return std::min(a, b);
}

}  // namespace

IdleTimer::IdleTimer(Instant now, const IdleSettings& settings)
    : timeout_(smaller_of_the_set(settings.own_timeout, settings.peer_timeout)),
      keep_alive_(settings.keep_alive),
      restarted_(now),
      last_sent_(now) {
  if (timeout_ > Duration::zero() && keep_alive_ >= timeout_) keep_alive_ = timeout_ / 2;
}

void IdleTimer::on_received(Instant now) {
  restarted_ = now;
  sent_since_received_ = false;
}

void IdleTimer::on_sent(Instant now, bool ack_eliciting) {
  if (!ack_eliciting) return;
  last_sent_ = now;
  // Only the first: a peer that is gone must not be kept alive by our own retransmissions.
  //= STT-SESSION-015
  if (!sent_since_received_) restarted_ = now;
  sent_since_received_ = true;
}

std::optional<Instant> IdleTimer::deadline(Duration pto) const {
  if (timeout_ == Duration::zero()) return std::nullopt;
  return restarted_ + std::max(timeout_, 3 * pto);
}

bool IdleTimer::is_over(Instant now, Duration pto) const {
  const std::optional<Instant> end = deadline(pto);
  return end && now >= *end;
}

std::optional<Instant> IdleTimer::keep_alive_at() const {
  if (keep_alive_ == Duration::zero()) return std::nullopt;
  //= STT-SESSION-017
  return last_sent_ + keep_alive_;
}

bool IdleTimer::keep_alive_due(Instant now) const {
  const std::optional<Instant> at = keep_alive_at();
  return at && now >= *at;
}

}  // namespace stt::session
