#include <stt/handshake/sealed_message.hpp>

#include <stt/base/assert.hpp>
#include <stt/crypto/aead.hpp>

namespace stt::handshake {
namespace {

// header | key selector: what is authenticated in the clear.
class Associated {
 public:
  Associated(ByteView header_bytes, ByteView selector_bytes) {
    STT_ASSERT(header_bytes.size() + selector_bytes.size() <= bytes_.size());
    const auto after_header = std::ranges::copy(header_bytes, bytes_.begin()).out;
    std::ranges::copy(selector_bytes, after_header);
    size_ = header_bytes.size() + selector_bytes.size();
  }
  ByteView view() const { return ByteView(bytes_).first(size_); }

 private:
  ByteArray<wire::associated_bytes_max> bytes_{};
  std::size_t size_ = 0;
};

template <class Message>
Result<Bytes> seal_any(const Seal& seal, const wire::FrameHeader& header, const Message& message) {
  const std::size_t payload_bytes = encoded_size(message);
  Bytes frame(wire::encoded_size(header, payload_bytes));
  wire::Writer writer(frame);
  const wire::FrameSlots slots = wire::lay_out_frame(writer, header, payload_bytes);
  wire::Writer payload(slots.payload);
  encode(payload, message);
  STT_ASSERT(payload.room() == 0);

  // The HELLO key outlives the handshake, so nothing but fresh randomness keeps nonces apart.
  //= STT-FRAME-034
  STT_TRY(seal.random.fill(seal.nonce_label, slots.nonce));
  crypto::Aead(seal.key).seal(crypto::Nonce(slots.nonce),
                              Associated(slots.header_bytes, slots.selector_bytes).view(),
                              slots.payload, slots.tag);
  return frame;
}

}  // namespace

wire::FrameHeader handshake_header(const SeedHint& hint) {
  return {.type = wire::FrameType::handshake,
          .session_id = {},
          .stream_id = {},
          .sequence = {},
          .selector = hint};
}

wire::FrameHeader auth_header(const SessionId& id) {
  return {.type = wire::FrameType::auth,
          .session_id = id,
          .stream_id = {},
          .sequence = {},
          .selector = Epoch{}};
}

std::size_t response_frame_bytes() {
  return wire::encoded_size(handshake_header({}), wire::encoded_size(wire::ResponseMessage{}));
}

Result<Bytes> seal_message(const Seal& seal, const wire::FrameHeader& header,
                           const wire::Hello& message) {
  return seal_any(seal, header, message);
}
Result<Bytes> seal_message(const Seal& seal, const wire::FrameHeader& header,
                           const wire::ResponseMessage& message) {
  return seal_any(seal, header, message);
}
Result<Bytes> seal_message(const Seal& seal, const wire::FrameHeader& header,
                           const wire::AuthMessage& message) {
  return seal_any(seal, header, message);
}

//= STT-HANDSHAKE-022
std::size_t hello_padding_bytes(const wire::FrameHeader& header, const wire::Hello& unpadded) {
  const std::size_t room = *wire::payload_bytes_max(header, wire::handshake_frame_bytes_max);
  wire::Hello message = unpadded;
  // The length of the padding has a length of its own: take away what it costs.
  message.padding_bytes = room - encoded_size(unpadded);
  message.padding_bytes -= encoded_size(message) - room;
  STT_ASSERT(wire::encoded_size(header, encoded_size(message)) == wire::handshake_frame_bytes_max);
  return message.padding_bytes;
}

Result<void> OpenedMessage::open(const crypto::Key& key, const wire::FrameView& frame) {
  STT_ASSERT(frame.ciphertext.size() <= buffer_.size());
  size_ = 0;
  const MutableByteView text = MutableByteView(buffer_).first(frame.ciphertext.size());
  std::ranges::copy(frame.ciphertext, text.begin());
  STT_TRY(crypto::Aead(key).open(crypto::Nonce(frame.nonce),
                                 Associated(frame.header_bytes, frame.selector_bytes).view(), text,
                                 frame.tag));
  size_ = text.size();
  return {};
}

}  // namespace stt::handshake
