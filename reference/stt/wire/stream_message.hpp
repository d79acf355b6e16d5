// What travels on streams: the plaintext payloads of DATA frames, of custom frames with a stream
// id, and of STREAM_CONTROL frames (one message a frame; the header names the stream).
//
//   data    flags u8 (bit 0 END_OF_MESSAGE) | offset varint | bytes to the end of the payload
//
//   OPEN    0x01
//   CLOSE   0x02 | final position varint
//   RESET   0x03 | code varint | final position varint
//   CREDIT  0x04 | position varint
//   STOP    0x05 | code varint
#pragma once

#include <variant>

#include <stt/base/result.hpp>
#include <stt/wire/types.hpp>
#include <stt/wire/writer.hpp>

namespace stt::wire {

// Each stream direction is one line of positions from 0: a byte takes one, an END_OF_MESSAGE one
// more. `offset` is the position of the first byte (of the END_OF_MESSAGE if there are none).
struct DataMessage {
  bool end_of_message = false;
  Position offset;
  ByteView bytes;  // borrowed

  // The position after this message; decode_data has checked that it exists.
  Position end() const {
    return Position(offset.value() + bytes.size() + (end_of_message ? 1U : 0U));
  }
};

std::size_t encoded_size(const DataMessage& message);
void encode(Writer& writer, const DataMessage& message);
// Errors: wire.data_flags, wire.data_empty (neither bytes nor END_OF_MESSAGE),
// wire.position_overflow (the end is beyond 2^64-1), wire.truncated, the varint errors.
Result<DataMessage> decode_data(ByteView payload);

enum class StreamControlType : std::uint8_t {
  open = 1,
  close = 2,
  reset = 3,
  credit = 4,
  stop = 5
};

struct StreamOpen {
  friend bool operator==(const StreamOpen&, const StreamOpen&) = default;
};
struct StreamClose {
  Position final_position;
  friend bool operator==(const StreamClose&, const StreamClose&) = default;
};
struct StreamReset {
  std::uint64_t code = 0;
  Position final_position;
  friend bool operator==(const StreamReset&, const StreamReset&) = default;
};
struct StreamCredit {
  Position position;
  friend bool operator==(const StreamCredit&, const StreamCredit&) = default;
};
struct StreamStop {
  std::uint64_t code = 0;
  friend bool operator==(const StreamStop&, const StreamStop&) = default;
};

using StreamControlMessage =
    std::variant<StreamOpen, StreamClose, StreamReset, StreamCredit, StreamStop>;

StreamControlType type(const StreamControlMessage& message);
std::size_t encoded_size(const StreamControlMessage& message);
void encode(Writer& writer, const StreamControlMessage& message);
// Errors: wire.stream_control_type, wire.truncated, the varint errors, wire.trailing_bytes.
Result<StreamControlMessage> decode_stream_control(ByteView payload);

}  // namespace stt::wire
