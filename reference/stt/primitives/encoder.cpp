#include <stt/primitives/encoder.hpp>

namespace stt::primitives {
namespace {

// Room for the end segment, too: two varints.
std::size_t segment_capacity(std::size_t data_bytes) {
  return segment_overhead_bytes + std::max(data_bytes, 2 * wire::varint_bytes_max);
}

}  // namespace

Result<BinaryStreamEncoder> BinaryStreamEncoder::create(const StreamingContext& context,
                                                        ByteSource& source,
                                                        const EncoderOptions& options,
                                                        Random& random) {
  //= STT-ENCODER-018
  if (options.segment_data_bytes == 0 || options.segment_data_bytes > segment_data_bytes_max) {
    return fail(Errc::invalid_argument);
  }
  //= STT-ENCODER-005
  NoncePrefix prefix{};
  STT_TRY(random.fill("encoder.nonce_prefix", prefix));
  return BinaryStreamEncoder(context, source, options, prefix);
}

BinaryStreamEncoder::BinaryStreamEncoder(const StreamingContext& context, ByteSource& source,
                                         const EncoderOptions& options, const NoncePrefix& prefix)
    : cipher_(context),
      source_(&source),
      options_(options),
      prefix_(prefix),
      segment_(segment_capacity(options.segment_data_bytes)) {}

// Where the next bytes of the source go: never beyond a full segment, nor beyond the declared size.
//= STT-ENCODER-013
MutableByteView BinaryStreamEncoder::room() {
  std::size_t bytes = options_.segment_data_bytes - gathered_;
  if (options_.size) {
    bytes = static_cast<std::size_t>(std::min<std::uint64_t>(bytes, *options_.size - total_bytes_));
  }
  return MutableByteView(segment_).subspan(segment_kind_bytes + gathered_, bytes);
}

// Reads until the segment is full or the source has ended; stream.would_block before that.
//= STT-ENCODER-002
Result<void> BinaryStreamEncoder::gather() {
  while (!source_ended_) {
    const MutableByteView into = room();
    if (into.empty()) return {};
    STT_TRY_ASSIGN(count, source_->read(into));
    STT_ASSERT(count <= into.size());
    gathered_ += count;
    total_bytes_ += count;
    source_ended_ = count == 0;
  }
  return {};
}

// A bounded source has given all it declared: it must have nothing left.
//= STT-ENCODER-010
Result<bool> BinaryStreamEncoder::source_has_ended() {
  if (source_ended_) return true;
  std::byte one_more{};
  STT_TRY_ASSIGN(count, source_->read(MutableByteView(&one_more, 1)));
  return count == 0;
}

Result<std::optional<Segment>> BinaryStreamEncoder::poll_segment() {
  if (failure_) return fail(*failure_);
  if (finished_) return std::nullopt;
  const auto fail_for_good = [this](Errc code) {
    if (code != Errc::would_block) failure_ = code;
    return fail(code);
  };

  const bool bounded = options_.size.has_value();
  if (const auto gathered = gather(); !gathered) {
    //= STT-ENCODER-008
    //= STT-ENCODER-009
    const bool pause = gathered.error() == Errc::would_block;
    if (!pause || bounded || gathered_ == 0) return fail_for_good(gathered.error());
  }
  if (bounded && source_ended_ && total_bytes_ < *options_.size) {
    return fail_for_good(Errc::source_too_short);
  }
  if (gathered_ > 0) return seal({false, bounded}, std::exchange(gathered_, 0));

  const auto ended = source_has_ended();
  if (!ended) return fail_for_good(ended.error());
  if (!*ended) return fail_for_good(Errc::source_too_long);
  finished_ = true;
  return seal_end();
}

//= STT-ENCODER-011
Segment BinaryStreamEncoder::seal_end() {
  const StreamEnd end{total_bytes_, next_.value()};
  const std::size_t size = encoded_size(end);
  wire::Writer writer(MutableByteView(segment_).subspan(segment_kind_bytes, size));
  encode(writer, end);
  return seal({true, options_.size.has_value()}, size);
}

//= STT-ENCODER-003
//= STT-ENCODER-014
Segment BinaryStreamEncoder::seal(SegmentKind kind, std::size_t text_bytes) {
  wire::Writer writer(segment_);
  writer.u8(std::to_integer<std::uint8_t>(encoded(kind)));
  const MutableByteView text = writer.claim(text_bytes);
  const auto nonce = segment_nonce(prefix_, next_);
  writer.bytes(nonce);
  cipher_.seal(kind, nonce, text, writer.claim(crypto::tag_bytes));
  //= STT-ENCODER-007
  const Segment segment{next_, writer.written()};
  next_ = next_.next();
  return segment;
}

}  // namespace stt::primitives
