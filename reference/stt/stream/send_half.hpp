// Our direction of a stream: what the application wrote and the peer has not acknowledged yet.
#pragma once

#include <optional>

#include <stt/base/result.hpp>
#include <stt/stream/interval_set.hpp>
#include <stt/stream/line.hpp>
#include <stt/stream/ring.hpp>
#include <stt/stream/state.hpp>
#include <stt/wire/stream_message.hpp>

namespace stt::stream {

// A stretch of one message, to be carried by one frame.
struct Piece {
  std::uint64_t offset = 0;
  std::size_t bytes = 0;
  bool end_of_message = false;
  wire::FrameType type = wire::FrameType::data;
  bool again = false;

  std::uint64_t end() const { return offset + bytes + (end_of_message ? 1U : 0U); }
};

class SendHalf {
 public:
  SendHalf(ChunkPool& pool, std::uint64_t credit, std::uint64_t buffer_positions)
      : line_(pool), credit_(credit), buffer_positions_(buffer_positions) {}

  SendState state() const { return state_; }
  std::uint64_t written() const { return written_; }
  // Everything below was sent at least once.
  std::uint64_t sent() const { return sent_; }
  bool all_acked() const { return base_ == written_; }

  // As Streams::send, and stream.closed unless the state table takes it.
  Result<std::size_t> append(ByteView bytes, bool end_of_message, wire::FrameType type);
  // False if there is nothing to close any more.
  bool close();
  // Drops everything; RESET(code) is to be sent. False if the direction is over already.
  bool cut(std::uint64_t code);

  // Raises the credit. False if it was no higher than before.
  bool raise_credit(std::uint64_t position);

  // Whether there is anything to send again, or anew within `session_room` positions.
  bool has_data(std::uint64_t session_room) const;
  // What the next frame of at most `payload_room` bytes carries, and takes it as sent. has_data().
  Piece take_piece(std::size_t payload_room, std::uint64_t session_room);
  void read(std::uint64_t position, MutableByteView out) const { line_.read(position, out); }

  bool wants_close() const { return close_pending_ && sent_ == written_ && lost_.empty(); }
  void take_close();
  bool wants_reset() const { return reset_pending_; }
  void take_reset() { reset_pending_ = false; }
  std::uint64_t reset_code() const { return reset_code_; }

  void on_data_acked(Interval positions);
  void on_data_lost(Interval positions);
  void on_close_acked();
  void on_close_lost();
  void on_reset_acked();
  void on_reset_lost();

  // True once after send() took less than it was offered and there is room again.
  bool take_writable();
  // The session is over: nothing will be sent.
  void abandon();

 private:
  struct TypeRun {
    std::uint64_t first = 0;  // position, the start of a message
    wire::FrameType type{};
  };

  std::uint64_t room() const;
  wire::FrameType type_at(std::uint64_t position) const;
  void note_type(wire::FrameType type);
  void finish_if_acked();

  SendState state_ = SendState::ready;
  Line line_;
  std::uint64_t base_ = 0;  // everything below was acknowledged
  std::uint64_t sent_ = 0;
  std::uint64_t written_ = 0;
  std::uint64_t credit_;
  std::uint64_t buffer_positions_;
  IntervalSet acked_;    // beyond base_
  IntervalSet lost_;     // to be sent again
  Ring<TypeRun> types_;  // one wherever the type of messages changes
  bool in_message_ = false;
  bool was_refused_ = false;
  bool close_pending_ = false;
  bool close_acked_ = false;
  bool reset_pending_ = false;
  std::uint64_t reset_code_ = 0;
};

}  // namespace stt::stream
