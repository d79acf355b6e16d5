#include <simulator/recording/frame_opener.hpp>

#include <stt/handshake/sealed_message.hpp>

namespace stt::sim {

void FrameOpener::add_host(const Host& host) {
  ring_.add_host({host.id(), host.index(), host.plan().shared_seed, host.is_foreign()});
}

std::vector<OpenedFrame> FrameOpener::open(EntityId sender, ByteView datagram) {
  std::vector<OpenedFrame> frames;
  for (ByteView rest = datagram; !rest.empty();) {
    const wire::ParseResult parsed = wire::parse_frame(rest);
    const auto* frame = std::get_if<wire::FrameView>(&parsed);
    if (frame == nullptr) break;
    frames.push_back({*frame, text_of(sender, *frame)});
    rest = rest.subspan(frame->whole.size());
  }
  return frames;
}

std::optional<Bytes> FrameOpener::text_of(EntityId sender, const wire::FrameView& frame) {
  if (frame.header.type == wire::FrameType::handshake) return open_handshake(sender, frame);
  KeyedSession* session = ring_.find(frame.header.session_id);
  if (session == nullptr) return std::nullopt;
  const bool is_initiator = session->initiator == sender;
  if (frame.header.type == wire::FrameType::auth) return open_auth(is_initiator, *session, frame);
  KeyedDirection& direction = is_initiator ? session->from_initiator : session->from_responder;
  const auto text = direction.open(frame);
  if (!text) return std::nullopt;
  note_epoch(is_initiator, *session, frame.epoch());
  return to_bytes(*text);
}

std::optional<Bytes> FrameOpener::open_handshake(EntityId sender, const wire::FrameView& frame) {
  ring_.handle_handshake(sender, frame);
  const crypto::Key* key = ring_.key_of(frame);
  handshake::OpenedMessage opened;
  if (key == nullptr || !opened.open(*key, frame)) return std::nullopt;
  const auto type = static_cast<wire::HandshakeType>(opened.payload()[0]);
  if (type == wire::HandshakeType::hello) {
    note("HELLO", frame.hint().bytes, *key);
  } else {
    note("RESPONSE", frame.nonce, *key);
  }
  return to_bytes(opened.payload());
}

std::optional<Bytes> FrameOpener::open_auth(bool is_initiator, const KeyedSession& session,
                                            const wire::FrameView& frame) {
  const crypto::Key& key = is_initiator ? session.keys.auth_i2r : session.keys.auth_r2i;
  handshake::OpenedMessage opened;
  if (!opened.open(key, frame)) return std::nullopt;
  note(is_initiator ? "AUTH_I2R" : "AUTH_R2I", session.id.bytes, key);
  return to_bytes(opened.payload());
}

void FrameOpener::note(std::string_view label, ByteView id, const crypto::Key& key) {
  if (noted_.emplace(label, to_bytes(id)).second) used_.push_back({label, to_bytes(id), {}, key});
}

void FrameOpener::note_epoch(bool is_initiator, const KeyedSession& session, Epoch epoch) {
  const auto chain_0 = is_initiator ? session.keys.chain_i2r : session.keys.chain_r2i;
  const auto [found, is_new] = generations_.try_emplace(
      {session.id, is_initiator}, Generations{session::KeyChain(chain_0), std::nullopt});
  Generations& generations = found->second;
  while (generations.newest < epoch) {  // nothing is less than epoch 0
    const Epoch next = generations.newest ? generations.newest->next() : Epoch{};
    used_.push_back({is_initiator ? "I2R" : "R2I", to_bytes(session.id.bytes), next,
                     generations.chain.advance()});
    generations.newest = next;
  }
}

}  // namespace stt::sim
