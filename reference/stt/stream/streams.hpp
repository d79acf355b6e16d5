// All streams of one session: what applications write is cut into frames, what peers send is put
// together again, and credit keeps either side within its memory. Knows no keys, no clock, no
// sequence numbers; frames that come in are authenticated, and somebody else says which of those
// that went out were acknowledged or lost.
//
// Order of polling: poll_event() until empty; poll_frame() while there is room on the network.
#pragma once

#include <memory>
#include <optional>

#include <stt/base/result.hpp>
#include <stt/stream/events.hpp>
#include <stt/wire/parameters.hpp>
#include <stt/wire/writer.hpp>

namespace stt::stream {

class Streams {
 public:
  struct Config {
    Role role{};
    wire::Parameters ours;
    wire::Parameters theirs;
    // Memory for what arrived and was not read; raised to ours.max_message_bytes +
    // ours.max_streams x ours.initial_stream_credit if it is less.
    std::uint64_t receive_budget_bytes = 32U << 20;
    std::uint64_t send_buffer_bytes = 1U << 20;  // positions that send() takes ahead, per stream
  };

  explicit Streams(const Config& config);
  ~Streams();
  Streams(Streams&&) noexcept;
  Streams& operator=(Streams&&) noexcept;

  // --- From the application. An id that names no stream: stream.unknown, or stream.closed if it
  // --- named one before. After end_all() everything but reading is refused (session.closed).

  // stream.ids_exhausted; stream.limit (of either side).
  Result<StreamId> open();

  // Takes as many bytes as the send buffer has room for and says how many; after fewer than
  // offered, `writable` follows. The END_OF_MESSAGE is taken only if all bytes were. A message may
  // be given in pieces of one type. No bytes, an END_OF_MESSAGE and no room: stream.would_block.
  // stream.type_reserved, stream.message_type_changed, stream.closed (closed, reset or stopped).
  Result<std::size_t> send(StreamId id, ByteView bytes, bool end_of_message,
                           wire::FrameType type = wire::FrameType::data);

  // Reads in parts, never across the end of a message, which is told with its last part (or with
  // an empty one, if it came later). Makes the stream one that is read in parts, until receive() is
  // called: its messages may have any size. stream.would_block; stream.closed after the peer's last
  // message; stream.reset; stream.message_incomplete; stream.incomplete (the session ended).
  Result<Part> read(StreamId id, MutableByteView out);

  // The next message as a whole (the rest of it, if read() took some). stream.would_block until it
  // is complete. A message above ours.max_message_bytes stops the stream: stream.message_too_large.
  // Whether one is too large is judged when receive() is called, or on arrival once receive() has
  // been called before; a stream that has never been read is never judged. The other errors are
  // those of read().
  Result<MessageOut> receive(StreamId id);

  // Flushes, then closes our direction. Repeating it changes nothing.
  Result<void> close(StreamId id);
  // Drops what is unsent or unacknowledged in our direction and tells the peer.
  Result<void> reset(StreamId id, std::uint64_t code);
  // Reads no more: drops what has arrived and asks the peer to reset its direction.
  Result<void> stop(StreamId id, std::uint64_t code);
  // Closes our direction of every stream, for a session that is about to close.
  void close_all();
  // Higher goes first; 0 at the beginning.
  Result<void> set_priority(StreamId id, std::uint8_t priority);

  // --- From the peer. An error closes the session. What is not Taken::stored is not to be
  // --- acknowledged, and is counted.

  Result<Taken> handle_data(wire::FrameType type, StreamId id, const wire::DataMessage& message);
  Result<Taken> handle_stream_control(StreamId id, const wire::StreamControlMessage& message);
  void handle_session_credit(std::uint64_t position);

  // --- To the peer.

  // Whether poll_frame() has something for a frame of sufficient room.
  bool wants_to_send() const;
  // The next frame with at most `payload_room` payload bytes. `payload_room` is computed for a
  // frame on stream 1; what a longer stream id needs is taken off here. Nothing if nothing is to be
  // sent, or if so little room (under 64 bytes or so) is better left for the next datagram.
  // write_payload must follow before any other call.
  std::optional<Outgoing> poll_frame(std::size_t payload_room);
  // Writes the payload of the frame just polled: exactly payload_bytes.
  void write_payload(const Outgoing& frame, wire::Writer& writer) const;

  // What was carried arrived, or has to be sent again: data (perhaps cut anew), control messages
  // with their newest value, obsolete ones not at all.
  void on_acked(const wire::Carried& carried);
  void on_lost(const wire::Carried& carried);

  // --- To the application.

  std::optional<StreamEvent> poll_event();

  // Nothing is unsent or unacknowledged but credit.
  bool flushed() const;
  // The session is over: streams that are not complete end with stream.incomplete; what has arrived
  // can still be read.
  void end_all();
  std::size_t open_count() const;
  // Something that arrived is not read yet and can be, although the session may be over.
  bool has_unread() const;
  // The peer's direction has arrived whole, up to its end, and can be read or was. False if it
  // broke off, and for a stream that does not exist any more.
  bool is_complete(StreamId id) const;
  const Counters& counters() const;
  // Bytes held for reassembly and retransmission, with what is kept for reuse.
  std::size_t memory_bytes() const;
  // Asserts what always holds between the streams; visits all of them.
  void check_invariants() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace stt::stream
