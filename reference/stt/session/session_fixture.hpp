// For the tests of this folder: randomness that repeats itself, and frames sealed by an honest
// Sealer or by a peer who owns the keys and keeps no rule.
#pragma once

#include <gtest/gtest.h>

#include <stt/session/associated_data.hpp>
#include <stt/session/opener.hpp>
#include <stt/session/sealer.hpp>

namespace stt::session {

inline constexpr Instant start{};
inline constexpr Duration pto = 100ms;
inline constexpr SessionId session_id{{std::byte{1}}};

// A counter, so that no two draws are alike.
class FakeRandom final : public Random {
 public:
  bool fails = false;

  Result<void> fill(std::string_view, MutableByteView out) override {
    if (fails) return fail(Errc::random_failed);
    ++draws_;
    wire::Writer writer(out);
    while (writer.room() > 0) writer.u8(static_cast<std::uint8_t>(draws_ + writer.size()));
    return {};
  }

 private:
  std::uint64_t draws_ = 0;
};

inline crypto::Key some_chain() {
  ByteArray<32> bytes{};
  bytes.fill(std::byte{7});
  return crypto::Key(bytes);
}

inline Sealer make_sealer(FakeRandom& random, Reliability reliability = Reliability::unreliable,
                          const RotationLimits& limits = {}) {
  auto sealer = Sealer::create(start, some_chain(), reliability, limits, random);
  return std::move(*sealer);
}

inline wire::FrameView view_of(ByteView frame) {
  return std::get<wire::FrameView>(wire::parse_frame(frame));
}

inline Bytes seal(Sealer& sealer, ByteView payload) {
  const auto header = sealer.next_header(wire::FrameType::data, session_id, StreamId(1));
  Bytes frame(wire::encoded_size(*header, payload.size()));
  wire::Writer writer(frame);
  const wire::FrameSlots slots = wire::lay_out_frame(writer, *header, payload.size());
  std::ranges::copy(payload, slots.payload.begin());
  sealer.seal(*header, slots);
  return frame;
}

inline Result<Opened> open(Opener& opener, Bytes& frame, Instant now = start) {
  return opener.open(now, pto, frame, view_of(frame));
}

inline Errc refusal(Opener& opener, Bytes frame, Instant now = start) {
  const Bytes before = frame;
  const auto opened = open(opener, frame, now);
  EXPECT_EQ(frame, before);
  return opened ? Errc::no_error : opened.error();
}

// A frame sealed under the right key of any epoch, with any sequence and nonce: written from the
// specification, without Sealer.
struct ByHand {
  Epoch epoch;
  Sequence sequence;
  std::byte nonce_fill{0x5A};
};

inline Bytes seal_by_hand(const ByHand& how) {
  crypto::Key chain = some_chain();
  for (std::uint64_t n = 0; n < how.epoch.value(); ++n) chain = crypto::kdf(chain, "rotate");
  crypto::Aead aead(crypto::kdf(chain, "key"));

  const wire::FrameHeader header{wire::FrameType::data, session_id, StreamId(1), how.sequence,
                                 how.epoch};
  Bytes frame(wire::encoded_size(header, 5));
  wire::Writer writer(frame);
  const wire::FrameSlots slots = wire::lay_out_frame(writer, header, 5);
  std::ranges::copy(as_bytes("hello"), slots.payload.begin());
  std::ranges::fill(slots.nonce, how.nonce_fill);
  Bytes associated = to_bytes(slots.header_bytes);
  append(associated, slots.selector_bytes);
  aead.seal(crypto::Nonce(slots.nonce), associated, slots.payload, slots.tag);
  return frame;
}

// The same shape, but nobody sealed it.
inline Bytes forge(Epoch epoch, Sequence sequence) {
  const wire::FrameHeader header{wire::FrameType::data, session_id, StreamId(1), sequence, epoch};
  Bytes frame(wire::encoded_size(header, 5));
  wire::Writer writer(frame);
  const wire::FrameSlots slots = wire::lay_out_frame(writer, header, 5);
  std::ranges::fill(slots.tag, std::byte{0xEE});
  return frame;
}

}  // namespace stt::session
