// Handshake messages in their frames: sealed for sending, opened into a buffer of their own.
#pragma once

#include <string_view>

#include <stt/base/random.hpp>
#include <stt/base/result.hpp>
#include <stt/crypto/kdf.hpp>
#include <stt/wire/frame.hpp>
#include <stt/wire/handshake_message.hpp>

namespace stt::handshake {

wire::FrameHeader handshake_header(const SeedHint& hint);
wire::FrameHeader auth_header(const SessionId& id);

// Under which key a frame is sealed, and which random bytes are its nonce.
struct Seal {
  const crypto::Key& key;
  Random& random;
  std::string_view nonce_label;
};

// Bytes of every RESPONSE frame; a HELLO frame has at least as many.
std::size_t response_frame_bytes();

// Whole frames. base.random_failed only.
Result<Bytes> seal_message(const Seal& seal, const wire::FrameHeader& header,
                           const wire::Hello& message);
Result<Bytes> seal_message(const Seal& seal, const wire::FrameHeader& header,
                           const wire::ResponseMessage& message);
Result<Bytes> seal_message(const Seal& seal, const wire::FrameHeader& header,
                           const wire::AuthMessage& message);

// The zeros that make a HELLO's frame as long as a handshake frame may be, so that no answer is
// longer and every path that can carry a session is known to carry it.
std::size_t hello_padding_bytes(const wire::FrameHeader& header, const wire::Hello& unpadded);

// The plaintext of one frame, while its message is being judged.
class OpenedMessage {
 public:
  // crypto.authentication_failed
  Result<void> open(const crypto::Key& key, const wire::FrameView& frame);
  // Empty until open() succeeded; decoded messages borrow from it.
  ByteView payload() const { return ByteView(buffer_).first(size_); }

 private:
  ByteArray<wire::handshake_frame_bytes_max> buffer_;
  std::size_t size_ = 0;
};

}  // namespace stt::handshake
