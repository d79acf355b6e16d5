// What each side declares of itself in AUTH_PROOF and FINAL.
//
//   parameters = { id varint | LP(value varint) }, ids strictly rising
//
//   id    parameter               unit       range
//   0x01  initial_session_credit  positions  0 .. 2^64-1
//   0x02  initial_stream_credit   positions  0 .. 2^64-1
//   0x03  max_streams             streams    1 .. 65,535
//   0x04  max_frame_bytes         bytes      1,200 .. 2,097,152
//   0x05  max_message_bytes       bytes      1 .. 2^62
//   0x06  idle_timeout_ms         ms         0 (never) .. 2^32-1
//   0x07  max_ack_delay_ms        ms         0 .. 2^14-1
//   0x08  keep_alive_ms           ms         0 (never) .. 2^32-1
//
// All eight are present; unknown ids are skipped.
#pragma once

#include <stt/base/result.hpp>
#include <stt/wire/limits.hpp>
#include <stt/wire/writer.hpp>

namespace stt::wire {

struct Parameters {
  std::uint64_t initial_session_credit = 32U << 20;
  std::uint64_t initial_stream_credit = 64U << 10;
  std::uint64_t max_streams = 64;  // open at once, whoever opened them
  std::uint64_t max_frame_bytes = frame_bytes_max;
  std::uint64_t max_message_bytes = 16U << 20;  // that receive() takes whole
  std::uint64_t idle_timeout_ms = 30'000;
  std::uint64_t max_ack_delay_ms = 25;
  std::uint64_t keep_alive_ms = 0;

  friend bool operator==(const Parameters&, const Parameters&) = default;
};

// wire.parameter_range if a value lies outside the table.
Result<void> check(const Parameters& parameters);

std::size_t encoded_size(const Parameters& parameters);
void encode(Writer& writer, const Parameters& parameters);

// Errors: any varint error, wire.truncated, wire.trailing_bytes (a value longer than its varint),
// wire.parameter_duplicate, wire.parameter_order, wire.parameter_missing, wire.parameter_range.
Result<Parameters> decode_parameters(ByteView bytes);

}  // namespace stt::wire
