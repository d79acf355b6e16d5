#include <stt/adapters/async/node_core.hpp>

namespace stt::async {
namespace {

// What an attempt to read says: the end in order is no error, but nothing.
template <class T>
Result<std::optional<T>> or_nothing(Result<T> result) {
  if (result) return std::optional<T>(std::move(*result));
  if (result.error() == Errc::stream_closed) return std::optional<T>();
  return fail(result.error());
}

}  // namespace

// Gives a message, or a part of one, to the send buffer in as many steps as it takes.
struct Stream::SendAttempt {
  Stream stream;
  Sending what;
  bool begun = false;
  std::size_t done = 0;

  Result<std::size_t> operator()() {
    detail::NodeCore& core = *stream.session_->node;
    bool& message_open = stream.core_->message_open;
    if (core.node() == nullptr) return fail(Errc::node_stopped);
    //= STT-NODE-021
    if (what.whole && !begun && message_open) return fail(Errc::state_violation);
    STT_TRY_ASSIGN(taken,
                   core.node()->send(adapters::steady_now(), stream.session_->handle(), stream.id(),
                                     what.bytes.subspan(done), what.ends_message, what.type));
    core.pump();
    begun |= taken > 0;
    done += taken;
    if (done < what.bytes.size()) {
      message_open |= done > 0;
      return fail(Errc::would_block);
    }
    message_open = what.ends_message ? false : message_open || done > 0;
    return done;
  }

  std::optional<std::size_t> progress() const {
    return done == 0 ? std::nullopt : std::optional(done);
  }
};

StreamId Stream::id() const {
  return core_ ? core_->id : StreamId{};
}

Session Stream::session() const {
  return Session(session_);
}

void Stream::begin_send(Handler<std::size_t> handler, Stream self, Sending what) {
  WaitQueue& writers = self.core_->writers;
  writers.begin<std::size_t>(SendAttempt{std::move(self), what}, std::move(handler));
}

void Stream::begin_receive(Handler<std::optional<Message>> handler, Stream self) {
  self.core_->claimed = true;
  WaitQueue& readers = self.core_->readers;
  readers.begin<std::optional<Message>>(
      [self = std::move(self)] { return or_nothing(self.core_->take_message()); },
      std::move(handler));
}

void Stream::begin_read_part(Handler<std::optional<ReadPart>> handler, Stream self,
                             MutableByteView out) {
  self.core_->claimed = true;
  WaitQueue& readers = self.core_->readers;
  readers.begin<std::optional<ReadPart>>(
      [self = std::move(self), out] { return or_nothing(self.core_->take_part(out)); },
      std::move(handler));
}

void Stream::begin_close(Handler<void> handler, Stream self) {
  WaitQueue& writers = self.core_->writers;
  writers.begin<void>(
      [self = std::move(self)]() -> Result<void> {
        detail::NodeCore& core = *self.session_->node;
        if (core.node() == nullptr) return fail(Errc::node_stopped);
        const auto closed =
            core.node()->close_stream(adapters::steady_now(), self.session_->handle(), self.id());
        core.pump();
        // Over is over: whoever closes need not know that the peer was faster.
        if (!closed && closed.error() != Errc::stream_closed) return fail(closed.error());
        return {};
      },
      std::move(handler));
}

void Stream::begin_closed(Handler<StreamClosed> handler, Stream self) {
  WaitQueue& watchers = self.core_->watchers;
  watchers.begin<StreamClosed>(
      [self = std::move(self)]() -> Result<StreamClosed> {
        if (self.core_->ended) return *self.core_->ended;
        return fail(self.session_->node->node() == nullptr ? Errc::node_stopped
                                                           : Errc::would_block);
      },
      std::move(handler));
}

Result<void> Stream::reset(std::uint64_t code) {
  detail::NodeCore& core = *session_->node;
  if (core.node() == nullptr) return fail(Errc::node_stopped);
  core.pump();
  STT_TRY(core.node()->reset_stream(adapters::steady_now(), session_->handle(), id(), code));
  core_->writers.notify();
  return {};
}

Result<void> Stream::stop(std::uint64_t code) {
  detail::NodeCore& core = *session_->node;
  if (core.node() == nullptr) return fail(Errc::node_stopped);
  core.pump();
  STT_TRY(core.node()->stop_stream(adapters::steady_now(), session_->handle(), id(), code));
  core_->readers.notify();
  return {};
}

Result<void> Stream::set_priority(std::uint8_t priority) {
  detail::NodeCore& core = *session_->node;
  if (core.node() == nullptr) return fail(Errc::node_stopped);
  return core.node()->set_priority(session_->handle(), id(), priority);
}

}  // namespace stt::async
