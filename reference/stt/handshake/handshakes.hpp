// All handshakes of one node, in both roles: HELLO, RESPONSE, AUTH_PROOF, FINAL.
//
//   initiator                          responder
//   start()          -- HELLO      ->  half-open, bounded in number and age
//                    <- RESPONSE   --
//                    -- AUTH_PROOF ->  Established
//   Established      <- FINAL      --  FINAL is kept until session_frame_opened()
//
// After every command or input poll_outcome() until empty, then poll_transmit() until empty, then
// wait until poll_timeout(). `now` never goes back.
#pragma once

#include <memory>
#include <optional>

#include <stt/base/address.hpp>
#include <stt/base/random.hpp>
#include <stt/base/result.hpp>
#include <stt/base/time.hpp>
#include <stt/crypto/identity.hpp>
#include <stt/handshake/config.hpp>
#include <stt/handshake/outcome.hpp>
#include <stt/handshake/session_ids.hpp>
#include <stt/wire/frame.hpp>

namespace stt::handshake {

// One frame, written into the caller's buffer. It is a datagram or message of its own.
struct Transmit {
  Address to;
  std::size_t size = 0;
};

// Half-open handshakes that a responder gave up without an answer to anybody.
struct GivenUp {
  std::uint64_t expired = 0;
  std::uint64_t evicted = 0;  // to make room for a newer one
};

class Handshakes {
 public:
  // All references outlive this object.
  Handshakes(HandshakeConfig config, const crypto::Identity& identity, Random& random,
             const SessionIds& session_ids);
  ~Handshakes();
  Handshakes(Handshakes&&) noexcept;
  Handshakes& operator=(Handshakes&&) noexcept;

  // Keeps what is derived from the seed, not the seed. crypto.seed_too_short,
  // handshake.seed_equals_node_seed, handshake.seed_in_use (also for another seed of that hint).
  Result<SeedHint> add_shared_seed(ByteView seed);

  // Sends a HELLO to `peer`. handshake.unknown_seed, handshake.too_many_pending,
  // base.random_failed.
  Result<HandshakeHandle> start(Instant now, const Address& peer, const SeedHint& hint,
                                std::optional<NodeId> expected = std::nullopt);
  // Ends it without an outcome; nothing happens if it has ended already.
  void cancel(HandshakeHandle handle);

  // One HANDSHAKE or AUTH frame; its bytes stay as they are. The error says why it was dropped,
  // or (response end_handshake) which check ended its handshake.
  Result<void> handle_frame(Instant now, const Address& from, const wire::FrameView& frame);
  // A session frame of the initiator has opened: it has FINAL, which is kept no longer. Later
  // calls for the same session do nothing.
  void session_frame_opened(const SessionId& id);
  // The session has ended before any frame of it opened: FINAL is kept no longer.
  void session_ended(const SessionId& id);
  // A reliable connection is gone, and with it every handshake on it.
  void handle_connection_lost(const Address& connection);
  void handle_timeout(Instant now);

  // A buffer of wire::handshake_frame_bytes_max bytes suffices for every frame.
  std::optional<Transmit> poll_transmit(Instant now, MutableByteView buffer);
  std::optional<Outcome> poll_outcome();
  std::optional<Instant> poll_timeout() const;

  std::size_t half_open() const;    // as responder, not proven yet
  std::size_t pending() const;      // as initiator
  std::size_t finals_kept() const;  // as responder, for sessions without a frame of the initiator
  GivenUp given_up() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace stt::handshake
