// What PINGs and PATH_CHALLENGEs of the peer are still to be answered. Only the newest count, so a
// flood of them costs a bounded memory and a bounded number of answers.
#pragma once

#include <optional>

#include <boost/container/static_vector.hpp>

#include <stt/base/address.hpp>
#include <stt/session/limits.hpp>
#include <stt/wire/control_message.hpp>

namespace stt::session {

class OwedReplies {
 public:
  // `sequence` is that of the frame that carried it.
  void on_ping(Sequence sequence);
  void on_path_challenge(Sequence sequence, const Address& from,
                         const wire::PathChallenge& message);

  // The PONG for the newest PING; nothing if it is answered already, or a newer one was.
  std::optional<wire::Pong> poll_pong();

  struct PathReply {
    Address to;  // where the challenge came from
    wire::PathResponse message;
  };
  // Newest challenge first.
  std::optional<PathReply> poll_path_response();

  bool pong_owed() const { return pong_owed_; }
  bool path_response_owed() const { return !challenges_.empty(); }
  bool empty() const { return !pong_owed_ && challenges_.empty(); }

 private:
  struct Challenge {
    Sequence sequence;
    PathReply reply;
  };

  std::optional<Sequence> newest_ping_;
  bool pong_owed_ = false;
  // Rising by sequence.
  boost::container::static_vector<Challenge, owed_path_responses_max> challenges_;
};

}  // namespace stt::session
