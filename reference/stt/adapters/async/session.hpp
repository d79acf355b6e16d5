// A session, as coroutines see it. A Session is a handle: cheap to copy, all copies are the same
// session, and one may outlive its node.
//
//   Stream stream = co_await session.streams().create();
//   while (auto opened = co_await session.streams().accept()) serve(*opened);
//   co_await session.close();
#pragma once

#include <string>
#include <vector>

#include <stt/adapters/async/stream.hpp>

namespace stt::async {

namespace detail {
struct SessionCore;
}

// A custom frame on stream 0: arrives at most once, in any order.
struct Datagram {
  wire::FrameType type{};
  Bytes bytes;
};

// The streams of one session; a handle like Session.
class Streams {
 public:
  explicit Streams(std::shared_ptr<detail::SessionCore> core) : core_(std::move(core)) {}

  // A new stream. While as many are open as the two sides allow, waits for one to close.
  // session.closed, stream.ids_exhausted.
  template <CompletesWith<Stream> Token = Await>
  auto create(Token&& token = {}) {
    return initiate<Stream>(token, &Streams::begin_create, *this);
  }

  // The next stream that the peer has opened; nothing when the session is over. Calling it claims
  // all of them: see Node::receive().
  template <CompletesWith<std::optional<Stream>> Token = Await>
  auto accept(Token&& token = {}) {
    return initiate<std::optional<Stream>>(token, &Streams::begin_accept, *this);
  }

  // All that are open now, in the order of their ids.
  std::vector<Stream> open() const;

 private:
  static void begin_create(Handler<Stream> handler, Streams self);
  static void begin_accept(Handler<std::optional<Stream>> handler, Streams self);

  std::shared_ptr<detail::SessionCore> core_;
};

class Session {
 public:
  Session() = default;  // no session; nothing else may be called then
  explicit Session(std::shared_ptr<detail::SessionCore> core) : core_(std::move(core)) {}

  explicit operator bool() const { return core_ != nullptr; }
  friend bool operator==(const Session&, const Session&) = default;

  SessionId id() const;
  NodeId peer() const;    // proven
  SeedHint seed() const;  // of the shared seed that the session stands on
  Role role() const;      // ours
  Transport transport() const;
  // IP address and port of the peer; under a WebSocket, those of its TCP connection.
  Address address() const;
  bool is_open() const;
  // When the session is over: as they were at its end.
  SessionStatistics statistics() const;
  // The newest ERROR that the peer has sent, for the log.
  std::optional<PeerError> peer_error() const;

  Streams streams() const { return Streams(core_); }

  // session.closed for all of these. A code is 0 or from 65,536 up.
  Result<void> rotate_keys();  // session.rotation_too_early
  Result<void> ping();
  Result<void> send_error(std::uint64_t code, std::string_view reason);
  // session.datagram_too_large, session.queue_full, stream.type_reserved.
  Result<void> send_datagram(wire::FrameType type, ByteView bytes);

  // The next datagram; nothing when the session is over. Calling it claims them: see
  // Node::receive(). As many wait as config.datagram_queue_max; then new ones are dropped, and
  // counted as session.queue_full.
  template <CompletesWith<std::optional<Datagram>> Token = Await>
  auto receive_datagram(Token&& token = {}) {
    return initiate<std::optional<Datagram>>(token, &Session::begin_receive_datagram, *this);
  }

  // Flushes the streams, for config.close_deadline at most, then ends the session. Completes when
  // that is done; cancellation ends the waiting only. A second close() waits for the first.
  template <CompletesWith<void> Token = Await>
  auto close(std::uint64_t code, std::string reason, Token&& token = {}) {
    return initiate<void>(token, &Session::begin_close, *this, code, std::move(reason));
  }
  template <CompletesWith<void> Token = Await>
  auto close(Token&& token = {}) {
    return close(0, {}, std::forward<Token>(token));
  }

  // Completes when the session is over, and says why.
  template <CompletesWith<Closed> Token = Await>
  auto closed(Token&& token = {}) {
    return initiate<Closed>(token, &Session::begin_closed, *this);
  }

 private:
  static void begin_receive_datagram(Handler<std::optional<Datagram>> handler, Session self);
  static void begin_close(Handler<void> handler, Session self, std::uint64_t code,
                          std::string reason);
  static void begin_closed(Handler<Closed> handler, Session self);

  std::shared_ptr<detail::SessionCore> core_;
};

}  // namespace stt::async
