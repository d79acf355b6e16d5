#include <conformance/suite/peers/sealing.hpp>

#include <stt/base/assert.hpp>
#include <stt/crypto/aead.hpp>
#include <stt/session/associated_data.hpp>

namespace stt::conform::peers {

ByteArray<24> Nonces::next() {
  ByteArray<24> nonce{};
  wire::Writer writer(MutableByteView(nonce).last(8));
  writer.be(++count_);
  return nonce;
}

Bytes seal_frame(const wire::FrameHeader& header, ByteView plaintext, const crypto::Key& key,
                 const ByteArray<24>& nonce) {
  Bytes frame(wire::encoded_size(header, plaintext.size()));
  wire::Writer writer(frame);
  const wire::FrameSlots slots = wire::lay_out_frame(writer, header, plaintext.size());
  std::ranges::copy(plaintext, slots.payload.begin());
  std::ranges::copy(nonce, slots.nonce.begin());
  const session::AssociatedData associated(slots.header_bytes, slots.selector_bytes);
  crypto::Aead(key).seal(nonce, associated.view(), slots.payload, slots.tag);
  return frame;
}

std::optional<Bytes> open_frame(const wire::FrameView& frame, const crypto::Key& key) {
  Bytes text = to_bytes(frame.ciphertext);
  const session::AssociatedData associated(frame.header_bytes, frame.selector_bytes);
  const auto nonce = crypto::Nonce(frame.nonce);
  if (!crypto::Aead(key).open(nonce, associated.view(), text, frame.tag)) return std::nullopt;
  return text;
}

const crypto::Key& Keys::of(std::uint64_t epoch) {
  STT_ASSERT(epoch < epochs_max);
  while (keys_.size() <= epoch) keys_.push_back(chain_.advance());
  return keys_[static_cast<std::size_t>(epoch)];
}

}  // namespace stt::conform::peers
