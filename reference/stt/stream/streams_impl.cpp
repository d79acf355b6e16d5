#include <stt/stream/streams_impl.hpp>

#include <algorithm>

#include <stt/base/assert.hpp>
#include <stt/stream/saturating.hpp>

namespace stt::stream {

Streams::Impl::Impl(const Config& config)
    : config_(config),
      pool_(static_cast<std::size_t>(config.send_buffer_bytes / chunk_positions) + 64),
      lender_(config.ours, config.receive_budget_bytes),
      //= STT-STREAM-016
      next_id_(config.role == Role::initiator ? 1 : 2),
      session_limit_(config.theirs.initial_session_credit),
      session_granted_(config.ours.initial_session_credit),
      session_told_(config.ours.initial_session_credit) {
  update_session_credit();
}

bool Streams::Impl::is_ours(StreamId id) const {
  return (id.value() % 2 == 1) == (config_.role == Role::initiator);
}

Stream* Streams::Impl::find(StreamId id) {
  const auto at = streams_.find(id);
  return at == streams_.end() ? nullptr : at->second.get();
}

const Stream* Streams::Impl::find(StreamId id) const {
  const auto at = streams_.find(id);
  return at == streams_.end() ? nullptr : at->second.get();
}

Stream& Streams::Impl::create(StreamId id) {
  auto stream = std::make_unique<Stream>(id, pool_, config_);
  return *streams_.emplace(id, std::move(stream)).first->second;
}

void Streams::Impl::push_event(StreamEvent::Kind kind, const Stream& stream) {
  if (stream.refused) return;
  StreamEvent event{kind, stream.id};
  if (kind == StreamEvent::Kind::closed || kind == StreamEvent::Kind::reset) {
    event.reason = stream.reason;
    event.code = stream.code;
  }
  events_.push_back(event);
}

std::optional<StreamEvent> Streams::Impl::poll_event() {
  if (events_.empty()) return std::nullopt;
  const StreamEvent event = events_.front();
  events_.pop_front();
  return event;
}

void Streams::Impl::step(Stream& stream, StreamInput input) {
  if (const auto next_state = next(stream.state, input)) stream.state = *next_state;
}

void Streams::Impl::settle(Stream& stream) {
  if (ended_) return;
  count_for_session(stream);
  if (stream.send.state() > SendState::sending ||
      stream.receive.state() != ReceiveState::receiving) {
    step(stream, StreamInput::shut);
  }
  tell(stream);
  update_credit(stream);
  while (const auto holder = lender_.lend()) {
    Stream* const lucky = find(*holder);
    STT_ASSERT(lucky != nullptr);
    update_credit(*lucky);
    enqueue(*lucky);
  }
  update_session_credit();
  enqueue(stream);
  //= STT-STREAM-042
  if (stream.send.state() == SendState::done && stream.receive.state() == ReceiveState::done) {
    finish(stream);
  }
}

void Streams::Impl::count_for_session(Stream& stream) {
  const std::uint64_t used = stream.receive.used();
  const std::uint64_t given_back = stream.receive.given_back();
  session_used_ += used - stream.used_counted;
  session_returned_ += given_back - stream.given_back_counted;
  stream.used_counted = used;
  stream.given_back_counted = given_back;
}

void Streams::Impl::update_credit(Stream& stream) {
  const ReceiveState state = stream.receive.state();
  if (state == ReceiveState::stopped || state == ReceiveState::done) {
    lender_.drop(stream.id, stream.credit);
    stream.credit_pending = false;
  } else if (lender_.update(stream.id, stream.credit, stream.receive.demand())) {
    stream.credit_pending = true;
  }
}

// The peer is told when half of what it could have is used up, so that it never stands still for
// want of credit that is there.
void Streams::Impl::update_session_credit() {
  //= STT-FLOW-006
  const std::uint64_t target = saturating_add(session_returned_, lender_.budget());
  if (target <= session_granted_) return;
  if (session_granted_ - session_used_ > (target - session_used_) / 2) return;
  session_granted_ = target;
  session_credit_pending_ = true;
}

void Streams::Impl::tell(Stream& stream) {
  if (stream.receive.take_readable()) push_event(StreamEvent::Kind::readable, stream);
  if (!stream.finished_told && stream.receive.state() == ReceiveState::done) {
    stream.finished_told = true;
    const auto failure = stream.receive.failure();
    if (!failure) {
      push_event(StreamEvent::Kind::finished, stream);
    } else {
      stream.fail(*failure);
    }
  }
  if (stream.send.take_writable()) push_event(StreamEvent::Kind::writable, stream);
}

void Streams::Impl::finish(Stream& stream) {
  step(stream, StreamInput::both_done);
  STT_ASSERT(stream.state == StreamState::closed);
  push_event(StreamEvent::Kind::closed, stream);
  const StreamId id = stream.id;
  if (stream.refused) --refused_count_;
  closed_ids_.insert(id);
  if (stream.receive.failure() == Errc::stream_reset) reset_ids_.insert(id);
  streams_.erase(id);
  if (streams_.empty()) pool_.trim();
}

std::size_t Streams::Impl::memory_bytes() const {
  return sizeof(Impl) + pool_.memory_bytes() + streams_.size() * sizeof(Stream);
}

void Streams::Impl::check_invariants() const {
  std::uint64_t spare = 0;
  std::uint64_t outstanding = 0;
  std::uint64_t unread = 0;
  for (const auto& [id, stream] : streams_) {
    spare += stream->credit.spare;
    unread += stream->receive.used() - stream->receive.given_back();
    const ReceiveState state = stream->receive.state();
    if (state != ReceiveState::receiving && state != ReceiveState::size_known) continue;
    const CreditDemand demand = stream->receive.demand();
    const std::uint64_t to =
        std::min(stream->credit.granted, demand.final_position.value_or(~std::uint64_t{0}));
    outstanding += saturating_subtract(to, demand.consumed);
    if (lender_.holder() != id) {
      STT_ASSERT(saturating_subtract(to, demand.consumed) <= lender_.base() + stream->credit.spare);
    }
  }
  STT_ASSERT(ended_ || spare == lender_.spare_used());
  //= STT-FLOW-011
  STT_ASSERT(outstanding <= lender_.budget());
  STT_ASSERT(ended_ || unread == session_used_ - session_returned_);
  STT_ASSERT(session_used_ <= session_told_ && session_sent_ <= session_limit_);
  STT_ASSERT(open_count() <= 2 * config_.ours.max_streams);
}

// The facade.

Streams::Streams(const Config& config) : impl_(std::make_unique<Impl>(config)) {}
Streams::~Streams() = default;
Streams::Streams(Streams&&) noexcept = default;
Streams& Streams::operator=(Streams&&) noexcept = default;

Result<StreamId> Streams::open() {
  return impl_->open();
}
Result<std::size_t> Streams::send(StreamId id, ByteView bytes, bool end_of_message,
                                  wire::FrameType type) {
  return impl_->send(id, bytes, end_of_message, type);
}
Result<Part> Streams::read(StreamId id, MutableByteView out) {
  return impl_->read(id, out);
}
Result<MessageOut> Streams::receive(StreamId id) {
  return impl_->receive(id);
}
Result<void> Streams::close(StreamId id) {
  return impl_->close(id);
}
Result<void> Streams::reset(StreamId id, std::uint64_t code) {
  return impl_->reset(id, code);
}
Result<void> Streams::stop(StreamId id, std::uint64_t code) {
  return impl_->stop(id, code);
}
Result<void> Streams::set_priority(StreamId id, std::uint8_t priority) {
  return impl_->set_priority(id, priority);
}
Result<Taken> Streams::handle_data(wire::FrameType type, StreamId id,
                                   const wire::DataMessage& message) {
  return impl_->handle_data(type, id, message);
}
Result<Taken> Streams::handle_stream_control(StreamId id,
                                             const wire::StreamControlMessage& message) {
  return impl_->handle_stream_control(id, message);
}
void Streams::handle_session_credit(std::uint64_t position) {
  impl_->handle_session_credit(position);
}
bool Streams::wants_to_send() const {
  return impl_->wants_to_send();
}
std::optional<Outgoing> Streams::poll_frame(std::size_t payload_room) {
  return impl_->poll_frame(payload_room);
}
void Streams::write_payload(const Outgoing& frame, wire::Writer& writer) const {
  impl_->write_payload(frame, writer);
}
void Streams::on_acked(const wire::Carried& carried) {
  impl_->on_acked(carried);
}
void Streams::on_lost(const wire::Carried& carried) {
  impl_->on_lost(carried);
}
std::optional<StreamEvent> Streams::poll_event() {
  return impl_->poll_event();
}
bool Streams::flushed() const {
  return impl_->flushed();
}
bool Streams::has_unread() const {
  return impl_->has_unread();
}
bool Streams::is_complete(StreamId id) const {
  return impl_->is_complete(id);
}
void Streams::close_all() {
  impl_->close_all();
}
void Streams::end_all() {
  impl_->end_all();
}
std::size_t Streams::open_count() const {
  return impl_->open_count();
}
const Counters& Streams::counters() const {
  return impl_->counters();
}
std::size_t Streams::memory_bytes() const {
  return impl_->memory_bytes();
}
void Streams::check_invariants() const {
  impl_->check_invariants();
}

}  // namespace stt::stream
