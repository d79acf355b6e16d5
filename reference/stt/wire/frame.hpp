// The frame: the unit of transmission.
//
//   field            bytes         content
//   magic            2             "ST"
//   version          1             0x01
//   length           varint        all bytes after this field
//   type             1             FrameType
//   session_id       8             zero in HANDSHAKE frames, else not zero
//   stream_id        varint        0..65535; 0 is control
//   sequence         varint        0 in HANDSHAKE and AUTH frames
//   metadata_length  varint        all bytes after the payload
//   payload          ...           sealed
//   key selector     8 or varint   HANDSHAKE: seed hint; all others: epoch (AUTH: 0)
//   nonce            24
//   tag              16
#pragma once

#include <optional>
#include <variant>

#include <stt/base/result.hpp>
#include <stt/wire/limits.hpp>
#include <stt/wire/types.hpp>
#include <stt/wire/writer.hpp>

namespace stt::wire {

enum class FrameType : std::uint8_t {
  handshake = 0x01,
  data = 0x02,
  control = 0x03,
  stream_control = 0x04,
  auth = 0x05,
  custom_first = 0x80,  // 0x80..0xFF belong to the application
  custom_last = 0xFF,
};

constexpr bool is_custom(FrameType type) {
  return type >= FrameType::custom_first;
}
constexpr bool is_reserved(FrameType type) {
  return !is_custom(type) && (type < FrameType::handshake || type > FrameType::auth);
}
// DATA and the custom frames that run on a stream carry a DataMessage.
constexpr bool is_stream_data(FrameType type, StreamId stream_id) {
  return type == FrameType::data || (is_custom(type) && stream_id != StreamId{});
}

// Which key opens a frame.
using KeySelector = std::variant<SeedHint, Epoch>;

struct FrameHeader {
  FrameType type{};
  SessionId session_id;
  StreamId stream_id;
  Sequence sequence;
  KeySelector selector;  // SeedHint in HANDSHAKE frames, Epoch in all others
};

// One frame found in borrowed bytes. Its shape is right; nothing is authenticated yet.
struct FrameView {
  FrameHeader header;
  ByteView whole;
  ByteView header_bytes;  // from "ST" to metadata_length
  ByteView ciphertext;
  ByteView selector_bytes;  // header_bytes | selector_bytes is the associated data
  ByteView nonce;
  ByteView tag;

  Epoch epoch() const { return std::get<Epoch>(header.selector); }
  SeedHint hint() const { return std::get<SeedHint>(header.selector); }
};

// The bytes are a proper prefix of what may become a frame.
struct NeedMore {
  std::size_t at_least;  // more bytes without which no answer is possible
  friend bool operator==(NeedMore, NeedMore) = default;
};

using ParseResult = std::variant<FrameView, NeedMore, Errc>;

// Parses the first frame of `bytes`. Decides as early as the bytes allow: the first rule broken in
// byte order is the answer, whatever has arrived after it, so every split of the same bytes gives
// the same result. Allocates nothing. The FrameView borrows from `bytes`.
ParseResult parse_frame(ByteView bytes);

// Bytes of a whole frame with a payload of that size.
std::size_t encoded_size(const FrameHeader& header, std::size_t payload_bytes);

// The largest payload with which a frame of this header stays within `frame_bytes`; nothing if not
// even an empty one does.
std::optional<std::size_t> payload_bytes_max(const FrameHeader& header, std::size_t frame_bytes);

// The places of a frame that its sealer fills.
struct FrameSlots {
  MutableByteView whole;
  ByteView header_bytes;
  MutableByteView payload;
  ByteView selector_bytes;
  MutableByteView nonce;
  MutableByteView tag;
};

// Writes every clear field of a frame and returns the places of the rest. Asserts that the header
// keeps the rules above and that the whole frame is within its limit and within `writer`.
FrameSlots lay_out_frame(Writer& writer, const FrameHeader& header, std::size_t payload_bytes);

}  // namespace stt::wire
