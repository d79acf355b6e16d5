#include <conformance/suite/authoring/sealing.hpp>

#include <stt/base/assert.hpp>
#include <stt/base/hex.hpp>
#include <stt/crypto/aead.hpp>
#include <stt/session/associated_data.hpp>

namespace stt::conform {

Bytes unhex(std::string_view hex) {
  auto bytes = from_hex(hex);
  STT_ASSERT(bytes.has_value());
  return std::move(*bytes);
}

std::string sealed(const crypto::Key& key, const wire::FrameHeader& header, ByteView nonce,
                   ByteView payload) {
  Bytes bytes(wire::encoded_size(header, payload.size()));
  wire::Writer writer(bytes);
  const wire::FrameSlots slots = wire::lay_out_frame(writer, header, payload.size());
  std::ranges::copy(payload, slots.payload.begin());
  std::ranges::copy(nonce, slots.nonce.begin());
  const session::AssociatedData associated(slots.header_bytes, slots.selector_bytes);
  crypto::Aead(key).seal(crypto::Nonce(slots.nonce), associated.view(), slots.payload, slots.tag);
  return to_hex(bytes);
}

namespace {

// The plaintext of a frame that `key` opens.
Bytes opened(const wire::FrameView& frame, const crypto::Key& key) {
  Bytes plaintext = to_bytes(frame.ciphertext);
  const session::AssociatedData associated(frame.header_bytes, frame.selector_bytes);
  const auto good =
      crypto::Aead(key).open(crypto::Nonce(frame.nonce), associated.view(), plaintext, frame.tag);
  STT_ASSERT(good.has_value());
  return plaintext;
}

}  // namespace

std::string resealed(const std::string& frame, const crypto::Key& key, const Edit& edit) {
  const Bytes bytes = unhex(frame);
  const wire::ParseResult parsed = wire::parse_frame(bytes);
  const auto& view = std::get<wire::FrameView>(parsed);
  nlohmann::json in = {{"plaintext", to_hex(opened(view, key))}};
  edit.apply(in);
  return sealed(key, view.header, view.nonce, unhex(in["plaintext"].get<std::string>()));
}

std::string sealed_under(const std::string& frame, const crypto::Key& key,
                         const crypto::Key& other) {
  const Bytes bytes = unhex(frame);
  const wire::ParseResult parsed = wire::parse_frame(bytes);
  const auto& view = std::get<wire::FrameView>(parsed);
  return sealed(other, view.header, view.nonce, opened(view, key));
}

}  // namespace stt::conform
