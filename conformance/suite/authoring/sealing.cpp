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

std::string resealed(const std::string& frame, const crypto::Key& key, const Edit& edit) {
  const Bytes bytes = unhex(frame);
  const wire::ParseResult parsed = wire::parse_frame(bytes);
  const auto& view = std::get<wire::FrameView>(parsed);
  Bytes plaintext = to_bytes(view.ciphertext);
  const session::AssociatedData associated(view.header_bytes, view.selector_bytes);
  const auto opened =
      crypto::Aead(key).open(crypto::Nonce(view.nonce), associated.view(), plaintext, view.tag);
  STT_ASSERT(opened.has_value());
  nlohmann::json in = {{"plaintext", to_hex(plaintext)}};
  edit.apply(in);
  return sealed(key, view.header, view.nonce, unhex(in["plaintext"].get<std::string>()));
}

}  // namespace stt::conform
