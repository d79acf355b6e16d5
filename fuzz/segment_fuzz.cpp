#include <fuzz/fuzz.hpp>
#include <stt/primitives/decoder.hpp>
#include <stt/wire/reader.hpp>

namespace stt::fuzz {
namespace {

using namespace primitives;

// The parts of a segment are the whole of it, in order.
void expect_whole(const SegmentView& view, ByteView input) {
  const std::size_t parts = view.ciphertext.size() + view.nonce.size() + view.tag.size();
  STT_FUZZ_PROMISE(segment_kind_bytes + parts == input.size());
  STT_FUZZ_PROMISE(encoded(view.kind) == input.front());
  STT_FUZZ_PROMISE(view.ciphertext.data() == input.data() + segment_kind_bytes);
  STT_FUZZ_PROMISE(view.tag.data() + view.tag.size() == input.data() + input.size());
}

StreamingContext some_context() {
  return *StreamingContext::create(crypto::Key(), as_bytes("fuzz"));
}

// A segment that opens: `text` sealed by a holder of the key. What becomes of it is the decoder's.
void give_sealed(BinaryStreamDecoder& decoder, std::uint8_t choice, std::uint8_t sequence,
                 ByteView text) {
  const SegmentKind kind{(choice & 1U) != 0, (choice & 2U) != 0};
  NoncePrefix prefix{};
  prefix[0] = std::byte{static_cast<std::uint8_t>((choice >> 2U) & 1U)};
  Bytes bytes(segment_overhead_bytes + text.size());
  wire::Writer writer(bytes);
  writer.u8(std::to_integer<std::uint8_t>(encoded(kind)));
  const MutableByteView sealed = writer.claim(text.size());
  std::ranges::copy(text, sealed.begin());
  const auto nonce = segment_nonce(prefix, SegmentSequence(sequence));
  writer.bytes(nonce);
  SegmentCipher(some_context()).seal(kind, nonce, sealed, writer.claim(crypto::tag_bytes));
  const bool complete = decoder.complete();
  const auto taken = decoder.receive_segment(bytes, SegmentSequence(sequence));
  STT_FUZZ_PROMISE(!complete || !taken || *taken == Reception::duplicate);
}

// The input as orders to a holder of the key: choice, sequence, size, text; and again.
void drive_decoder(ByteView input) {
  auto decoder =
      *BinaryStreamDecoder::create(some_context(), {.window_segments = 8, .buffer_bytes = 64});
  while (input.size() >= 3) {
    const auto choice = std::to_integer<std::uint8_t>(input[0]);
    const auto sequence = std::to_integer<std::uint8_t>(input[1]);
    const std::size_t size =
        std::min<std::size_t>(std::to_integer<std::size_t>(input[2]), input.size() - 3);
    give_sealed(decoder, choice, sequence, input.subspan(3, size));
    input = input.subspan(3 + size);
    const bool reads = (choice & 8U) != 0;
    ByteArray<40> out{};
    if (reads && decoder.read(out) == 0U) STT_FUZZ_PROMISE(decoder.complete());
    STT_FUZZ_PROMISE(decoder.unread_bytes() < 2 * (64 + 255));
    STT_FUZZ_PROMISE(decoder.receive_all().has_value() == decoder.complete());
  }
}

}  // namespace

// A segment is the one form of its parts and never opens without the key, whatever it says; and a
// decoder keeps its promises whatever a holder of the key seals.
void run(ByteView input) {
  SegmentSequence sequence;
  if (input.size() > segment_overhead_bytes) {
    sequence = SegmentSequence(wire::Reader(input.last(24)).be<std::uint64_t>());
  }
  if (const auto view = parse_segment(input, sequence)) {
    expect_whole(*view, input);
    auto decoder = *BinaryStreamDecoder::create(some_context());
    STT_FUZZ_PROMISE(!decoder.receive_segment(input, sequence));
  }
  if (const auto end = decode_stream_end(input)) expect_canonical(*end, input);
  drive_decoder(input);
}

}  // namespace stt::fuzz
