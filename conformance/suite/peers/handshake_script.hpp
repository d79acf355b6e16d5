// One handshake that is made by hand, in either role, so that each message can be what a case says.
//
//   as initiator:  hello()  take_response()  auth_proof()  take_final()
//   as responder:  take_hello()  response()  take_auth_proof()  final()
//
// "options" are the members that a case gives to the message, see vectors/README.md.
#pragma once

#include <memory>
#include <optional>

#include <conformance/suite/peers/sealing.hpp>
#include <nlohmann/json.hpp>
#include <stt/crypto/identity.hpp>
#include <stt/handshake/transcript.hpp>
#include <stt/wire/parameters.hpp>

namespace stt::conform::peers {

struct SharedSeed {
  SeedHint hint;
  handshake::PairKeys keys;
};
SharedSeed shared_seed(ByteView seed);

// Who talks, and by which secret.
struct Identities {
  crypto::Identity ours;
  crypto::Identity other;  // a third node, whose signature proves nothing here
  NodeId theirs;
  SharedSeed shared;
  SharedSeed other_shared;  // the subject holds it in few cases only
};

struct SessionKeys {
  SessionId id;
  crypto::Key chain_i2r;
  crypto::Key chain_r2i;
};

class HandshakeScript {
 public:
  // `identities` and `nonces` outlive it. `number` makes its random values differ from others'.
  HandshakeScript(const Identities& identities, Nonces& nonces, std::uint64_t number);

  // Messages of ours, as whole frames. Throws std::out_of_range for an option that is not known.
  Bytes hello(const nlohmann::json& options);
  Bytes response(const nlohmann::json& options);
  Bytes auth_proof(const nlohmann::json& options);
  Bytes final(const nlohmann::json& options);

  // Messages of the subject: whether it is the one waited for. What it says is described then.
  std::optional<nlohmann::json> take_hello(const wire::FrameView& frame);
  std::optional<nlohmann::json> take_response(const wire::FrameView& frame);
  std::optional<nlohmann::json> take_auth_proof(const wire::FrameView& frame);
  std::optional<nlohmann::json> take_final(const wire::FrameView& frame);

  // Of a handshake that has come to its keys.
  const std::optional<SessionKeys>& session() const { return session_; }
  const wire::Parameters& parameters_of_subject() const { return subject_parameters_; }
  // What our messages declare.
  wire::Parameters parameters;

 private:
  ByteArray<32> draw(const char* what) const;
  Bytes auth(const nlohmann::json& options, bool from_initiator);
  std::optional<nlohmann::json> take_auth(const wire::FrameView& frame, bool from_initiator);
  void derive(const ByteArray<32>& their_ephemeral);
  ByteArray<32> ephemeral_for(const nlohmann::json& options) const;

  const Identities& identities_;
  const handshake::PairKeys* pair_;  // of the seed that HELLO was sealed by; never null
  Nonces& nonces_;
  std::uint64_t number_;
  std::uint64_t responses_ = 0;  // made so far: each leads to a session id of its own
  ByteArray<32> nonce_i_{};
  ByteArray<32> nonce_r_{};
  ByteArray<32> their_ephemeral_{};
  crypto::EphemeralKey ephemeral_;
  crypto::Digest h1_{};
  crypto::Digest h2_{};
  crypto::Digest h3_{};
  std::optional<handshake::HandshakeKeys> keys_;
  std::optional<SessionKeys> session_;
  wire::Parameters subject_parameters_;
};

}  // namespace stt::conform::peers
