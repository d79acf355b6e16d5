#include <stt/session/owed_replies.hpp>

namespace stt::session {

void OwedReplies::on_ping(Sequence sequence) {
  //= STT-CONTROL-013
  if (newest_ping_ && sequence < *newest_ping_) return;
  newest_ping_ = sequence;
  pong_owed_ = true;
}

void OwedReplies::on_path_challenge(Sequence sequence, const Address& from,
                                    const wire::PathChallenge& message) {
  if (challenges_.size() == owed_path_responses_max) {
    if (sequence < challenges_.front().sequence) return;
    challenges_.erase(challenges_.begin());
  }
  const auto place =
      std::ranges::upper_bound(challenges_, sequence, std::ranges::less{}, &Challenge::sequence);
  //= STT-CONTROL-014
  //= STT-PATH-014
  challenges_.insert(place, Challenge{sequence, {from, wire::PathResponse{message.data}}});
}

std::optional<wire::Pong> OwedReplies::poll_pong() {
  if (!pong_owed_) return std::nullopt;
  pong_owed_ = false;
  return wire::Pong{*newest_ping_};
}

std::optional<OwedReplies::PathReply> OwedReplies::poll_path_response() {
  if (challenges_.empty()) return std::nullopt;
  const PathReply reply = challenges_.back().reply;
  challenges_.pop_back();
  return reply;
}

}  // namespace stt::session
