// AUTH_PROOF and FINAL: the same message from the two sides.
#pragma once

#include <optional>

#include <stt/handshake/environment.hpp>
#include <stt/handshake/sealed_message.hpp>
#include <stt/handshake/transcript.hpp>

namespace stt::handshake {

// What tells the two apart.
struct AuthKind {
  wire::HandshakeType type;
  std::string_view signature_label;
  std::string_view nonce_label;
};
inline constexpr AuthKind auth_proof_kind{wire::HandshakeType::auth_proof, initiator_label,
                                          "auth_proof.frame_nonce"};
inline constexpr AuthKind final_kind{wire::HandshakeType::final, responder_label,
                                     "final.frame_nonce"};

// What is signed, and for which session: h2 in AUTH_PROOF, h3 in FINAL.
struct AuthSubject {
  SessionId session_id;
  crypto::Digest transcript{};
};

// A whole frame with our signature and parameters. base.random_failed only.
Result<Bytes> seal_auth(const Environment& environment, const AuthKind& kind,
                        const AuthSubject& subject, const crypto::Key& key);

// Whom we believe to talk to, until the signature says so.
struct Claim {
  NodeId node_id;
  SeedHint hint;
  std::optional<NodeId> expected;  // pin of the application
};

// Judges an opened message: session id, signature, parameters, pin and policy, in this order. Any
// error ends the handshake: handshake.session_id_mismatch, crypto.signature_invalid,
// handshake.identity_refused, and those of decode_auth and decode_parameters.
Result<wire::Parameters> judge_auth(const Environment& environment, const AuthKind& kind,
                                    const AuthSubject& subject, const Claim& claim,
                                    ByteView payload);

}  // namespace stt::handshake
