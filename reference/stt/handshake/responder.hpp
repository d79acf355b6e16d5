// One handshake that a peer started, from its HELLO until its first session frame.
#pragma once

#include <optional>
#include <variant>

#include <stt/handshake/auth.hpp>
#include <stt/handshake/environment.hpp>
#include <stt/handshake/outcome.hpp>
#include <stt/handshake/transcript.hpp>
#include <stt/handshake/transitions.hpp>

namespace stt::handshake {

// A HELLO frame as it came.
struct HelloFrame {
  Instant arrived;
  const Address& from;
  const wire::FrameView& frame;
  const crypto::Digest& h1;
};

class Responder {
 public:
  // Checks the HELLO and makes the RESPONSE; an error leaves nothing. handshake.own_node_id,
  // .no_common_version, .no_common_suite, .session_id_unusable (only if
  // randomness is broken), crypto.key_exchange_failed, base.random_failed.
  static Result<Responder> answer(const Environment& environment, const PairKeys& pair,
                                  const HelloFrame& frame, const wire::Hello& hello);

  responder::State state() const { return static_cast<responder::State>(data_.index()); }
  const SessionId& session_id() const { return session_id_; }
  const SeedHint& hint() const { return hint_; }
  const crypto::Digest& h1() const { return h1_; }
  const Address& peer() const { return peer_; }
  Instant created() const { return created_; }

  // The bytes of the HELLO again, from wherever they came.
  Result<void> handle_hello_again(const Address& from);

  // An AUTH frame of our session id, before any proof. After an error the handshake has failed if
  // the frame had opened; otherwise it is as it was.
  Result<Established> handle_proof(Instant now, const Address& from, const wire::FrameView& frame);
  // An AUTH frame after the proof: only the very same bytes are answered.
  Result<void> handle_proof_again(const Address& from, const wire::FrameView& frame);

  void give_up();
  // FINAL is needed no longer: a session frame of the initiator opened, or the session is over.
  void confirm();
  void end();

  struct Reply {
    Address to;
    ByteView frame;
  };
  // What is owed, FINAL first; owed no longer once taken.
  std::optional<Reply> take_reply();

 private:
  struct Idle {};
  struct ResponseSent {
    AuthSubject subject;  // of AUTH_PROOF: h2
    Claim claim;
    HandshakeKeys keys;
    std::optional<Address> answered_again;  // where a copy of the HELLO came from last
  };
  struct FinalSent {
    Bytes frame;
    crypto::Digest proof_digest;  // of the AUTH_PROOF that FINAL answers
    std::optional<Address> due;
  };
  struct Succeeded {};
  struct Stopped {};
  // In the order of responder::State.
  using Data = std::variant<Idle, ResponseSent, FinalSent, Succeeded, Stopped>;

  Responder(const Environment& environment, const HelloFrame& hello);

  // The only change of state: asserts that the table leads to Next.
  template <class Next>
  void move_to(responder::Input input, Next next);

  const Environment* environment_;
  SeedHint hint_;
  crypto::Digest h1_;
  Address peer_;
  Instant created_;
  SessionId session_id_;
  Bytes response_;
  std::optional<Address> response_due_;
  Data data_;
};

}  // namespace stt::handshake
