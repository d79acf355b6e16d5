// A stream, as coroutines see it. A Stream is a handle: cheap to copy, all copies are the same
// stream, and one may outlive its session and its node.
//
//   co_await stream.send(bytes);
//   while (auto message = co_await stream.receive()) use(message->bytes);
//   co_await stream.close();
//
// Operations of one direction are served in the order in which they began. One that is cancelled
// has taken nothing, but see send(). What had arrived when the session ended can still be received,
// as long as somebody holds the stream.
#pragma once

#include <stt/adapters/async/wait_queue.hpp>
#include <stt/node/node.hpp>

namespace stt::async {

class Session;

namespace detail {
struct SessionCore;
struct StreamCore;
}  // namespace detail

class Stream {
 public:
  Stream() = default;  // no stream
  Stream(std::shared_ptr<detail::SessionCore> session, std::shared_ptr<detail::StreamCore> core)
      : session_(std::move(session)), core_(std::move(core)) {}

  explicit operator bool() const { return core_ != nullptr; }
  friend bool operator==(const Stream&, const Stream&) = default;

  StreamId id() const;  // 0: no stream
  Session session() const;

  // Sends one message. Completes when the send buffer has taken all of it, with its size: then it
  // arrives, unless the stream is reset or the session is lost. `bytes` stay valid until then.
  //
  // Cancelled, it completes with operation_aborted and the number of bytes that were taken. With 0
  // nothing of the message will ever arrive. Else the message has begun: send_part() goes on with
  // it, or reset() gives up. Total cancellation leaves alone what has begun.
  //
  // stream.closed, session.closed; node.state_violation while an earlier message is unfinished.
  template <CompletesWith<std::size_t> Token = Await>
  auto send(ByteView bytes, wire::FrameType type, Token&& token = {}) {
    return initiate<std::size_t>(token, &Stream::begin_send, *this,
                                 Sending{bytes, type, true, true});
  }
  template <CompletesWith<std::size_t> Token = Await>
  auto send(ByteView bytes, Token&& token = {}) {
    return send(bytes, wire::FrameType::data, std::forward<Token>(token));
  }

  // Sends some of a message of any size; the `last` part ends it, and may be empty. The rest as
  // send().
  template <CompletesWith<std::size_t> Token = Await>
  auto send_part(ByteView bytes, bool last, Token&& token = {}) {
    return initiate<std::size_t>(token, &Stream::begin_send, *this,
                                 Sending{bytes, wire::FrameType::data, last, false});
  }

  // The next message as a whole; nothing after the peer's last one. stream.reset,
  // stream.message_too_large, stream.message_incomplete, stream.incomplete (the session was lost).
  template <CompletesWith<std::optional<Message>> Token = Await>
  auto receive(Token&& token = {}) {
    return initiate<std::optional<Message>>(token, &Stream::begin_receive, *this);
  }

  // Some of the next message: at least one byte or the end of the message, at most `out`, which
  // stays valid until completion. Messages may have any size. The rest as receive().
  template <CompletesWith<std::optional<ReadPart>> Token = Await>
  auto read_part(MutableByteView out, Token&& token = {}) {
    return initiate<std::optional<ReadPart>>(token, &Stream::begin_read_part, *this, out);
  }

  // Ends our direction in order, after what was sent before: that arrives first. Completes at once
  // when it is this operation's turn. The peer may go on sending.
  template <CompletesWith<void> Token = Await>
  auto close(Token&& token = {}) {
    return initiate<void>(token, &Stream::begin_close, *this);
  }

  // Completes when both directions are over, and says how.
  template <CompletesWith<StreamClosed> Token = Await>
  auto closed(Token&& token = {}) {
    return initiate<StreamClosed>(token, &Stream::begin_closed, *this);
  }

  // Drops what has not arrived in our direction. A code is 0 or from 65,536 up. For this and the
  // next two: stream.closed, session.closed, base.invalid_argument.
  Result<void> reset(std::uint64_t code = 0);
  // Reads no more: asks the peer to stop sending.
  Result<void> stop(std::uint64_t code = 0);
  // Higher goes first; 0 at the beginning.
  Result<void> set_priority(std::uint8_t priority);

 private:
  struct Sending {
    ByteView bytes;
    wire::FrameType type;
    bool ends_message;
    bool whole;
  };
  struct SendAttempt;

  static void begin_send(Handler<std::size_t> handler, Stream self, Sending what);
  static void begin_receive(Handler<std::optional<Message>> handler, Stream self);
  static void begin_read_part(Handler<std::optional<ReadPart>> handler, Stream self,
                              MutableByteView out);
  static void begin_close(Handler<void> handler, Stream self);
  static void begin_closed(Handler<StreamClosed> handler, Stream self);

  std::shared_ptr<detail::SessionCore> session_;
  std::shared_ptr<detail::StreamCore> core_;
};

}  // namespace stt::async
