// Test support: a peer that holds the shared seed and says whatever a test wants. Everything is
// sealed properly, so that only the check under test can refuse it.
#pragma once

#include <functional>

#include <stt/base/assert.hpp>
#include <stt/handshake/auth.hpp>
#include <stt/handshake/handshake_fixture.hpp>

namespace stt::handshake {

inline PairKeys pair_keys(std::string_view seed_name = "pair") {
  return PairKeys(crypto::PairSecrets::from_seed(seed_named(seed_name))->psk);
}
inline SeedHint pair_hint(std::string_view seed_name = "pair") {
  return SeedHint{crypto::PairSecrets::from_seed(seed_named(seed_name))->hint};
}
inline wire::FrameView view_of(const Bytes& frame) {
  return std::get<wire::FrameView>(wire::parse_frame(frame));
}

class HostilePeer {
 public:
  explicit HostilePeer(std::string_view name, std::string_view seed_name = "pair")
      : identity(*crypto::Identity::from_seed(seed_named(name))),
        pair(pair_keys(seed_name)),
        hint(pair_hint(seed_name)),
        random_(name) {}

  // As initiator. The frame is as long as a HELLO should be unless the test pads it itself.
  Bytes hello(const std::function<void(wire::Hello&)>& change = {}) {
    static constexpr ByteArray<1> one{std::byte{1}};
    hello_ = wire::Hello{.versions = one, .suites = one, .node_id = NodeId{identity.node_id()}};
    STT_ASSERT(random_.fill("nonce", hello_.nonce));
    hello_.ephemeral = ephemeral_.public_key();
    hello_.padding_bytes = hello_padding_bytes(handshake_header(hint), hello_);
    if (change) change(hello_);
    const Bytes frame =
        *seal_message(Seal{pair.hello, random_, "frame"}, handshake_header(hint), hello_);
    h1_ = extend(pair.h0.view(), frame);
    return frame;
  }
  Bytes proof_for(const Bytes& response_frame,
                  const std::function<void(wire::AuthMessage&)>& change = {}) {
    OpenedMessage opened;
    STT_ASSERT(opened.open(response_key(pair, h1_), view_of(response_frame)));
    const wire::ResponseMessage response = *wire::decode_response(opened.payload());
    agree(response, response_frame, response.ephemeral);
    return auth(auth_proof_kind, h2_, keys_->auth_i2r, change);
  }

  // As responder.
  Bytes response_to(const Bytes& hello_frame,
                    const std::function<void(wire::ResponseMessage&)>& change = {}) {
    h1_ = extend(pair.h0.view(), hello_frame);
    OpenedMessage opened;
    STT_ASSERT(opened.open(pair.hello, view_of(hello_frame)));
    hello_ = *wire::decode_hello(opened.payload());
    wire::ResponseMessage response{.version = 1,
                                   .suite = 1,
                                   .node_id = NodeId{identity.node_id()},
                                   .ephemeral = ephemeral_.public_key(),
                                   .challenge = hello_.nonce};
    STT_ASSERT(random_.fill("nonce", response.nonce));
    if (change) change(response);
    const crypto::Key key = response_key(pair, h1_);
    const Bytes frame =
        *seal_message(Seal{key, random_, "frame"}, handshake_header(hint), response);
    agree(response, frame, hello_.ephemeral);
    return frame;
  }
  Bytes final_for(const Bytes& proof_frame,
                  const std::function<void(wire::AuthMessage&)>& change = {}) {
    return auth(final_kind, extend(h2_, proof_frame), keys_->auth_r2i, change);
  }

  const wire::Hello& last_hello() const { return hello_; }
  const SessionId& session_id() const { return session_id_; }

  crypto::Identity identity;
  PairKeys pair;
  SeedHint hint;

 private:
  void agree(const wire::ResponseMessage& response, const Bytes& response_frame,
             const ByteArray<32>& theirs) {
    h2_ = extend(h1_, response_frame);
    session_id_ = session_id_of({.nonce_i = hello_.nonce,
                                 .nonce_r = response.nonce,
                                 .node_id_i = hello_.node_id,
                                 .node_id_r = response.node_id});
    if (auto keys = derive_keys(pair, h2_, ephemeral_, theirs)) keys_ = std::move(*keys);
  }
  Bytes auth(const AuthKind& kind, const crypto::Digest& transcript, const crypto::Key& key,
             const std::function<void(wire::AuthMessage&)>& change) {
    const wire::Parameters declared;
    Bytes parameters(wire::encoded_size(declared));
    wire::Writer writer(parameters);
    wire::encode(writer, declared);
    wire::AuthMessage message{.type = kind.type,
                              .session_id = session_id_,
                              .signature = identity.sign(kind.signature_label, transcript),
                              .parameters = parameters};
    if (change) change(message);
    return *seal_message(Seal{key, random_, "frame"}, auth_header(session_id_), message);
  }

  FakeRandom random_;
  crypto::EphemeralKey ephemeral_{Secret<32>(ByteArray<32>{std::byte{8}, std::byte{77}})};
  wire::Hello hello_;
  crypto::Digest h1_{};
  crypto::Digest h2_{};
  SessionId session_id_;
  std::optional<HandshakeKeys> keys_;
};

}  // namespace stt::handshake
