// The whole protocol as one object without I/O: bytes in, bytes out, "wake me at".
//
// A driver (adapters/asio, or the simulator's host) owns the socket and the clock:
//
//   on a datagram    handle_datagram(now, from, bytes)
//   on the timer     handle_timeout(now)
//   on a command     connect(...), send(...), ...
//   after each       poll_event() until empty, poll_transmit() until empty, then set the timer to
//                    poll_timeout()
//
// `now` never goes back. One thread at a time.
#pragma once

#include <memory>
#include <optional>

#include <stt/base/random.hpp>
#include <stt/base/time.hpp>
#include <stt/node/config.hpp>
#include <stt/node/event.hpp>
#include <stt/node/statistics.hpp>

namespace stt {

enum class NodeState : std::uint8_t { created, started, running, stopped };

struct ConnectOptions {
  Address peer;
  SeedHint seed;                   // which shared seed, as add_shared_seed named it
  std::optional<NodeId> expected;  // pin: any other proven node id is refused
};

struct Transmit {
  Address to;
  std::size_t size = 0;
};

struct ReadPart {
  std::size_t bytes = 0;
  bool end_of_message = false;
  wire::FrameType type = wire::FrameType::data;  // of the message: DATA or a custom type
};

struct Message {
  wire::FrameType type = wire::FrameType::data;
  Bytes bytes;
};

class Node {
 public:
  // config.invalid, crypto.seed_too_short. `random` outlives the node.
  static Result<Node> create(Config config, ByteView node_seed, Random& random);
  ~Node();
  Node(Node&&) noexcept;
  Node& operator=(Node&&) noexcept;

  // One shared seed per peer pair; a node may hold many. crypto.seed_too_short,
  // handshake.seed_equals_node_seed, handshake.seed_in_use.
  Result<SeedHint> add_shared_seed(ByteView shared_seed);

  NodeId id() const;
  NodeState state() const;

  // Commands, from the application. Refused with node.state_violation outside Started and Running.
  Result<void> start(Instant now);
  // Closes every session cleanly, then Stopped is reported.
  void stop(Instant now);
  Result<SessionHandle> connect(Instant now, const ConnectOptions& options);
  // Flushes streams up to close_deadline, then closes.
  Result<void> close(Instant now, SessionHandle session, std::uint64_t code = 0,
                     std::string_view reason = {});
  Result<void> rotate_keys(Instant now, SessionHandle session);
  Result<void> ping(Instant now, SessionHandle session);
  // For the peer's log; changes nothing there.
  Result<void> send_error(Instant now, SessionHandle session, std::uint64_t code,
                          std::string_view reason);

  Result<StreamId> open_stream(Instant now, SessionHandle session);
  // Takes the bytes that the send buffer has room for, and says how many; the rest is offered again
  // after StreamWritable (a message without bytes: stream.would_block). `end_of_message` counts
  // only if all bytes were taken. `type` is DATA or custom, and stays the same within a message.
  Result<std::size_t> send(Instant now, SessionHandle session, StreamId stream, ByteView bytes,
                           bool end_of_message = true,
                           wire::FrameType type = wire::FrameType::data);
  // Reads in parts: up to `out`, never beyond the end of a message. stream.would_block when there
  // is nothing yet, stream.closed after the peer's last byte, stream.reset.
  Result<ReadPart> read(Instant now, SessionHandle session, StreamId stream, MutableByteView out);
  // Reads one whole message; stream.would_block until it is complete.
  Result<Message> receive(Instant now, SessionHandle session, StreamId stream);
  // Whether all that the peer sends on the stream has arrived, up to its end, read or not. When a
  // session ends with StreamClosed for each of its streams, this tells which reads will end in
  // order. False for sessions and streams that are freed.
  bool is_complete(SessionHandle session, StreamId stream) const;
  Result<void> set_priority(SessionHandle session, StreamId stream, std::uint8_t priority);
  Result<void> close_stream(Instant now, SessionHandle session, StreamId stream);
  Result<void> reset_stream(Instant now, SessionHandle session, StreamId stream,
                            std::uint64_t code);
  // Asks the peer to stop sending on the stream.
  Result<void> stop_stream(Instant now, SessionHandle session, StreamId stream, std::uint64_t code);
  // A custom frame on stream 0: at most once, unordered. session.datagram_too_large,
  // session.queue_full.
  Result<void> send_datagram(Instant now, SessionHandle session, wire::FrameType type,
                             ByteView payload);

  std::optional<SessionStatistics> statistics(SessionHandle session) const;
  const NodeStatistics& statistics() const;

  // Inputs, from the driver. The datagram's bytes are opened in place.
  void handle_datagram(Instant now, const Address& from, MutableByteView datagram);
  void handle_timeout(Instant now);
  // A reliable connection (WebSocket) has ended; so does what lived on it.
  void handle_connection_lost(Instant now, const Address& connection);
  // A reliable connection takes no more for now: its sessions are passed over by poll_transmit
  // until it is writable again, and the others go on. Repeating either changes nothing.
  void handle_connection_full(const Address& connection);
  void handle_connection_writable(const Address& connection);

  // Outputs, to the driver. poll_transmit writes one datagram (or message) into `buffer`, which
  // has room for the largest that the configuration allows.
  std::optional<Event> poll_event();
  std::optional<Transmit> poll_transmit(Instant now, MutableByteView buffer);
  // The same for the sessions of one transport only. Handshakes, at most
  // wire::handshake_frame_bytes_max, come first whatever their transport.
  std::optional<Transmit> poll_transmit(Instant now, Transport only, MutableByteView buffer);
  std::optional<Instant> poll_timeout() const;

 private:
  class Impl;
  explicit Node(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace stt
