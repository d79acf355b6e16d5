// Binary streams: one segment, what an encoder makes of a source, and a decoder of segments.
// Storage: records.
#include <array>

#include <conformance/suite/reference/kinds.hpp>
#include <stt/primitives/decoder.hpp>
#include <stt/primitives/encoder.hpp>
#include <stt/primitives/storage_record.hpp>

namespace stt::conform {
namespace {

using namespace primitives;
using nlohmann::json;

Result<StreamingContext> context_of(const Fields& in) {
  return StreamingContext::create(in.secret<32>("key"), in.bytes("context_id"));
}

std::string_view stage_of(Errc error) {
  switch (error) {
    case Errc::authentication_failed: return "open";
    case Errc::segment_foreign:
    case Errc::segment_beyond_window:
    case Errc::segment_past_end: return "place";
    case Errc::segment_too_short:
    case Errc::segment_too_long:
    case Errc::segment_kind:
    case Errc::segment_nonce:
    case Errc::invalid_argument: return "segment";  // of the context id
    case Errc::source_too_short:
    case Errc::source_too_long: return "source";
    default: return "end";
  }
}

json segment_seal(const Fields& in) {
  const auto context = context_of(in);
  if (!context) return reject(stage_of(context.error()), context.error());
  const SegmentKind kind{in.flag("end"), in.flag("bounded")};
  const Bytes text = in.bytes("text");
  if (text.empty() || text.size() > segment_data_bytes_default) {
    throw AdapterError("text: 1 to 1,070 bytes");
  }
  Bytes bytes(segment_overhead_bytes + text.size());
  wire::Writer writer(bytes);
  writer.u8(std::to_integer<std::uint8_t>(encoded(kind)));
  const MutableByteView sealed = writer.claim(text.size());
  std::ranges::copy(text, sealed.begin());
  const auto nonce =
      segment_nonce(in.array<16>("nonce_prefix"), SegmentSequence(in.u64("sequence")));
  writer.bytes(nonce);
  SegmentCipher(*context).seal(kind, nonce, sealed, writer.claim(crypto::tag_bytes));
  return accept({{"bytes", to_hex(bytes)}});
}

json segment_open(const Fields& in) {
  const auto context = context_of(in);
  if (!context) return reject(stage_of(context.error()), context.error());
  const Bytes bytes = in.bytes("bytes");
  const auto view = parse_segment(bytes, SegmentSequence(in.u64("sequence")));
  if (!view) return reject(stage_of(view.error()), view.error());
  Bytes text(view->ciphertext.size());
  const auto opened = SegmentCipher(*context).open(*view, text);
  if (!opened) return reject(stage_of(opened.error()), opened.error());
  return accept({{"end", view->kind.end}, {"bounded", view->kind.bounded}, {"text", to_hex(text)}});
}

// Gives the pieces of a vector: it pauses between two of them, and has ended after the last.
class PiecewiseSource final : public ByteSource {
 public:
  explicit PiecewiseSource(std::vector<Bytes> pieces) : pieces_(std::move(pieces)) {}

  Result<std::size_t> read(MutableByteView out) override {
    if (piece_ == pieces_.size()) return 0;
    const ByteView rest = ByteView(pieces_[piece_]).subspan(given_);
    if (rest.empty()) {
      ++piece_;
      given_ = 0;
      if (piece_ == pieces_.size()) return 0;
      return fail(Errc::would_block);
    }
    const std::size_t count = std::min(rest.size(), out.size());
    std::ranges::copy(rest.first(count), out.begin());
    given_ += count;
    return count;
  }

