// What the application asks of its streams.
#include <algorithm>

#include <boost/container/small_vector.hpp>

#include <stt/base/assert.hpp>
#include <stt/stream/streams_impl.hpp>

namespace stt::stream {

Result<StreamId> Streams::Impl::open() {
  if (ended_) return fail(Errc::session_closed);
  //= STT-STREAM-018
  if (next_id_ > 65'535) return fail(Errc::stream_ids_exhausted);
  //= STT-STREAM-023
  //= STT-STREAM-024
  if (open_count() >= std::min(config_.ours.max_streams, config_.theirs.max_streams)) {
    return fail(Errc::stream_limit);
  }
  const StreamId id(static_cast<std::uint16_t>(next_id_));
  //= STT-STREAM-017
  next_id_ += 2;
  Stream& stream = create(id);
  stream.open_pending = true;
  settle(stream);
  return id;
}

Result<Stream*> Streams::Impl::lookup(StreamId id) {
  Stream* const stream = find(id);
  if (stream && !stream->refused) return stream;
  if (reset_ids_.contains(id)) return fail(Errc::stream_reset);
  if (stream || closed_ids_.contains(id)) return fail(Errc::stream_closed);
  return fail(Errc::stream_unknown);
}

Result<std::size_t> Streams::Impl::send(StreamId id, ByteView bytes, bool end_of_message,
                                        wire::FrameType type) {
  if (ended_) return fail(Errc::session_closed);
  if (type != wire::FrameType::data && !wire::is_custom(type)) {
    return fail(Errc::stream_type_reserved);
  }
  STT_TRY_ASSIGN(found, lookup(id));
  Stream& stream = *found;
  const auto taken = stream.send.append(bytes, end_of_message, type);
  if (taken) enqueue(stream);
  return taken;
}

Result<Part> Streams::Impl::read(StreamId id, MutableByteView out) {
  STT_TRY_ASSIGN(found, lookup(id));
  auto part = found->receive.read(out);
  if (!part && part.error() == Errc::would_block && ended_) return fail(Errc::stream_incomplete);
  settle(*found);
  return part;
}

Result<MessageOut> Streams::Impl::receive(StreamId id) {
  STT_TRY_ASSIGN(found, lookup(id));
  auto message = found->receive.receive();
  if (!message && message.error() == Errc::would_block && ended_) {
    return fail(Errc::stream_incomplete);
  }
  if (!message && message.error() == Errc::message_too_large) {
    //= STT-STREAM-014
    stop_stream(*found, static_cast<std::uint64_t>(Errc::message_too_large),
                Errc::message_too_large);
  }
  settle(*found);
  return message;
}

Result<void> Streams::Impl::close(StreamId id) {
  if (ended_) return fail(Errc::session_closed);
  STT_TRY_ASSIGN(found, lookup(id));
  //= STT-STREAM-041
  if (found->send.close()) settle(*found);
  return {};
}

Result<void> Streams::Impl::reset(StreamId id, std::uint64_t code) {
  if (ended_) return fail(Errc::session_closed);
  STT_TRY_ASSIGN(found, lookup(id));
  if (!found->send.cut(code)) return {};
  found->fail(Errc::stream_cancelled);
  settle(*found);
  return {};
}

Result<void> Streams::Impl::stop(StreamId id, std::uint64_t code) {
  if (ended_) return fail(Errc::session_closed);
  STT_TRY_ASSIGN(found, lookup(id));
  stop_stream(*found, code, Errc::stream_cancelled);
  settle(*found);
  return {};
}

void Streams::Impl::stop_stream(Stream& stream, std::uint64_t code, Errc reason) {
  if (!stream.receive.stop(reason)) return;
  stream.fail(reason);
  // Where everything has arrived there is nothing left to ask for.
  stream.stop_pending = stream.receive.state() == ReceiveState::stopped;
  stream.stop_code = code;
}

Result<void> Streams::Impl::set_priority(StreamId id, std::uint8_t priority) {
  STT_TRY_ASSIGN(found, lookup(id));
  Stream& stream = *found;
  if (stream.in_ready && priority != stream.priority) {
    Ring<StreamId>& queue = ready_[stream.priority];
    for (std::size_t left = queue.size(); left > 0; --left) {
      const StreamId other = queue.front();
      queue.pop_front();
      if (other != id) queue.push_back(other);
    }
    stream.in_ready = false;
  }
  //= STT-STREAM-029
  stream.priority = priority;
  enqueue(stream);
  return {};
}

void Streams::Impl::close_all() {
  boost::container::small_vector<StreamId, 8> ids;
  for (const auto& [id, stream] : streams_) ids.push_back(id);
  // Settling a stream may free it, and that changes no other.
  for (const StreamId id : ids) {
    Stream* const stream = find(id);
    if (stream != nullptr && stream->send.close()) settle(*stream);
  }
}

void Streams::Impl::end_all() {
  if (ended_) return;
  ended_ = true;
  session_credit_pending_ = false;
  urgent_.clear();
  ready_.clear();
  for (const auto& [id, stream] : streams_) {
    const bool complete = stream->send.state() == SendState::done && stream->receive.is_complete();
    if (!complete) stream->fail(Errc::stream_incomplete);
    stream->send.abandon();
    stream->in_urgent = stream->in_ready = false;
    step(*stream, StreamInput::session_ends);
    push_event(StreamEvent::Kind::closed, *stream);
  }
}

}  // namespace stt::stream
