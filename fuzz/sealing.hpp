// What somebody can do who holds the keys of one direction of a session: open its frames, and seal
// any others, with any header.
#pragma once

#include <optional>

#include <stt/crypto/aead.hpp>
#include <stt/crypto/kdf.hpp>
#include <stt/wire/frame.hpp>

namespace stt::fuzz {

class Sealing {
 public:
  // `chain_0` of the direction.
  Sealing(SessionId id, const crypto::Key& chain_0) : id_(id), chain_0_(chain_0) {}

  SessionId id() const { return id_; }
  // A whole frame; what no session frame may have as type or stream id becomes something that it
  // may. The epoch is below epochs_max. The sequence makes the nonce, which is all that is asked of
  // one here.
  Bytes seal(const wire::FrameHeader& header, ByteView payload) const;
  // The payload, if it is sealed with a key of this direction.
  std::optional<Bytes> open(const wire::FrameView& frame) const;

  static constexpr std::uint64_t epochs_max = 4;

 private:
  crypto::Aead key(Epoch epoch) const;

  SessionId id_;
  crypto::Key chain_0_;
};

}  // namespace stt::fuzz
