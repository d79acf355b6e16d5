// The receiving side of acknowledgement: which sequences have come, and when to say so.
#pragma once

#include <cstdint>
#include <optional>

#include <boost/container/static_vector.hpp>

#include <stt/base/time.hpp>
#include <stt/wire/control_message.hpp>

namespace stt::recovery {

// Keeps at most 64 ranges and never allocates. Two things bound the ranges: when the peer has
// acknowledged one of our ACK messages, what that message reported is forgotten; and when a 65th
// range would be needed the lowest is. A frame forgotten before it was reported is sent again by
// the peer under a new sequence, which costs bytes and nothing else.
class AckTracker {
 public:
  // `max_ack_delay`: what this side declared in its parameters.
  explicit AckTracker(Duration max_ack_delay) : max_ack_delay_(max_ack_delay) {}

  // A frame was received and processed or stored. To be called once per sequence, in the order of
  // arrival; a sequence already noted changes nothing.
  void on_received(Instant now, Sequence sequence, bool ack_eliciting);

  // When an ACK has to leave at the latest; none: nothing is owed. In the past or now: at once.
  std::optional<Instant> ack_deadline() const { return deadline_; }
  bool ack_due(Instant now) const { return deadline_ && *deadline_ <= now; }
  // An ack-eliciting frame has come since the last ACK: a datagram that leaves anyway takes an ACK
  // along.
  bool has_anything_to_acknowledge() const { return deadline_.has_value(); }
  // Nothing was ever received: there is no ACK to make.
  bool empty() const { return ranges_.empty(); }

  // The ACK as of now. At least one frame must have been received.
  wire::Ack make_ack(Instant now) const;
  // The ACK made last has left in the frame `sequence`.
  void on_ack_sent(Sequence sequence);
  // An ACK of the peer arrived and was found valid: what it confirms of our ACKs is forgotten.
  void on_peer_ack(const wire::Ack& ack);

 private:
  struct Report {
    Sequence frame;    // the frame that carried our ACK
    Sequence largest;  // which that ACK reported
  };

  bool insert(Sequence sequence);
  void forget_below(Sequence sequence);

  Duration max_ack_delay_;
  // Rising, with at least one sequence between two ranges.
  boost::container::static_vector<wire::SequenceRange, wire::ack_ranges_max> ranges_;
  Instant largest_received_at_{};
  std::uint32_t eliciting_unacknowledged_ = 0;
  std::optional<Instant> deadline_;
  // One of our ACKs whose fate is not yet known; at most one is followed at a time.
  std::optional<Report> followed_;
};

}  // namespace stt::recovery
