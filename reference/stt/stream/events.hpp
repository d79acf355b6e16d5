// What the streams of a session tell their owner: events, counts, and frames to be sent.
#pragma once

#include <cstdint>

#include <stt/base/bytes.hpp>
#include <stt/base/errc.hpp>
#include <stt/wire/carried.hpp>
#include <stt/wire/types.hpp>

namespace stt::stream {

struct StreamEvent {
  enum class Kind : std::uint8_t {
    opened,    // by the peer
    readable,  // read() or receive() has something to say that it had not before
    writable,  // send() took less than it was offered, and would take more now
    finished,  // the peer closed its direction, and everything before that was read
    reset,     // the peer reset its direction; `code` is its reason
    closed,    // both directions are done; `reason` is no_error only if nothing was lost
  };
  Kind kind{};
  StreamId stream;
  // Of closed: no_error; stream_reset, stream_refused or stream_stopped by the peer (with its
  // `code`); stream_cancelled or message_too_large by us; message_incomplete; stream_incomplete.
  Errc reason = Errc::no_error;
  std::uint64_t code = 0;

  friend bool operator==(const StreamEvent&, const StreamEvent&) = default;
};

// Some of one message: read() never goes beyond the end of one.
struct Part {
  std::size_t bytes = 0;
  bool end_of_message = false;
  wire::FrameType type = wire::FrameType::data;
};

struct MessageOut {
  wire::FrameType type = wire::FrameType::data;
  Bytes bytes;
};

// What became of a frame's content. Only what was stored may be acknowledged: `dropped` counts as
// stream.too_many_gaps, `refused` (of a stream beyond those whose refusal is remembered) as
// stream.refused.
enum class Taken : std::uint8_t { stored, dropped, refused };

// The next frame to send. Its payload is written by Streams::write_payload.
struct Outgoing {
  wire::FrameType type{};
  StreamId stream;  // 0 for SESSION_CREDIT
  std::size_t payload_bytes = 0;
  bool again = false;      // carries content that was sent before
  wire::Carried carried;   // for on_acked or on_lost; offset holds the position of a credit
  std::uint64_t code = 0;  // of RESET and STOP
};

struct Counters {
  std::uint64_t bytes_sent = 0;  // the first time, without retransmissions
  std::uint64_t bytes_received = 0;
  std::uint64_t messages_sent = 0;
  std::uint64_t messages_received = 0;
};

}  // namespace stt::stream
