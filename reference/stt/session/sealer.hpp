// The sending direction of a session: its sequences, its key, and when that key is due for a
// change.
#pragma once

#include <optional>

#include <stt/base/random.hpp>
#include <stt/base/result.hpp>
#include <stt/base/time.hpp>
#include <stt/crypto/aead.hpp>
#include <stt/session/key_chain.hpp>
#include <stt/session/reliability.hpp>
#include <stt/wire/frame.hpp>

namespace stt::session {

// Triggers, not limits: a sender rotates when the first of them is reached and it may.
struct RotationLimits {
  std::uint64_t payload_bytes = 1'000'000'000;
  Duration time = 1h;
  std::uint64_t messages = 100'000;
};

class Sealer {
 public:
  // Draws the nonce prefix of epoch 0 ("session.nonce_prefix"); base.random_failed.
  static Result<Sealer> create(Instant now, crypto::Key chain_0, Reliability reliability,
                               const RotationLimits& limits, Random& random);
  // A copy would use the same nonces again.
  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;
  Sealer(Sealer&&) noexcept = default;
  Sealer& operator=(Sealer&&) noexcept = default;
  ~Sealer() = default;

  // The header of the next frame; asking changes nothing. session.sequence_exhausted once the
  // sequence 2^64-1 is used.
  Result<wire::FrameHeader> next_header(wire::FrameType type, SessionId session_id,
                                        StreamId stream_id) const;
  // Seals in place a frame laid out with the header that next_header gave last, and uses up its
  // sequence. Allocates nothing.
  void seal(const wire::FrameHeader& header, const wire::FrameSlots& slots);

  // Leaves out `count` sequences, to catch a peer that acknowledges what it has not seen.
  // session.sequence_exhausted if there are not so many.
  Result<void> skip(std::uint64_t count);

  // For the trigger by messages; the bytes are counted by seal().
  void count_message() { ++messages_; }
  // The peer has acknowledged `sequence`: the epoch it was sent under is confirmed.
  void on_acked(Sequence sequence);

  // A trigger is reached and may_rotate(): call rotate(), and end the session if that fails. Needs
  // no timer: ask before sending.
  bool rotation_due(Instant now) const;
  // The receiver is known to have followed the last rotation (it is asked to be at most one epoch
  // behind). On a reliable transport: something was sent since.
  bool may_rotate() const;
  // The next frame is sealed under epoch + 1; the key before it is wiped. Changes nothing on
  // session.rotation_too_early, session.epoch_exhausted (at 2^64-1), base.random_failed.
  Result<void> rotate(Instant now, Random& random);

  Epoch epoch() const { return epoch_; }
  // Nothing once all are used up.
  std::optional<Sequence> next_sequence() const;
  std::uint64_t payload_bytes_in_epoch() const { return payload_bytes_; }
  std::uint64_t messages_in_epoch() const { return messages_; }

 private:
  using NoncePrefix = ByteArray<16>;

  Sealer(Instant now, KeyChain chain, Reliability reliability, const RotationLimits& limits,
         const NoncePrefix& prefix);

  RotationLimits limits_;
  Reliability reliability_;
  KeyChain chain_;
  crypto::Aead aead_;
  NoncePrefix prefix_;
  //= STT-ROTATION-003
  Epoch epoch_;
  Sequence next_sequence_;
  bool exhausted_ = false;

  // Since the epoch began.
  Instant began_;
  Sequence first_sequence_;
  std::uint64_t payload_bytes_ = 0;
  std::uint64_t messages_ = 0;
  bool sent_ = false;
  bool acked_ = false;
};

}  // namespace stt::session
