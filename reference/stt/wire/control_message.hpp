// Control messages: the plaintext payload of a CONTROL frame, one message a frame.
//
//   ACK             0x01 | delay_us varint | largest varint | more varint | length varint
//                        | { gap varint | length varint } * more
//   PING            0x02 | zeros to the end of the payload
//   PONG            0x03 | sequence varint        of the PING answered
//   SESSION_CREDIT  0x04 | position varint
//   PATH_CHALLENGE  0x05 | data 8
//   PATH_RESPONSE   0x06 | data 8
//   CLOSE           0x07 | code varint | LP(reason)
//   ERROR           0x08 | code varint | LP(reason)
//
// The first ACK range is largest-length .. largest; each further one ends gap + 2 below the start
// of the one before and reaches length further down (RFC 9000, section 19.3.1).
#pragma once

#include <variant>

#include <boost/container/static_vector.hpp>

#include <stt/base/result.hpp>
#include <stt/wire/limits.hpp>
#include <stt/wire/types.hpp>
#include <stt/wire/writer.hpp>

namespace stt::wire {

enum class ControlType : std::uint8_t {
  ack = 1,
  ping = 2,
  pong = 3,
  session_credit = 4,
  path_challenge = 5,
  path_response = 6,
  close = 7,
  error = 8,
};

// Inclusive on both sides.
struct SequenceRange {
  Sequence first;
  Sequence last;
  friend auto operator<=>(const SequenceRange&, const SequenceRange&) = default;
};

struct Ack {
  std::uint64_t delay_us = 0;  // between the arrival of the largest and this message
  // Falling, with at least one sequence between two ranges; 1 to 64 of them.
  boost::container::static_vector<SequenceRange, ack_ranges_max> ranges;
  friend bool operator==(const Ack&, const Ack&) = default;
};
struct Ping {
  std::size_t padding_bytes = 0;
  friend bool operator==(const Ping&, const Ping&) = default;
};
struct Pong {
  Sequence sequence;
  friend bool operator==(const Pong&, const Pong&) = default;
};
struct SessionCredit {
  std::uint64_t position = 0;  // sum over all streams
  friend bool operator==(const SessionCredit&, const SessionCredit&) = default;
};
struct PathChallenge {
  ByteArray<8> data{};
  friend bool operator==(const PathChallenge&, const PathChallenge&) = default;
};
struct PathResponse {
  ByteArray<8> data{};
  friend bool operator==(const PathResponse&, const PathResponse&) = default;
};
struct Close {
  std::uint64_t code = 0;
  ByteView reason;  // borrowed, at most 256 bytes of UTF-8
};
struct Error {
  std::uint64_t code = 0;
  ByteView reason;
};

using ControlMessage =
    std::variant<Ack, Ping, Pong, SessionCredit, PathChallenge, PathResponse, Close, Error>;

ControlType type(const ControlMessage& message);
// ACK and CLOSE elicit no ACK; everything else in a session does.
bool is_ack_eliciting(const ControlMessage& message);

std::size_t encoded_size(const ControlMessage& message);
void encode(Writer& writer, const ControlMessage& message);

// Errors: wire.control_type, wire.control_padding, wire.ack_ranges (below zero, or more than 64),
// wire.reason_too_long, wire.truncated, the varint errors, wire.trailing_bytes.
Result<ControlMessage> decode_control(ByteView payload);

}  // namespace stt::wire
