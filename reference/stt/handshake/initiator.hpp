// One handshake that we started.
#pragma once

#include <optional>
#include <variant>

#include <stt/handshake/auth.hpp>
#include <stt/handshake/environment.hpp>
#include <stt/handshake/outcome.hpp>
#include <stt/handshake/transcript.hpp>
#include <stt/handshake/transitions.hpp>

namespace stt::handshake {

class Initiator {
 public:
  struct Plan {
    Address peer;
    SeedHint hint;
    std::optional<NodeId> expected;
    Instant deadline;
  };

  // Both references outlive the handshake.
  Initiator(const Environment& environment, const PairKeys& pair, const Plan& plan)
      : environment_(&environment), pair_(&pair), plan_(plan) {}

  initiator::State state() const { return static_cast<initiator::State>(data_.index()); }
  const Plan& plan() const { return plan_; }
  // From the moment a RESPONSE was accepted until the end.
  std::optional<SessionId> session_id() const;
  // When handle_timeout has something to do.
  Instant wake() const;
  // The bytes that the peer lacks: HELLO or AUTH_PROOF, in the same bytes each time.
  ByteView frame() const;

  // Makes the HELLO. base.random_failed.
  Result<void> start(Instant now);

  // A frame of our hint. crypto.authentication_failed: it is for somebody else. Any error leaves
  // the handshake as it was.
  Result<void> handle_response(Instant now, const Address& from, const wire::FrameView& frame);

  // An AUTH frame of our session id. After an error the handshake has failed if the frame had
  // opened; otherwise it is as it was.
  Result<Established> handle_final(Instant now, const Address& from, const wire::FrameView& frame);

  // True if frame() is to be sent (again). An error ends the handshake: handshake.timeout, or
  // base.random_failed for a new HELLO.
  Result<bool> handle_timeout(Instant now);

  // Cancelled, or its connection is gone.
  void abandon();

 private:
  // When the same bytes go again.
  struct Pace {
    Instant sent;
    Instant resend;
    Duration wait;
    std::size_t resends = 0;
  };
  struct Idle {};
  struct HelloSent {
    Bytes frame;
    Pace pace;
    ByteArray<32> nonce;
    crypto::EphemeralKey ephemeral;
    crypto::Digest h1;
    crypto::Key response_key;
  };
  struct ProofSent {
    Bytes frame;
    Pace pace;
    AuthSubject subject;  // of FINAL: h3
    Claim claim;
    crypto::Key auth_r2i;
    crypto::Key chain_i2r;
    crypto::Key chain_r2i;
  };
  struct Succeeded {};
  struct Stopped {};
  // In the order of initiator::State.
  using Data = std::variant<Idle, HelloSent, ProofSent, Succeeded, Stopped>;

  // The only change of state: asserts that the table leads to Next.
  template <class Next>
  void move_to(initiator::Input input, Next next);

  Result<HelloSent> make_hello(Instant now) const;
  Result<ProofSent> accept_response(Instant now, const HelloSent& hello, ByteView payload,
                                    ByteView frame) const;
  Result<void> check_response(const HelloSent& hello, const wire::ResponseMessage& response) const;
  Pace first_pace(Instant now) const;
  bool resends() const { return plan_.peer.transport == Transport::udp; }
  // Null outside hello_sent and proof_sent.
  template <class AnyData>
  static auto pace_of(AnyData& data) -> decltype(&std::get<HelloSent>(data).pace);

  const Environment* environment_;
  const PairKeys* pair_;
  Plan plan_;
  Data data_;
};

}  // namespace stt::handshake
