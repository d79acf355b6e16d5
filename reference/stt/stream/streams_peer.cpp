// What the peer does to the streams.
#include <algorithm>

#include <stt/base/assert.hpp>
#include <stt/stream/streams_impl.hpp>

namespace stt::stream {

Result<Streams::Impl::Named> Streams::Impl::name_by_peer(StreamId id) {
  if (id == StreamId{}) return fail(Errc::frame_stream_id);
  if (Stream* const stream = find(id)) return Named{stream};
  //= STT-STREAM-021
  if (closed_ids_.contains(id)) return Named{};
  //= STT-STREAM-020
  if (is_ours(id)) return fail(Errc::stream_not_opened);
  const bool refused = is_full();
  if (refused && refused_count_ >= refused_max) return Named{nullptr, true};
  //= STT-STREAM-019
  Stream& stream = create(id);
  step(stream, StreamInput::frame);
  stream.known_to_peer = true;
  if (refused) {
    //= STT-STREAM-025
    ++refused_count_;
    stream.refused = true;
    stream.fail(Errc::stream_refused);
    stream.send.cut(static_cast<std::uint64_t>(Errc::stream_refused));
    stream.receive.stop(Errc::stream_cancelled);
  } else {
    push_event(StreamEvent::Kind::opened, stream);
  }
  return Named{&stream};
}

//= STT-STREAM-023
bool Streams::Impl::is_full() const {
  const std::size_t most = config_.ours.max_streams;
  if (open_count() < most) return false;
  if (open_count() >= 2 * most) return true;
  const auto counts = [](const auto& entry) {
    const Stream& stream = *entry.second;
    const SendState sending = stream.send.state();
    const bool only_unacked =
        stream.receive.state() == ReceiveState::done &&
        (sending == SendState::closed_sent || sending == SendState::reset_sent);
    return !stream.refused && !only_unacked;
  };
  return static_cast<std::size_t>(std::ranges::count_if(streams_, counts)) >= most;
}

Result<void> Streams::Impl::check_credit(const Stream& stream, std::uint64_t end) const {
  //= STT-FLOW-002
  if (end > stream.credit.granted) return fail(Errc::stream_credit_exceeded);
  //= STT-FLOW-003
  const std::uint64_t used = stream.receive.used();
  if (end > used && end - used > session_told_ - session_used_) {
    return fail(Errc::session_credit_exceeded);
  }
  return {};
}

Result<Taken> Streams::Impl::handle_data(wire::FrameType type, StreamId id,
                                         const wire::DataMessage& message) {
  if (ended_) return Taken::stored;
  const std::uint64_t size = message.bytes.size() + (message.end_of_message ? 1U : 0U);
  if (size > ~message.offset.value()) return fail(Errc::position_overflow);
  STT_TRY_ASSIGN(named, name_by_peer(id));
  if (!named.stream) return named.drop ? Taken::refused : Taken::stored;
  Stream& stream = *named.stream;
  step(stream, StreamInput::frame);
  stream.known_to_peer = true;
  const std::uint64_t end = message.end().value();
  STT_TRY(stream.receive.check_end(end));
  STT_TRY(check_credit(stream, end));
  const auto stored = stream.receive.handle_data(type, message);
  if (!stored) {
    if (stored.error() != Errc::too_many_gaps) return fail(stored.error());
    settle(stream);
    return Taken::dropped;
  }
  if (!stream.refused) {
    counters_.bytes_received += stored->bytes;
    counters_.messages_received += stored->messages;
  }
  if (stream.receive.awaits_whole() && stream.receive.is_too_large()) {
    stop_stream(stream, static_cast<std::uint64_t>(Errc::message_too_large),
                Errc::message_too_large);
  }
  settle(stream);
  return Taken::stored;
}

Result<void> Streams::Impl::handle_final(Stream& stream, std::uint64_t final_position) {
  STT_TRY(stream.receive.check_final(final_position));
  return check_credit(stream, final_position);
}

void Streams::Impl::handle_reset(Stream& stream, const wire::StreamReset& message) {
  const bool refused = message.code == static_cast<std::uint64_t>(Errc::stream_refused);
  const bool was_stopped = stream.receive.state() == ReceiveState::stopped;
  if (stream.receive.handle_reset(message.final_position.value()) && !was_stopped) {
    stream.fail(refused ? Errc::stream_refused : Errc::stream_reset, message.code);
    //= STT-STREAM-059
    events_.push_back({StreamEvent::Kind::reset, stream.id, Errc::stream_reset, message.code});
  }
  //= STT-STREAM-026
  if (refused) stream.send.cut(message.code);
}

Result<Taken> Streams::Impl::handle_stream_control(StreamId id,
                                                   const wire::StreamControlMessage& message) {
  if (ended_) return Taken::stored;
  STT_TRY_ASSIGN(named, name_by_peer(id));
  if (!named.stream) return named.drop ? Taken::refused : Taken::stored;
  Stream& stream = *named.stream;
  step(stream, StreamInput::frame);
  stream.known_to_peer = true;
  //= STT-STREAM-052
  switch (wire::type(message)) {
    case wire::StreamControlType::open: break;
    case wire::StreamControlType::close: {
      const auto& close = std::get<wire::StreamClose>(message);
      STT_TRY(handle_final(stream, close.final_position.value()));
      stream.receive.handle_close(close.final_position.value());
      break;
    }
    case wire::StreamControlType::reset: {
      const auto& reset = std::get<wire::StreamReset>(message);
      STT_TRY(handle_final(stream, reset.final_position.value()));
      handle_reset(stream, reset);
      break;
    }
    case wire::StreamControlType::credit:
      stream.send.raise_credit(std::get<wire::StreamCredit>(message).position.value());
      break;
    case wire::StreamControlType::stop: {
      const std::uint64_t code = std::get<wire::StreamStop>(message).code;
      //= STT-STREAM-056
      if (stream.send.cut(code)) stream.fail(Errc::stream_stopped, code);
      break;
    }
  }
  settle(stream);
  return Taken::stored;
}

void Streams::Impl::handle_session_credit(std::uint64_t position) {
  if (ended_ || position <= session_limit_) return;
  session_limit_ = position;
  for (const auto& [id, stream] : streams_) enqueue(*stream);
}

void Streams::Impl::on_acked(const wire::Carried& carried) {
  if (ended_) return;
  Stream* const stream = find(carried.stream_id);
  if (!stream) return;
  stream->known_to_peer = true;
  if (wire::is_stream_data(carried.type, carried.stream_id)) {
    const std::uint64_t first = carried.offset.value();
    stream->send.on_data_acked({first, first + carried.bytes + (carried.end_of_message ? 1U : 0U)});
  } else if (carried.type == wire::FrameType::stream_control) {
    on_control_acked(*stream, carried);
  }
  settle(*stream);
}

void Streams::Impl::on_control_acked(Stream& stream, const wire::Carried& carried) {
  switch (static_cast<wire::StreamControlType>(carried.message_type)) {
    case wire::StreamControlType::close: stream.send.on_close_acked(); break;
    case wire::StreamControlType::reset: stream.send.on_reset_acked(); break;
    case wire::StreamControlType::stop: stream.stop_pending = false; break;
    case wire::StreamControlType::open:
    case wire::StreamControlType::credit: break;
  }
}

void Streams::Impl::on_lost(const wire::Carried& carried) {
  if (ended_) return;
  if (carried.type == wire::FrameType::control) {
    // A newer one has been sent, or will be, unless this was the newest.
    if (carried.offset.value() == session_granted_) session_credit_pending_ = true;
    return;
  }
  Stream* const stream = find(carried.stream_id);
  if (!stream) return;
  if (wire::is_stream_data(carried.type, carried.stream_id)) {
    const std::uint64_t first = carried.offset.value();
    stream->send.on_data_lost({first, first + carried.bytes + (carried.end_of_message ? 1U : 0U)});
  } else if (carried.type == wire::FrameType::stream_control) {
    on_control_lost(*stream, carried);
  }
  enqueue(*stream);
}

void Streams::Impl::on_control_lost(Stream& stream, const wire::Carried& carried) {
  switch (static_cast<wire::StreamControlType>(carried.message_type)) {
    case wire::StreamControlType::open:
      if (!stream.known_to_peer) stream.open_pending = true;
      break;
    case wire::StreamControlType::close: stream.send.on_close_lost(); break;
    case wire::StreamControlType::reset: stream.send.on_reset_lost(); break;
    case wire::StreamControlType::credit:
      if (stream.receive.state() == ReceiveState::receiving &&
          carried.offset.value() == stream.credit.granted) {
        stream.credit_pending = true;
      }
      break;
    case wire::StreamControlType::stop:
      stream.stop_pending = stream.receive.state() == ReceiveState::stopped;
      break;
  }
}

}  // namespace stt::stream
