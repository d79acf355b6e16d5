// What a session sends. One datagram a call, filled in this order: what is owed (ACK, PONG, PING,
// ERROR), streams, datagrams of the application.
#include <functional>

#include <stt/base/assert.hpp>
#include <stt/node/session.hpp>

namespace stt::node {
namespace {

// The frame of the largest control message without a reason or padding fits well within this.
constexpr std::size_t small_frame_bytes = 128;

}  // namespace

std::optional<Transmit> Session::poll_transmit(Instant now, MutableByteView buffer) {
  std::optional<Transmit> sent;
  if (session::moves_data(state_)) sent = transmit_data(now, buffer);
  // Also when sending has just ended the session.
  if (!sent && state_ == session::State::closing) sent = transmit_close(now, buffer);
  // Here sending is what an ACK is elsewhere: there is room again, or all is flushed.
  if (sent && is_reliable()) work(now);
  return sent;
}

std::optional<Transmit> Session::transmit_data(Instant now, MutableByteView buffer) {
  if (!is_reliable()) {
    if (auto sent = transmit_path_message(now, buffer)) return sent;
    if (auto sent = transmit_mtu_probe(now, buffer)) return sent;
  }
  return transmit_frames(now, buffer);
}

// What one more frame can carry; nothing if none fits.
std::optional<std::size_t> Session::payload_room(const Packing& packing, wire::FrameType type,
                                                 StreamId stream) const {
  const auto header = sealer_.next_header(type, facts_.session_id, stream);
  if (!header) return std::nullopt;
  return wire::payload_bytes_max(
      *header,
      std::min<std::size_t>(packing.writer.room(), facts_.peer_parameters.max_frame_bytes));
}

// Seals one frame into the datagram; `write` fills its payload, of that size. Fails only when the
// session has used up its sequences.
template <class Write>
bool Session::add_frame(Packing& packing, const Draft& draft, std::size_t payload_bytes,
                        Write write) {
  const auto header = sealer_.next_header(draft.type, facts_.session_id, draft.stream);
  if (!header) {
    end(packing.now, header.error());
    return false;
  }
  const wire::FrameSlots slots = wire::lay_out_frame(packing.writer, *header, payload_bytes);
  wire::Writer payload(slots.payload);
  write(payload);
  STT_ASSERT(payload.room() == 0);
  sealer_.seal(*header, slots);

  ++counters_.frames_sent;
  idle_.on_sent(packing.now, draft.ack_eliciting);
  if (is_reliable()) {
    if (is_of_streams(draft.carried)) streams_.on_acked(draft.carried);
  } else {
    recovery_.on_sent(packing.now, {.sequence = header->sequence,
                                    .bytes = slots.whole.size(),
                                    .reach_bytes = packing.writer.size(),
                                    .ack_eliciting = draft.ack_eliciting,
                                    .starts_datagram = !packing.started,
                                    .is_mtu_probe = draft.is_mtu_probe,
                                    .off_path = draft.off_path,
                                    .carried = draft.carried});
  }
  if (draft.carried.message_type == static_cast<std::uint8_t>(wire::ControlType::ack) &&
      draft.type == wire::FrameType::control) {
    acks_.on_ack_sent(header->sequence);
  }
  if (draft.is_mtu_probe) mtu_.on_probe_sent(header->sequence, slots.whole.size());
  packing.started = true;
  if (draft.ack_eliciting) packing.eliciting = header->sequence;
  return true;
}

// Whether the message fitted.
bool Session::add_control(Packing& packing, const wire::ControlMessage& message, const Draft& how) {
  const std::size_t size = wire::encoded_size(message);
  const auto room = payload_room(packing, wire::FrameType::control, StreamId{});
  if (!room || size > *room) return false;
  Draft draft = how;
  draft.type = wire::FrameType::control;
  draft.ack_eliciting = wire::is_ack_eliciting(message);
  draft.carried.type = wire::FrameType::control;
  draft.carried.message_type = static_cast<std::uint8_t>(wire::type(message));
  return add_frame(packing, draft, size,
                   [&](wire::Writer& writer) { wire::encode(writer, message); });
}

std::optional<Transmit> Session::transmit_close(Instant now, MutableByteView buffer) {
  if (!std::exchange(close_owed_, false)) return std::nullopt;
  Packing packing{now, wire::Writer(buffer)};
  const wire::Close message{close_reason_.code, as_bytes(close_reason_.text)};
  if (!add_control(packing, message, {})) return std::nullopt;
  return Transmit{path_.current(), packing.writer.size()};
}

// PATH_RESPONSE and PATH_CHALLENGE travel alone: they go to addresses of their own. A challenge to
// the address in use counts there as any other frame, and waits for the window like it.
std::optional<Transmit> Session::transmit_path_message(Instant now, MutableByteView buffer) {
  const bool nothing_owed = !owed_.path_response_owed() && path_.trials() == 0;
  if (nothing_owed) return std::nullopt;
  Packing packing{now, wire::Writer(buffer)};
  while (const auto reply = owed_.poll_path_response()) {
    if (!path_.may_send(reply->to, small_frame_bytes)) continue;
    if (!add_control(packing, reply->message, {.off_path = true})) break;
    path_.on_sent(reply->to, packing.writer.size());
    return Transmit{reply->to, packing.writer.size()};
  }
  const auto header = sealer_.next_header(wire::FrameType::control, facts_.session_id, StreamId{});
  if (!header) return std::nullopt;
  const std::size_t frame_bytes = wire::encoded_size(*header, 1 + 8);
  auto probe = path_.poll_challenge(now, pto(), frame_bytes, random_);
  //= STT-PATH-018
  if (probe && !*probe && recovery_.can_send(now, small_frame_bytes)) {
    probe = path_.poll_current_challenge(now, random_);
  }
  if (!probe) end(now, probe.error());
  if (!probe || !*probe) return std::nullopt;
  if (!add_control(packing, (*probe)->message, {.off_path = (*probe)->to != path_.current()})) {
    return std::nullopt;
  }
  return Transmit{(*probe)->to, packing.writer.size()};
}

//= STT-PATH-020
std::optional<Transmit> Session::transmit_mtu_probe(Instant now, MutableByteView buffer) {
  const auto bytes = mtu_.probe_due(now);
  if (!bytes || *bytes > buffer.size() || *bytes > facts_.peer_parameters.max_frame_bytes ||
      recovery_.probes_owed() > 0 || !recovery_.can_send(now, *bytes)) {
    return std::nullopt;
  }
  Packing packing{now, wire::Writer(buffer.first(*bytes))};
  // One byte of the payload is the message's type.
  const auto room = payload_room(packing, wire::FrameType::control, StreamId{});
  if (room.value_or(0) == 0 ||
      !add_control(packing, wire::Ping{*room - 1}, {.is_mtu_probe = true})) {
    return std::nullopt;
  }
  return Transmit{path_.current(), packing.writer.size()};
}

std::optional<Transmit> Session::transmit_frames(Instant now, MutableByteView buffer) {
  //= STT-ROTATION-008
  //= STT-ROTATION-009
  //= STT-ROTATION-010
  //= STT-ROTATION-022
  if (sealer_.rotation_due(now)) {
    // Without randomness the session goes on under its key: thresholds are triggers, not limits.
    const auto rotated = sealer_.rotate(now, random_);
    if (!rotated && rotated.error() == Errc::epoch_exhausted) {
      end(now, Errc::epoch_exhausted);
      return transmit_close(now, buffer);
    }
  }
  const std::size_t limit =
      is_reliable() ? buffer.size() : std::min(buffer.size(), mtu_.datagram_bytes());
  Packing packing{now, wire::Writer(buffer.first(limit))};
  pack_ack(packing);
  const bool may_send = is_reliable() || recovery_.can_send(now, limit);
  if (may_send) {
    pack_control(packing);
    pack_streams(packing);
    pack_datagrams(packing);
    // A probe needs something that elicits an ACK.
    if (!is_reliable() && recovery_.probes_owed() > 0 && !packing.eliciting) {
      add_control(packing, wire::Ping{}, {});
    }
    if (!is_reliable() && !wants_to_send()) recovery_.on_app_limited();
  }
  // A datagram that leaves anyway takes along what would be owed later.
  if (packing.started && acks_.has_anything_to_acknowledge() && !is_reliable()) {
    add_control(packing, acks_.make_ack(now), {});
  }
  if (!packing.started) return std::nullopt;
  if (!is_reliable() && packing.eliciting) {
    mtu_.on_sent(*packing.eliciting, packing.writer.size());
  }
  maybe_skip_sequence();
  return Transmit{path_.current(), packing.writer.size()};
}

// An ACK waits for no window.
void Session::pack_ack(Packing& packing) {
  if (!is_reliable() && acks_.ack_due(packing.now)) {
    add_control(packing, acks_.make_ack(packing.now), {});
  }
}

void Session::pack_control(Packing& packing) {
  if (const auto pong = owed_.poll_pong()) add_control(packing, *pong, {});
  if (ping_owed_ && add_control(packing, wire::Ping{}, {})) ping_owed_ = false;
  for (ErrorOut& error : errors_out_) {
    if (error.sent) continue;
    const wire::Error message{error.reason.code, as_bytes(error.reason.text)};
    if (!add_control(packing, message, {.carried = {.offset = Position(error.number)}})) break;
    error.sent = true;
  }
  if (is_reliable()) std::erase_if(errors_out_, [](const ErrorOut& error) { return error.sent; });
}

void Session::pack_streams(Packing& packing) {
  while (true) {
    const auto room = payload_room(packing, wire::FrameType::data, StreamId(1));
    const auto outgoing = streams_.poll_frame(room.value_or(0));
    if (!outgoing) return;
    const Draft draft{
        .type = outgoing->type, .stream = outgoing->stream, .carried = outgoing->carried};
    counters_.retransmissions += outgoing->again ? 1 : 0;
    if (!add_frame(packing, draft, outgoing->payload_bytes,
                   [&](wire::Writer& writer) { streams_.write_payload(*outgoing, writer); })) {
      return;
    }
  }
}

void Session::pack_datagrams(Packing& packing) {
  while (!datagrams_out_.empty()) {
    const DatagramOut& next = datagrams_out_.front();
    const auto room = payload_room(packing, next.type, StreamId{});
    if (!room || next.payload.size() > *room) {
      if (packing.started) return;
      // The path has shrunk since it was accepted.
      counters_.drops.add(Errc::datagram_too_large);
    } else {
      const Draft draft{.type = next.type, .carried = {.type = next.type}};
      if (!add_frame(packing, draft, next.payload.size(),
                     [&](wire::Writer& writer) { writer.bytes(next.payload); }))
        return;
    }
    datagrams_out_.pop_front();
  }
}

bool Session::wants_to_send() const {
  const bool control = ping_owed_ || !owed_.empty() || path_.current_challenge_due() ||
                       std::ranges::any_of(errors_out_, std::not_fn(&ErrorOut::sent));
  return control || streams_.wants_to_send() || !datagrams_out_.empty();
}

// A sequence left out now and then: a peer that acknowledges it makes up its acknowledgements.
void Session::maybe_skip_sequence() {
  if (is_reliable()) return;
  if (datagrams_until_skip_ > 0) {
    --datagrams_until_skip_;
    return;
  }
  ByteArray<1> draw{};
  if (!random_.fill("session.skip", draw)) return;
  const auto sequence = sealer_.next_sequence();
  if (sequence && sealer_.skip(1)) recovery_.skip_sequence(*sequence);
  datagrams_until_skip_ = 256 + std::to_integer<std::uint32_t>(draw[0]) * 4;
}

std::optional<Instant> Session::poll_timeout() const {
  std::optional<Instant> earliest;
  const auto consider = [&](std::optional<Instant> at) {
    if (at && (!earliest || *at < *earliest)) earliest = at;
  };
  consider(linger_deadline_);
  if (state_ == session::State::closing || state_ == session::State::draining) {
    consider(close_timer_->end());
  }
  if (!session::moves_data(state_)) return earliest;
  consider(flush_deadline_);
  consider(idle_.deadline(pto()));
  consider(first_frame_deadline_);
  // A PING that waits for the window is owed already: its time would be over for ever.
  if (!ping_owed_) consider(idle_.keep_alive_at());
  consider(opener_.poll_timeout());
  if (is_reliable()) return earliest;
  consider(acks_.ack_deadline());
  consider(recovery_.poll_timeout());
  consider(path_.poll_timeout());
  consider(mtu_.poll_timeout());
  if (wants_to_send()) consider(recovery_.next_send_time(mtu_.datagram_bytes()));
  return earliest;
}

}  // namespace stt::node
