// When a silent session ends, and when a PING keeps it from that.
#pragma once

#include <optional>

#include <stt/base/time.hpp>

namespace stt::session {

struct IdleSettings {
  Duration own_timeout{};   // as we declared it; zero: never
  Duration peer_timeout{};  // as the peer did
  Duration keep_alive{};    // zero: no PINGs
};

class IdleTimer {
 public:
  IdleTimer(Instant now, const IdleSettings& settings);

  // A frame opened.
  void on_received(Instant now);
  // A frame was sent; only the first ack-eliciting one since on_received keeps the session.
  void on_sent(Instant now, bool ack_eliciting);

  // When the session ends: the smaller time-out of both sides, but at least 3 PTO, after the last
  // of the events above. Nothing if neither side has a time-out.
  std::optional<Instant> deadline(Duration pto) const;
  bool is_over(Instant now, Duration pto) const;

  // When a PING is due: so long after the last ack-eliciting frame that was sent. A keep-alive that
  // would come too late for the time-out comes after half of it.
  std::optional<Instant> keep_alive_at() const;
  bool keep_alive_due(Instant now) const;

 private:
  Duration timeout_;  // zero: never
  Duration keep_alive_;
  Instant restarted_;
  Instant last_sent_;
  bool sent_since_received_ = false;
};

}  // namespace stt::session
