#include <fuzz/allowance.hpp>

#include <algorithm>

#include <fuzz/fuzz.hpp>

namespace stt::fuzz {

void Allowance::on_datagram_given(const Address& from, std::size_t bytes) {
  traffic_[from].given += bytes;
}

void Allowance::on_frame_given(const wire::FrameHeader& header, ByteView payload) {
  if (header.type == wire::FrameType::control) {
    const auto message = wire::decode_control(payload);
    if (!message) return;
    if (const auto* credit = std::get_if<wire::SessionCredit>(&*message)) {
      session_credit_ = std::max(session_credit_, credit->position);
    } else if (const auto* response = std::get_if<wire::PathResponse>(&*message)) {
      const auto challenge = challenges_.find(response->data);
      if (challenge != challenges_.end()) proven_.insert(challenge->second);
    }
  } else if (header.type == wire::FrameType::stream_control) {
    const auto message = wire::decode_stream_control(payload);
    if (!message) return;
    if (const auto* credit = std::get_if<wire::StreamCredit>(&*message)) {
      std::uint64_t& before = stream(header.stream_id).credit;
      before = std::max(before, credit->position.value());
    }
  }
}

void Allowance::on_datagram_taken(const Address& to, std::size_t bytes) {
  Traffic& both = traffic_[to];
  both.taken += bytes;
  STT_FUZZ_PROMISE(proven_.contains(to) || both.taken <= 3 * both.given);
}

void Allowance::on_frame_taken(std::size_t bytes) const {
  STT_FUZZ_PROMISE(bytes <= ours_.max_frame_bytes);
}

void Allowance::on_challenge_taken(const Address& to, const wire::PathChallenge& challenge) {
  challenges_.emplace(challenge.data, to);
}

void Allowance::on_data_taken(StreamId id, const wire::DataMessage& message) {
  Stream& line = stream(id);
  const std::uint64_t sent = std::max(line.sent, message.end().value());
  session_sent_ += sent - line.sent;
  line.sent = sent;
  STT_FUZZ_PROMISE(line.sent <= line.credit);
  STT_FUZZ_PROMISE(session_sent_ <= session_credit_);
}

}  // namespace stt::fuzz
