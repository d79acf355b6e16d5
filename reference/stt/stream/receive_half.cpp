#include <stt/stream/receive_half.hpp>

#include <algorithm>

#include <stt/base/assert.hpp>

namespace stt::stream {

std::uint64_t ReceiveHalf::given_back() const {
  //= STT-FLOW-012
  if (state_ == ReceiveState::done || state_ == ReceiveState::stopped) return used();
  return assembly_.consumed();
}

bool ReceiveHalf::is_complete() const {
  return final_ && assembly_.contiguous() == *final_ && !assembly_.within_message();
}

CreditDemand ReceiveHalf::demand() const {
  return {assembly_.consumed(), assembly_.contiguous(), assembly_.has_partial_message(),
          reading_ == Reading::parts, final_};
}

bool ReceiveHalf::advance(ReceiveInput input) {
  const auto next_state = next(state_, input);
  if (next_state) state_ = *next_state;
  return next_state.has_value();
}

Result<void> ReceiveHalf::check_end(std::uint64_t end) const {
  //= STT-STREAM-053
  if (final_ && end > *final_) return fail(Errc::final_position);
  return {};
}

Result<void> ReceiveHalf::check_final(std::uint64_t end) const {
  //= STT-STREAM-054
  if (final_ && end != *final_) return fail(Errc::final_position);
  //= STT-STREAM-055
  if (end < assembly_.highest()) return fail(Errc::final_position);
  return {};
}

Result<Assembly::Stored> ReceiveHalf::handle_data(wire::FrameType type,
                                                  const wire::DataMessage& message) {
  if (!next(state_, ReceiveInput::data)) return Assembly::Stored{};
  auto stored = assembly_.store(type, message);
  if (stored) {
    advance(ReceiveInput::data);
    settle();
  }
  return stored;
}

void ReceiveHalf::handle_close(std::uint64_t final_position) {
  if (!advance(ReceiveInput::close)) return;
  final_ = final_position;
  // A message that will never be whole is news, even if no byte is.
  if (assembly_.contiguous() == final_position && assembly_.has_partial_message()) {
    told_contiguous_ = 0;
  }
  settle();
}

bool ReceiveHalf::handle_reset(std::uint64_t final_position) {
  const bool all_there = final_ && assembly_.contiguous() == *final_;
  if (all_there || !advance(ReceiveInput::reset)) return false;
  final_ = final_position;
  assembly_.discard();
  if (!failure_) failure_ = Errc::stream_reset;
  return true;
}

// A direction whose last position is there and read is over.
void ReceiveHalf::settle() {
  if (!final_ || assembly_.consumed() != *final_) return;
  if (!advance(ReceiveInput::drained)) return;
  //= STT-STREAM-045
  if (!failure_ && assembly_.within_message()) failure_ = Errc::message_incomplete;
}

Errc ReceiveHalf::refusal() const {
  if (failure_) return *failure_;
  return state_ == ReceiveState::done ? Errc::stream_closed : Errc::would_block;
}

Result<Part> ReceiveHalf::read(MutableByteView out) {
  reading_ = Reading::parts;
  told_ = false;
  if (assembly_.consumed() == assembly_.contiguous()) return fail(refusal());
  Part part;
  part.type = assembly_.next_type();
  part.bytes =
      static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), assembly_.readable_bytes()));
  part.end_of_message = assembly_.take(out.first(part.bytes));
  settle();
  return part;
}

bool ReceiveHalf::is_too_large() const {
  return assembly_.readable_bytes() > message_bytes_max_;
}

Result<MessageOut> ReceiveHalf::receive() {
  reading_ = Reading::whole;
  told_ = false;
  if (assembly_.consumed() == assembly_.contiguous()) return fail(refusal());
  if (is_too_large()) return fail(Errc::message_too_large);
  if (!assembly_.next_end()) {
    if (!final_ || assembly_.contiguous() != *final_) return fail(Errc::would_block);
    // No END_OF_MESSAGE will come: what there is of the message is not given out as one.
    assembly_.discard();
    settle();
    return fail(refusal());
  }
  MessageOut message{assembly_.next_type(), Bytes(assembly_.readable_bytes())};
  assembly_.take(message.bytes);
  settle();
  return message;
}

bool ReceiveHalf::stop(Errc reason) {
  if (!advance(ReceiveInput::stop)) return false;
  assembly_.discard();
  if (!failure_) failure_ = reason;
  // Who stopped it knows.
  failure_told_ = reason == Errc::stream_cancelled;
  settle();
  return true;
}

bool ReceiveHalf::take_readable() {
  if (told_) return false;
  const bool failed = failure_ && !failure_told_;
  const bool more = assembly_.contiguous() > std::max(told_contiguous_, assembly_.consumed());
  const bool whole =
      assembly_.next_end() || is_too_large() || (final_ && assembly_.contiguous() == *final_);
  if (!failed && !(more && (reading_ != Reading::whole || whole))) return false;
  told_ = true;
  failure_told_ = failure_told_ || failed;
  told_contiguous_ = assembly_.contiguous();
  return true;
}

}  // namespace stt::stream
