// The receiving direction of a session: opens frames, refuses replays, and follows the peer's key
// rotation.
#pragma once

#include <optional>

#include <stt/base/result.hpp>
#include <stt/base/time.hpp>
#include <stt/crypto/aead.hpp>
#include <stt/session/key_chain.hpp>
#include <stt/session/reliability.hpp>
#include <stt/session/replay_window.hpp>
#include <stt/wire/frame.hpp>

namespace stt::session {

struct Opened {
  MutableByteView payload;  // plaintext, inside the datagram
  bool newest = false;      // no frame with a larger sequence was opened before
  bool rotated = false;     // the first frame of a new epoch
};

class Opener {
 public:
  Opener(crypto::Key chain_0, Reliability reliability);

  // Opens a session frame (not HANDSHAKE, not AUTH) in place. `frame` was parsed out of `datagram`.
  // `pto` is the present probe time-out; it bounds how long the key before a new one is kept.
  //
  // In this order: session.replayed, session.too_old, session.epoch_unknown, session.epoch_order,
  // crypto.authentication_failed. A refused frame leaves `datagram` and all that can be seen of
  // this object as they were. Allocates nothing.
  Result<Opened> open(Instant now, Duration pto, MutableByteView datagram,
                      const wire::FrameView& frame);

  // Wipes the key of the epoch before, once its time is over.
  void handle_timeout(Instant now);
  std::optional<Instant> poll_timeout() const;

  Epoch epoch() const { return epoch_; }
  // Also opened: the epoch before.
  bool keeps_previous() const { return previous_.has_value(); }
  // The key of epoch + 1 exists already. It is derived once, however many frames ask for it.
  bool has_derived_next() const { return next_.has_value(); }
  std::optional<Sequence> largest() const { return window_.largest(); }

 private:
  // The key for a frame of that epoch and sequence.
  Result<crypto::Aead*> choose_key(Epoch epoch, Sequence sequence);
  void follow(Instant now, Duration pto, Epoch epoch, Sequence sequence);

  Reliability reliability_;
  KeyChain chain_;  // stands behind the last key derived
  ReplayWindow window_;
  Epoch epoch_;

  crypto::Aead current_;
  std::optional<Sequence> current_first_;  // smallest opened under it
  std::optional<Sequence> current_last_;   // largest

  std::optional<crypto::Aead> previous_;
  std::optional<Sequence> previous_last_;  // outlives the key: sequences and epochs rise together
  Instant previous_until_{};

  std::optional<crypto::Aead> next_;
};

}  // namespace stt::session