 private:
  std::vector<Bytes> pieces_;
  std::size_t piece_ = 0;
  std::size_t given_ = 0;  // of that piece
};

struct FixedPrefix final : Random {
  explicit FixedPrefix(const NoncePrefix& fixed) : prefix(fixed) {}
  Result<void> fill(std::string_view, MutableByteView out) override {
    if (out.size() != prefix.size()) return fail(Errc::random_failed);
    std::ranges::copy(prefix, out.begin());
    return {};
  }
  NoncePrefix prefix;
};

// A line of the answer has as many segments as the source has bytes, if they are small.
constexpr std::size_t source_bytes_max = 65'536;

json segment_source(const Fields& in) {
  const auto context = context_of(in);
  if (!context) return reject(stage_of(context.error()), context.error());
  std::vector<Bytes> pieces = in.bytes_list("pieces");
  std::size_t bytes = 0;
  for (const Bytes& piece : pieces) bytes += piece.size();
  if (bytes > source_bytes_max) throw AdapterError("pieces: at most 65,536 bytes");
  PiecewiseSource source(std::move(pieces));
  EncoderOptions options;
  options.segment_data_bytes = in.number("segment_bytes", segment_data_bytes_max);
  if (in.has("size")) options.size = in.u64("size");
  FixedPrefix random(in.array<16>("nonce_prefix"));
  auto encoder = BinaryStreamEncoder::create(*context, source, options, random);
  if (!encoder) throw AdapterError("segment_bytes: 1 to 1,048,576");
  json segments = json::array();
  while (true) {
    const auto segment = encoder->poll_segment();
    if (segment && !*segment) return accept({{"segments", segments}});
    if (segment) {
      segments.push_back(to_hex((*segment)->bytes));
    } else if (segment.error() != Errc::would_block) {
      return reject(stage_of(segment.error()), segment.error());
    }
  }
}

// All segments are offered in turn; the last one is what the case is about.
json segment_stream(const Fields& in) {
  const auto context = context_of(in);
  if (!context) return reject(stage_of(context.error()), context.error());
  DecoderOptions options;
  if (in.has("window")) options.window_segments = in.number("window", window_segments_max);
  auto created = BinaryStreamDecoder::create(*context, options);
  if (!created) throw AdapterError("window: 1 to 65,536 segments");
  BinaryStreamDecoder& decoder = *created;
  const std::vector<std::uint64_t> sequences = in.u64_list("sequences");
  const std::vector<Bytes> segments = in.bytes_list("segments");
  if (sequences.size() != segments.size()) throw AdapterError("segments: as many as sequences");
  Result<Reception> last = Reception::taken;
  Bytes bytes;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    last = decoder.receive_segment(segments[i], SegmentSequence(sequences[i]));
    Bytes part(decoder.unread_bytes());
    if (!part.empty() && decoder.read(part)) append(bytes, part);
  }
  if (!last) return reject(stage_of(last.error()), last.error());
  return accept({{"bytes", to_hex(bytes)}, {"complete", decoder.complete()}});
}

json storage_address(const Fields& in) {
  return accept({{"address", to_hex(address_of(in.bytes("bytes")).bytes)}});
}

crypto::Key storage_key(const Fields& in) {
  return in.secret<32>("storage_key");
}

json storage_seal(const Fields& in) {
  const RecordSealer sealer(storage_key(in));
  const Bytes bytes = in.bytes("bytes");
  const NamedObject object = sealer.named(bytes);
  Bytes record(record_bytes(bytes.size()));
  sealer.seal(object, in.array<crypto::nonce_bytes>("nonce"), record);
  return accept({{"name", to_hex(object.name)}, {"record", to_hex(record)}});
}

json storage_open(const Fields& in) {
  const RecordSealer sealer(storage_key(in));
  const ObjectAddress address{in.array<32>("address")};
  const auto bytes = sealer.open(address, in.bytes("record"));
  if (!bytes) return reject("open", bytes.error());
  return accept({{"bytes", to_hex(*bytes)}});
}

json storage_identify(const Fields& in) {
  const RecordSealer sealer(storage_key(in));
  const auto stored = sealer.identify(in.array<32>("name"), in.bytes("record"));
  if (!stored) return reject("open", stored.error());
  return accept({{"address", to_hex(stored->address.bytes)}, {"size", decimal(stored->bytes)}});
}

constexpr std::array kinds{
    Kind{"segment.seal", segment_seal},       Kind{"segment.open", segment_open},
    Kind{"segment.source", segment_source},   Kind{"segment.stream", segment_stream},
    Kind{"storage.address", storage_address}, Kind{"storage.identify", storage_identify},
    Kind{"storage.open", storage_open},       Kind{"storage.seal", storage_seal},
};

}  // namespace

std::span<const Kind> primitive_kinds() {
  return kinds;
}

}  // namespace stt::conform
