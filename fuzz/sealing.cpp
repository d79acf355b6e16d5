#include <fuzz/sealing.hpp>

#include <algorithm>

#include <stt/session/associated_data.hpp>

namespace stt::fuzz {
namespace {

wire::FrameHeader allowed(wire::FrameHeader header) {
  using wire::FrameType;
  if (wire::is_reserved(header.type) || header.type == FrameType::handshake ||
      header.type == FrameType::auth) {
    header.type = FrameType::control;
  }
  if (header.type == FrameType::control) header.stream_id = StreamId();
  if (!wire::is_custom(header.type) && header.type != FrameType::control) {
    header.stream_id = std::max(header.stream_id, StreamId(1));
  }
  return header;
}

}  // namespace

crypto::Aead Sealing::key(Epoch epoch) const {
  crypto::Key chain = chain_0_;
  for (std::uint64_t n = 0; n < epoch.value(); ++n) chain = crypto::kdf(chain, "rotate");
  return crypto::Aead(crypto::kdf(chain, "key"));
}

Bytes Sealing::seal(const wire::FrameHeader& wanted, ByteView payload) const {
  const wire::FrameHeader header = allowed(wanted);
  Bytes frame(wire::encoded_size(header, payload.size()));
  wire::Writer writer(frame);
  const wire::FrameSlots slots = wire::lay_out_frame(writer, header, payload.size());
  std::ranges::copy(payload, slots.payload.begin());
  std::ranges::fill(slots.nonce, std::byte{});
  wire::Writer(slots.nonce).be(header.sequence.value());
  const session::AssociatedData associated(slots.header_bytes, slots.selector_bytes);
  key(std::get<Epoch>(header.selector))
      .seal(crypto::Nonce(slots.nonce), associated.view(), slots.payload, slots.tag);
  return frame;
}

std::optional<Bytes> Sealing::open(const wire::FrameView& frame) const {
  const auto* epoch = std::get_if<Epoch>(&frame.header.selector);
  if (epoch == nullptr || epoch->value() >= epochs_max || frame.header.session_id != id_) {
    return std::nullopt;
  }
  Bytes payload = to_bytes(frame.ciphertext);
  const session::AssociatedData associated(frame.header_bytes, frame.selector_bytes);
  const auto opened =
      key(*epoch).open(crypto::Nonce(frame.nonce), associated.view(), payload, frame.tag);
  if (!opened) return std::nullopt;
  return payload;
}

}  // namespace stt::fuzz
