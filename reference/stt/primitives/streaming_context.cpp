#include <stt/primitives/streaming_context.hpp>

#include <stt/wire/writer.hpp>

namespace stt::primitives {
namespace {

constexpr std::size_t sequence_bytes = sizeof(std::uint64_t);

}  // namespace

Result<StreamingContext> StreamingContext::create(const crypto::Key& key, ByteView context_id) {
  //= STT-ENCODER-017
  if (context_id.size() > context_id_bytes_max) return fail(Errc::invalid_argument);
  //= STT-ENCODER-004
  return StreamingContext(crypto::kdf(key, "stream", {context_id}), context_id);
}

SegmentCipher::SegmentCipher(const StreamingContext& context)
    : aead_(context.key()),
      associated_(wire::length_prefixed_size(context.context_id().size()) + segment_kind_bytes +
                  sequence_bytes) {
  wire::Writer(associated_).length_prefixed(context.context_id());
}

//= STT-ENCODER-006
ByteView SegmentCipher::associated(SegmentKind kind, ByteView nonce) {
  const MutableByteView tail =
      MutableByteView(associated_).last(segment_kind_bytes + sequence_bytes);
  tail.front() = encoded(kind);
  std::ranges::copy(nonce.last(sequence_bytes), tail.begin() + segment_kind_bytes);
  return associated_;
}

void SegmentCipher::seal(SegmentKind kind, crypto::Nonce nonce, MutableByteView text,
                         MutableByteView tag) {
  aead_.seal(nonce, associated(kind, nonce), text, tag);
}

Result<void> SegmentCipher::open(const SegmentView& view, MutableByteView text) {
  STT_ASSERT(text.size() == view.ciphertext.size());
  std::ranges::copy(view.ciphertext, text.begin());
  return aead_.open(crypto::Nonce(view.nonce), associated(view.kind, view.nonce), text, view.tag);
}

}  // namespace stt::primitives
