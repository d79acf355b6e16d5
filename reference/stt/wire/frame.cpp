#include <stt/wire/frame.hpp>

#include <stt/wire/reader.hpp>

namespace stt::wire {
namespace {

constexpr std::uint8_t magic_0 = 'S';
constexpr std::uint8_t magic_1 = 'T';
constexpr std::uint8_t version = 0x01;
constexpr std::size_t fixed_metadata_bytes = nonce_bytes + tag_bytes;
// type, session id, stream id, sequence, metadata length, epoch, nonce, tag: one byte each varint
constexpr std::size_t body_bytes_min = 1 + 8 + 1 + 1 + 1 + 1 + fixed_metadata_bytes;

bool needs_sequence_zero(FrameType type) {
  return type == FrameType::handshake || type == FrameType::auth;
}

// The rule for each field, in byte order.
std::optional<Errc> check_type(FrameType type, std::size_t whole_bytes) {
  //= STT-FRAME-007
  //= STT-FRAME-008
  if (is_reserved(type)) return Errc::frame_type_reserved;
  //= STT-FRAME-009
  if (needs_sequence_zero(type) && whole_bytes > handshake_frame_bytes_max) {
    return Errc::frame_handshake_too_long;
  }
  return std::nullopt;
}

std::optional<Errc> check_session_id(FrameType type, const SessionId& id) {
  //= STT-FRAME-010
  if (id.is_zero() != (type == FrameType::handshake)) return Errc::frame_session_id;
  return std::nullopt;
}

std::optional<Errc> check_stream_id(FrameType type, std::uint64_t id) {
  //= STT-FRAME-011
  if (id > 0xFFFF) return Errc::frame_stream_id;
  //= STT-FRAME-012
  const bool zero_needed = needs_sequence_zero(type) || type == FrameType::control;
  //= STT-FRAME-013
  const bool zero_refused = type == FrameType::data || type == FrameType::stream_control;
  if ((zero_needed && id != 0) || (zero_refused && id == 0)) return Errc::frame_stream_id;
  return std::nullopt;
}

std::optional<Errc> check_sequence(FrameType type, std::uint64_t sequence) {
  //= STT-FRAME-014
  if (needs_sequence_zero(type) && sequence != 0) return Errc::frame_sequence;
  return std::nullopt;
}

std::optional<Errc> check_metadata_length(FrameType type, std::uint64_t length,
                                          std::size_t body_left) {
  //= STT-FRAME-015
  const bool fits = type == FrameType::handshake
                        ? length == hint_bytes + fixed_metadata_bytes
                        : length > fixed_metadata_bytes && length <= metadata_bytes_max;
  if (!fits || length > body_left) return Errc::frame_metadata_length;
  return std::nullopt;
}

std::optional<Errc> parse_selector(FrameView& frame, ByteView bytes) {
  if (frame.header.type == FrameType::handshake) {
    frame.header.selector = SeedHint{Reader(bytes).array<hint_bytes>()};
    return std::nullopt;
  }
  Reader reader(bytes);
  const std::uint64_t epoch = reader.varint();
  //= STT-FRAME-022
  if (!reader.ok()) return reader.failure();
  //= STT-FRAME-016
  if (reader.remaining() != 0) return Errc::frame_metadata_length;
  //= STT-FRAME-017
  if (frame.header.type == FrameType::auth && epoch != 0) return Errc::frame_epoch;
  frame.header.selector = Epoch(epoch);
  return std::nullopt;
}

// Magic, version and length: how long is the frame? Returns its size, or what to answer instead.
std::variant<std::size_t, NeedMore, Errc> parse_size(Reader& reader, ByteView bytes) {
  constexpr std::array<std::uint8_t, 3> start{magic_0, magic_1, version};
  //= STT-FRAME-002
  //= STT-FRAME-003
  //= STT-FRAME-021
  for (std::size_t i = 0; i < start.size(); ++i) {
    if (i == bytes.size()) return NeedMore{start.size() + 1 - i};
    if (reader.u8() != start[i]) return i < 2 ? Errc::frame_magic : Errc::frame_version;
  }
  const std::uint64_t length = reader.varint();
  if (reader.failure() == Errc::varint_truncated) return NeedMore{1};
  if (!reader.ok()) return *reader.failure();
  //= STT-FRAME-005
  //= STT-FRAME-023
  if (length > frame_bytes_max - reader.position()) return Errc::frame_too_long;
  //= STT-FRAME-006
  if (length < body_bytes_min) return Errc::frame_too_short;
  //= STT-FRAME-004
  return reader.position() + static_cast<std::size_t>(length);
}

// Why there is no frame: these bytes end too early, or break a rule.
using NoFrame = std::variant<NeedMore, Errc>;

//= STT-FRAME-018
//= STT-FRAME-020
// Fills `frame` field by field; what it holds after a failure means nothing.
std::optional<NoFrame> parse_fields(FrameView& frame, ByteView bytes) {
  Reader start(bytes);
  const auto size = parse_size(start, bytes);
  if (const auto* need = std::get_if<NeedMore>(&size)) return *need;
  if (const auto* error = std::get_if<Errc>(&size)) return *error;
  const std::size_t whole_bytes = std::get<std::size_t>(size);
  const bool complete = bytes.size() >= whole_bytes;
  //= STT-FRAME-025
  const ByteView seen = bytes.first(complete ? whole_bytes : bytes.size());
  const NeedMore need{whole_bytes - seen.size()};

  Reader reader(seen);
  reader.take(start.position());
  // Each step: read, wait if the field is not whole yet, judge it.
  frame.header.type = static_cast<FrameType>(reader.u8());
  if (!reader.ok()) return need;
  if (const auto error = check_type(frame.header.type, whole_bytes)) return *error;

  frame.header.session_id = SessionId{reader.array<8>()};
  if (!reader.ok()) return need;
  if (const auto error = check_session_id(frame.header.type, frame.header.session_id)) {
    return *error;
  }

  // A truncated field of an incomplete frame waits; every other failure is final.
  const auto broken = [&]() -> NoFrame {
    //= STT-FRAME-019
    if (!complete && *reader.failure() == Errc::varint_truncated) return need;
    return *reader.failure();
  };
  const std::uint64_t stream_id = reader.varint();
  if (!reader.ok()) return broken();
  if (const auto error = check_stream_id(frame.header.type, stream_id)) return *error;
  frame.header.stream_id = StreamId(static_cast<std::uint16_t>(stream_id));

  const std::uint64_t sequence = reader.varint();
  if (!reader.ok()) return broken();
  if (const auto error = check_sequence(frame.header.type, sequence)) return *error;
  frame.header.sequence = Sequence(sequence);

  const std::uint64_t metadata_length = reader.varint();
  if (!reader.ok()) return broken();
  const std::size_t body_left = whole_bytes - reader.position();
  if (const auto error = check_metadata_length(frame.header.type, metadata_length, body_left)) {
    return *error;
  }
  if (!complete) return need;

  frame.whole = seen;
  //= STT-FRAME-027
  frame.header_bytes = seen.first(reader.position());
  frame.ciphertext = reader.take(body_left - metadata_length);
  frame.selector_bytes = reader.take(metadata_length - fixed_metadata_bytes);
  frame.nonce = reader.take(nonce_bytes);
  frame.tag = reader.take(tag_bytes);
  STT_ASSERT(reader.finish());
  if (const auto error = parse_selector(frame, frame.selector_bytes)) return *error;
  return std::nullopt;
}

}  // namespace

//= STT-FRAME-001
ParseResult parse_frame(ByteView bytes) {
  // The view is large: it is filled where the caller will find it.
  ParseResult result;
  if (const auto none = parse_fields(*std::get_if<FrameView>(&result), bytes)) {
    std::visit([&](const auto reason) { result = reason; }, *none);
  }
  return result;
}

namespace {

std::size_t selector_bytes(const KeySelector& selector) {
  const auto* epoch = std::get_if<Epoch>(&selector);
  return epoch == nullptr ? hint_bytes : varint_size(epoch->value());
}

std::size_t body_size(const FrameHeader& header, std::size_t payload_bytes) {
  return 1 + 8 + varint_size(header.stream_id.value()) + varint_size(header.sequence.value()) + 1 +
         payload_bytes + selector_bytes(header.selector) + fixed_metadata_bytes;
}

}  // namespace

std::size_t encoded_size(const FrameHeader& header, std::size_t payload_bytes) {
  return 3 + length_prefixed_size(body_size(header, payload_bytes));
}

std::optional<std::size_t> payload_bytes_max(const FrameHeader& header, std::size_t frame_bytes) {
  const std::size_t empty_body = body_size(header, 0);
  // The length field grows with what it counts; try its sizes from the largest.
  for (std::size_t length_bytes = 4; length_bytes > 0; --length_bytes) {
    if (frame_bytes < 3 + length_bytes + empty_body) continue;
    const std::size_t body = frame_bytes - 3 - length_bytes;
    if (varint_size(body) == length_bytes) return body - empty_body;
  }
  // Between two sizes of the length field: one byte stays unused.
  if (encoded_size(header, 0) < frame_bytes) return payload_bytes_max(header, frame_bytes - 1);
  return std::nullopt;
}

FrameSlots lay_out_frame(Writer& writer, const FrameHeader& header, std::size_t payload_bytes) {
  //= STT-FRAME-026
  const std::size_t whole_bytes = encoded_size(header, payload_bytes);
  STT_ASSERT(whole_bytes <= frame_bytes_max);
  STT_ASSERT(!check_type(header.type, whole_bytes));
  STT_ASSERT(!check_session_id(header.type, header.session_id));
  STT_ASSERT(!check_stream_id(header.type, header.stream_id.value()));
  STT_ASSERT(!check_sequence(header.type, header.sequence.value()));
  STT_ASSERT(std::holds_alternative<SeedHint>(header.selector) ==
             (header.type == FrameType::handshake));

  FrameSlots slots;
  slots.whole = writer.claim(whole_bytes);
  Writer frame(slots.whole);
  frame.u8(magic_0);
  frame.u8(magic_1);
  frame.u8(version);
  frame.varint(body_size(header, payload_bytes));
  frame.u8(static_cast<std::uint8_t>(header.type));
  frame.bytes(header.session_id.bytes);
  frame.varint(header.stream_id.value());
  frame.varint(header.sequence.value());
  frame.varint(selector_bytes(header.selector) + fixed_metadata_bytes);
  slots.header_bytes = frame.written();
  slots.payload = frame.claim(payload_bytes);
  const std::size_t selector_start = frame.size();
  if (const auto* hint = std::get_if<SeedHint>(&header.selector)) {
    frame.bytes(hint->bytes);
  } else {
    frame.varint(std::get<Epoch>(header.selector).value());
  }
  slots.selector_bytes = slots.whole.subspan(selector_start, frame.size() - selector_start);
  slots.nonce = frame.claim(nonce_bytes);
  slots.tag = frame.claim(tag_bytes);
  return slots;
}

}  // namespace stt::wire
