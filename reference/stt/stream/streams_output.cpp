// What goes to the peer, and in which order: session credit; small control messages; then data,
// by priority and in turn.
#include <stt/base/assert.hpp>
#include <stt/stream/streams_impl.hpp>

namespace stt::stream {
namespace {

wire::StreamControlMessage to_message(const Outgoing& frame) {
  const Position position = frame.carried.offset;
  switch (static_cast<wire::StreamControlType>(frame.carried.message_type)) {
    case wire::StreamControlType::open: return wire::StreamOpen{};
    case wire::StreamControlType::close: return wire::StreamClose{position};
    case wire::StreamControlType::reset: return wire::StreamReset{frame.code, position};
    case wire::StreamControlType::credit: return wire::StreamCredit{position};
    case wire::StreamControlType::stop: return wire::StreamStop{frame.code};
  }
  STT_ASSERT(false);
  return wire::StreamOpen{};
}

Outgoing control_frame(StreamId id, wire::StreamControlType type, std::uint64_t position,
                       std::uint64_t code = 0) {
  Outgoing frame;
  frame.type = wire::FrameType::stream_control;
  frame.stream = id;
  frame.code = code;
  frame.carried.type = frame.type;
  frame.carried.stream_id = id;
  frame.carried.message_type = static_cast<std::uint8_t>(type);
  frame.carried.offset = Position(position);
  frame.payload_bytes = wire::encoded_size(to_message(frame));
  return frame;
}

}  // namespace

bool Streams::Impl::wants_ready(const Stream& stream) const {
  return stream.send.has_data(session_room()) || stream.send.wants_close();
}

bool Streams::Impl::wants_urgent(const Stream& stream) const {
  return stream.credit_pending || stream.stop_pending || stream.send.wants_reset() ||
         // Any other frame opens the stream as well.
         (stream.open_pending && !wants_ready(stream));
}

void Streams::Impl::enqueue(Stream& stream) {
  if (ended_) return;
  if (!stream.in_urgent && wants_urgent(stream)) {
    stream.in_urgent = true;
    urgent_.push_back(stream.id);
  }
  if (!stream.in_ready && wants_ready(stream)) {
    stream.in_ready = true;
    ready_[stream.priority].push_back(stream.id);
  }
}

// The queues may name streams that have nothing to send any more; none that has is missing.
bool Streams::Impl::wants_to_send() const {
  if (session_credit_pending_) return true;
  for (std::size_t i = 0; i < urgent_.size(); ++i) {
    const Stream* const stream = find(urgent_[i]);
    if (stream && wants_urgent(*stream)) return true;
  }
  for (const auto& [priority, queue] : ready_) {
    for (std::size_t i = 0; i < queue.size(); ++i) {
      const Stream* const stream = find(queue[i]);
      if (stream && wants_ready(*stream)) return true;
    }
  }
  return false;
}

std::optional<Outgoing> Streams::Impl::poll_frame(std::size_t payload_room) {
  if (payload_room < payload_room_min) return std::nullopt;
  if (session_credit_pending_) return take_session_credit();
  while (!urgent_.empty()) {
    Stream* const stream = find(urgent_.front());
    urgent_.pop_front();
    if (!stream) continue;
    stream->in_urgent = false;
    if (!wants_urgent(*stream)) continue;
    const Outgoing frame = take_urgent(*stream);
    step(*stream, StreamInput::frame);
    enqueue(*stream);
    return frame;
  }
  //= STT-STREAM-028
  for (auto& [priority, queue] : ready_) {
    while (!queue.empty()) {
      Stream* const stream = find(queue.front());
      queue.pop_front();
      if (!stream) continue;
      stream->in_ready = false;
      if (!wants_ready(*stream)) continue;
      const Outgoing frame =
          take_ready(*stream, payload_room - (wire::varint_size(stream->id.value()) - 1));
      step(*stream, StreamInput::frame);
      enqueue(*stream);
      return frame;
    }
  }
  return std::nullopt;
}

Outgoing Streams::Impl::take_session_credit() {
  session_credit_pending_ = false;
  session_told_ = session_granted_;
  Outgoing frame;
  frame.type = wire::FrameType::control;
  frame.carried.type = frame.type;
  frame.carried.message_type = static_cast<std::uint8_t>(wire::ControlType::session_credit);
  frame.carried.offset = Position(session_granted_);
  frame.payload_bytes = wire::encoded_size(wire::SessionCredit{session_granted_});
  return frame;
}

Outgoing Streams::Impl::take_urgent(Stream& stream) {
  stream.open_pending = false;
  if (stream.send.wants_reset()) {
    stream.send.take_reset();
    return control_frame(stream.id, wire::StreamControlType::reset, stream.send.sent(),
                         stream.send.reset_code());
  }
  if (stream.stop_pending) {
    stream.stop_pending = false;
    return control_frame(stream.id, wire::StreamControlType::stop, 0, stream.stop_code);
  }
  if (stream.credit_pending) {
    stream.credit_pending = false;
    return control_frame(stream.id, wire::StreamControlType::credit, stream.credit.granted);
  }
  return control_frame(stream.id, wire::StreamControlType::open, 0);
}

Outgoing Streams::Impl::take_ready(Stream& stream, std::size_t payload_room) {
  stream.open_pending = false;
  if (!stream.send.has_data(session_room())) {
    stream.send.take_close();
    return control_frame(stream.id, wire::StreamControlType::close, stream.send.sent());
  }
  const std::uint64_t sent_before = stream.send.sent();
  const Piece piece = stream.send.take_piece(payload_room, session_room());
  session_sent_ += stream.send.sent() - sent_before;
  if (!piece.again) {
    counters_.bytes_sent += piece.bytes;
    counters_.messages_sent += piece.end_of_message ? 1U : 0U;
  }
  Outgoing frame;
  frame.type = piece.type;
  frame.stream = stream.id;
  frame.again = piece.again;
  frame.carried.type = piece.type;
  frame.carried.stream_id = stream.id;
  frame.carried.end_of_message = piece.end_of_message;
  frame.carried.bytes = static_cast<std::uint32_t>(piece.bytes);
  frame.carried.offset = Position(piece.offset);
  frame.payload_bytes =
      wire::encoded_size(wire::DataMessage{false, Position(piece.offset), {}}) + piece.bytes;
  return frame;
}

void Streams::Impl::write_payload(const Outgoing& frame, wire::Writer& writer) const {
  const wire::Carried& carried = frame.carried;
  if (frame.type == wire::FrameType::control) {
    wire::encode(writer, wire::SessionCredit{carried.offset.value()});
  } else if (frame.type == wire::FrameType::stream_control) {
    wire::encode(writer, to_message(frame));
  } else {
    const Stream* const stream = find(frame.stream);
    STT_ASSERT(stream != nullptr);
    // The bytes go straight from the send buffer into the frame.
    wire::encode(writer, wire::DataMessage{carried.end_of_message, carried.offset, {}});
    stream->send.read(carried.offset.value(), writer.claim(carried.bytes));
  }
}

bool Streams::Impl::flushed() const {
  for (const auto& [id, stream] : streams_) {
    const SendState state = stream->send.state();
    const bool quiet =
        state == SendState::ready || state == SendState::sending || state == SendState::done;
    if (!quiet || !stream->send.all_acked() || stream->stop_pending) return false;
  }
  return true;
}

bool Streams::Impl::has_unread() const {
  return std::ranges::any_of(streams_,
                             [](const auto& entry) { return entry.second->receive.has_unread(); });
}

bool Streams::Impl::is_complete(StreamId id) const {
  const Stream* const stream = find(id);
  return stream != nullptr && !stream->receive.failure() && stream->receive.is_complete();
}

}  // namespace stt::stream
