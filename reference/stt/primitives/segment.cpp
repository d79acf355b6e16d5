#include <stt/primitives/segment.hpp>

#include <stt/wire/reader.hpp>

namespace stt::primitives {
namespace {

constexpr std::uint8_t end_bit = 1U << 0U;
constexpr std::uint8_t bounded_bit = 1U << 1U;

}  // namespace

std::byte encoded(SegmentKind kind) {
  return std::byte{
      static_cast<std::uint8_t>((kind.end ? end_bit : 0U) | (kind.bounded ? bounded_bit : 0U))};
}

ByteArray<crypto::nonce_bytes> segment_nonce(const NoncePrefix& prefix, SegmentSequence sequence) {
  ByteArray<crypto::nonce_bytes> nonce{};
  wire::Writer writer(nonce);
  writer.bytes(prefix);
  writer.be(sequence.value());
  return nonce;
}

NoncePrefix SegmentView::nonce_prefix() const {
  NoncePrefix prefix{};
  std::ranges::copy(nonce.first(prefix.size()), prefix.begin());
  return prefix;
}

//= STT-ENCODER-003
Result<SegmentView> parse_segment(ByteView bytes, SegmentSequence sequence) {
  if (bytes.size() <= segment_overhead_bytes) return fail(Errc::segment_too_short);
  //= STT-ENCODER-018
  const std::size_t data_bytes = bytes.size() - segment_overhead_bytes;
  if (data_bytes > segment_data_bytes_max) return fail(Errc::segment_too_long);

  wire::Reader reader(bytes);
  const std::uint8_t kind = reader.u8();
  SegmentView view;
  view.ciphertext = reader.take(data_bytes);
  view.nonce = reader.take(crypto::nonce_bytes);
  view.tag = reader.take(crypto::tag_bytes);
  STT_TRY(reader.finish());
  //= STT-DECODER-010
  if ((kind & ~(end_bit | bounded_bit)) != 0) return fail(Errc::segment_kind);
  view.kind = {(kind & end_bit) != 0, (kind & bounded_bit) != 0};
  if (wire::Reader(view.nonce.subspan(NoncePrefix{}.size())).be<std::uint64_t>() !=
      sequence.value()) {
    return fail(Errc::segment_nonce);
  }
  return view;
}

std::size_t encoded_size(const StreamEnd& end) {
  return wire::varint_size(end.total_bytes) + wire::varint_size(end.segments);
}

void encode(wire::Writer& writer, const StreamEnd& end) {
  writer.varint(end.total_bytes);
  writer.varint(end.segments);
}

Result<StreamEnd> decode_stream_end(ByteView plaintext) {
  wire::Reader reader(plaintext);
  StreamEnd end;
  end.total_bytes = reader.varint();
  end.segments = reader.varint();
  STT_TRY(reader.finish());
  return end;
}

}  // namespace stt::primitives
