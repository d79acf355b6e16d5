#include <simulator/checkers/eavesdropper.hpp>

#include <functional>

#include <stt/handshake/sealed_message.hpp>

namespace stt::sim {

Eavesdropper::Mark Eavesdropper::mark_of(ByteView frame) {
  const std::string_view text(reinterpret_cast<const char*>(frame.data()), frame.size());
  return std::hash<std::string_view>{}(text);
}

void Eavesdropper::add_host(const KeyHolder& host) {
  ring_.add_host(host);
  keep_secrets();
}

void Eavesdropper::keep_secrets() {
  for (Bytes& secret : ring_.take_secrets()) secrets_.add(std::move(secret), "a key");
}

void Eavesdropper::observe(const Observation& observation) {
  if (observation.kind == Kind::restarted) return ring_.add_life(observation.entity);
  if (observation.kind != Kind::sent) return;
  last_state_ = ProtocolState::handshake;
  for (ByteView rest = observation.bytes; !rest.empty();) {
    const wire::ParseResult parsed = wire::parse_frame(rest);
    const auto* frame = std::get_if<wire::FrameView>(&parsed);
    if (frame == nullptr) return;  // the wire checker complains
    genuine_.insert(mark_of(frame->whole));
    last_state_ = std::max(last_state_, take(observation, *frame));
    rest = rest.subspan(frame->whole.size());
  }
}

ProtocolState Eavesdropper::take(const Observation& observation, const wire::FrameView& frame) {
  switch (frame.header.type) {
    case wire::FrameType::handshake:
      if (!ring_.handle_handshake(observation.entity, frame)) {
        violate(observation, "a handshake frame that its sender cannot have made");
      }
      keep_secrets();
      return ProtocolState::handshake;
    case wire::FrameType::auth: return take_auth(observation, frame);
    default: return take_session(observation, frame);
  }
}

ProtocolState Eavesdropper::take_auth(const Observation& observation,
                                      const wire::FrameView& frame) {
  const SessionId& id = frame.header.session_id;
  const KeyedSession* session = ring_.find(id);
  if (session == nullptr) {
    violate(observation, "an AUTH frame of a session that no handshake has made");
    return ProtocolState::proof;
  }
  const bool is_initiator = session->initiator == observation.entity;
  handshake::OpenedMessage opened;
  const auto type = is_initiator ? wire::HandshakeType::auth_proof : wire::HandshakeType::final;
  if (!opened.open(is_initiator ? session->keys.auth_i2r : session->keys.auth_r2i, frame)) {
    violate(observation, "an AUTH frame under a key that the handshake does not give");
    return ProtocolState::proof;
  }
  const Result<wire::AuthMessage> message = wire::decode_auth(opened.payload(), type);
  const Result<wire::Parameters> parameters =
      message ? wire::decode_parameters(message->parameters) : fail(message.error());
  if (!parameters || message->session_id != id) {
    violate(observation, "an AUTH message that cannot be right");
    return ProtocolState::proof;
  }
  conduct_[id].declare(is_initiator ? Role::initiator : Role::responder, *parameters);
  return ProtocolState::proof;
}

ProtocolState Eavesdropper::take_session(const Observation& observation,
                                         const wire::FrameView& frame) {
  const SessionId& id = frame.header.session_id;
  KeyedSession* session = ring_.find(id);
  if (session == nullptr) {
    violate(observation, "a frame of a session that no handshake has made");
    return ProtocolState::active;
  }
  const bool is_initiator = session->initiator == observation.entity;
  if (!is_initiator && session->responder != observation.entity) {
    violate(observation, "a frame of somebody else's session");
    return ProtocolState::active;
  }
  const Role side = is_initiator ? Role::initiator : Role::responder;
  KeyedDirection& direction = is_initiator ? session->from_initiator : session->from_responder;
  const std::optional<ByteView> payload = direction.open(frame);
  if (!payload) {
    violate(observation, "a frame under a key that the handshake does not give");
    return ProtocolState::active;
  }
  Conduct& conduct = conduct_[id];
  if (const Complaint complaint = conduct.take(side, frame.header, *payload)) {
    violate(observation, *complaint);
  }
  auto& trackers = states_[id];
  return trackers[static_cast<std::size_t>(side)].next(frame.header, *payload);
}

void Eavesdropper::violate(const Observation& observation, const std::string& what) {
  violations_.add(observation.at,
                  "host entity " + std::to_string(observation.entity.value()) + ": " + what);
}

}  // namespace stt::sim
