#include <simulator/checkers/conduct.hpp>

#include <algorithm>

namespace stt::sim {

void Conduct::declare(Role role, const wire::Parameters& parameters) {
  Side& side = of(role);
  if (side.declared) return;  // sent again
  side.declared = true;
  side.parameters = parameters;
  side.session_granted = parameters.initial_session_credit;
}

Conduct::Stream& Conduct::stream_of(Side& side, StreamId id) {
  const auto [stream, is_new] = side.streams.try_emplace(id);
  if (is_new) stream->second.granted = side.parameters.initial_stream_credit;
  return stream->second;
}

Complaint Conduct::take(Role role, const wire::FrameHeader& header, ByteView payload) {
  Side& side = of(role);
  const Epoch epoch = std::get<Epoch>(header.selector);
  if (epoch != side.epoch) {
    const bool may =
        side.epoch == Epoch{} || (side.largest_acked && *side.largest_acked >= side.epoch_began);
    side.epoch = epoch;
    side.epoch_began = header.sequence;
    if (!may) return "rotates again before the last rotation was acknowledged";
  }
  side.last_sent = header.sequence;
  if (header.type == wire::FrameType::control) return take_control(role, payload);
  if (side.closed) return "sends more than CLOSE after CLOSE";
  if (header.type == wire::FrameType::stream_control) {
    return take_stream_control(role, header.stream_id, payload);
  }
  if (!wire::is_stream_data(header.type, header.stream_id)) return std::nullopt;  // a datagram
  return take_data(role, header.stream_id, payload);
}

Complaint Conduct::take_control(Role role, ByteView payload) {
  const Result<wire::ControlMessage> message = wire::decode_control(payload);
  if (!message) return "a control message that cannot be read";
  Side& side = of(role);
  Side& peer = of(opposite(role));
  if (std::holds_alternative<wire::Close>(*message)) {
    side.closed = true;
    return std::nullopt;
  }
  if (side.closed) return "sends more than CLOSE after CLOSE";
  if (const auto* ack = std::get_if<wire::Ack>(&*message)) {
    const Sequence largest = ack->ranges.front().last;
    if (!peer.last_sent || largest > *peer.last_sent) return "acknowledges what was never sent";
    peer.largest_acked = std::max(peer.largest_acked.value_or(Sequence{}), largest);
  } else if (const auto* credit = std::get_if<wire::SessionCredit>(&*message)) {
    side.session_granted = std::max(side.session_granted, credit->position);
  }
  return std::nullopt;
}

Complaint Conduct::take_data(Role role, StreamId id, ByteView payload) {
  const Result<wire::DataMessage> message = wire::decode_data(payload);
  if (!message) return "a data message that cannot be read";
  Side& side = of(role);
  Side& peer = of(opposite(role));
  Stream& stream = stream_of(side, id);
  const std::uint64_t end = message->end().value();
  if (stream.final_position && end > *stream.final_position)
    return "data beyond the final position";
  if (end <= stream.sent_end) return std::nullopt;
  side.session_sent += end - stream.sent_end;
  stream.sent_end = end;
  if (end > stream_of(peer, id).granted) return "exceeds the credit of a stream";
  if (side.session_sent > peer.session_granted) return "exceeds the credit of the session";
  return std::nullopt;
}

Complaint Conduct::take_stream_control(Role role, StreamId id, ByteView payload) {
  const Result<wire::StreamControlMessage> message = wire::decode_stream_control(payload);
  if (!message) return "a stream control message that cannot be read";
  Stream& stream = stream_of(of(role), id);
  if (const auto* close = std::get_if<wire::StreamClose>(&*message)) {
    return end_at(stream, close->final_position.value());
  }
  if (const auto* reset = std::get_if<wire::StreamReset>(&*message)) {
    return end_at(stream, reset->final_position.value());
  }
  if (const auto* credit = std::get_if<wire::StreamCredit>(&*message)) {
    stream.granted = std::max(stream.granted, credit->position.value());
  }
  return std::nullopt;
}

Complaint Conduct::end_at(Stream& stream, std::uint64_t position) {
  if (stream.final_position && *stream.final_position != position) return "two final positions";
  if (position < stream.sent_end) return "a final position before data that was sent";
  stream.final_position = position;
  return std::nullopt;
}

}  // namespace stt::sim
