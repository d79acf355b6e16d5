// Frames with true keys and any content: what an honest peer could seal, and what it would not.
#pragma once

#include <optional>
#include <vector>

#include <stt/crypto/kdf.hpp>
#include <stt/session/key_chain.hpp>
#include <stt/wire/frame.hpp>

namespace stt::conform::peers {

// Nonces that differ from each other for as long as one case lasts.
class Nonces {
 public:
  ByteArray<24> next();

 private:
  std::uint64_t count_ = 0;
};

// A whole frame around `plaintext`. The header keeps the rules of frames.
Bytes seal_frame(const wire::FrameHeader& header, ByteView plaintext, const crypto::Key& key,
                 const ByteArray<24>& nonce);
// The plaintext, if the frame opens.
std::optional<Bytes> open_frame(const wire::FrameView& frame, const crypto::Key& key);

// The keys of one direction, of all epochs from the first.
class Keys {
 public:
  explicit Keys(crypto::Key chain_0) : chain_(std::move(chain_0)) {}
  const crypto::Key& of(std::uint64_t epoch);

  // More than any case asks for; a frame that names a later epoch has no key here.
  static constexpr std::uint64_t epochs_max = 64;

 private:
  session::KeyChain chain_;
  std::vector<crypto::Key> keys_;
};

}  // namespace stt::conform::peers
