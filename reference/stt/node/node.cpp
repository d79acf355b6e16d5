#include <stt/node/node.hpp>

#include <array>
#include <map>
#include <vector>

#include <stt/base/assert.hpp>
#include <stt/handshake/handshakes.hpp>
#include <stt/node/event_queue.hpp>
#include <stt/node/session.hpp>
#include <stt/node/timer_queue.hpp>

namespace stt {
namespace {

using node::Session;

handshake::HandshakeConfig handshake_config(const Config& config) {
  handshake::HandshakeConfig out;
  out.parameters = config.parameters;
  out.deadline = config.handshake_deadline;
  out.resend_first = config.handshake_resend;
  out.accepts = config.accepts;
  out.half_open_age_max = config.half_open_age_max;
  out.half_open_max = config.half_open_max;
  out.half_open_per_seed_max = config.half_open_per_seed_max;
  out.accept_peer = config.accept_peer;
  return out;
}

Result<void> check(const Config& config) {
  const wire::Parameters& parameters = config.parameters;
  //= STT-PARAM-010
  if (!wire::check(parameters)) return fail(Errc::config_invalid);
  const bool sizes = config.datagram_bytes_initial >= wire::datagram_bytes_min &&
                     config.datagram_bytes_max >= config.datagram_bytes_initial &&
                     config.datagram_bytes_max <= wire::datagram_bytes_max;
  //= STT-FLOW-005
  const bool streams_fit =
      parameters.max_message_bytes < config.receive_budget_bytes &&
      parameters.initial_stream_credit <=
          (config.receive_budget_bytes - parameters.max_message_bytes) / parameters.max_streams;
  const bool times =
      config.handshake_deadline > Duration::zero() && config.handshake_resend > Duration::zero() &&
      config.rotate_after_time > Duration::zero() && config.half_open_age_max > Duration::zero() &&
      config.close_deadline >= Duration::zero();
  const bool counts = config.send_buffer_bytes > 0 && config.rotate_after_bytes > 0 &&
                      config.rotate_after_messages > 0 && config.half_open_max > 0 &&
                      config.half_open_per_seed_max > 0;
  //= STT-NODE-018
  if (!sizes || !streams_fit || !times || !counts) return fail(Errc::config_invalid);
  return {};
}

}  // namespace

class Node::Impl final : public handshake::SessionIds {
 public:
  Impl(Config config, crypto::Identity identity, Random& random)
      : config_(std::move(config)),
        identity_(std::move(identity)),
        random_(random),
        handshakes_(handshake_config(config_), identity_, random_, *this) {}

  bool in_use(const SessionId& id) const override { return by_id_.contains(id); }

  // Runs `command` on an Active session and lets what follows from it happen.
  template <class Command>
  auto with(Instant now, SessionHandle handle, Command command)
      -> decltype(command(std::declval<Session&>())) {
    //= STT-NODE-005
    if (!takes_input()) return fail(Errc::state_violation);
    if (pending_by_session_.contains(handle)) return fail(Errc::not_active);
    Session* session = find(handle);
    if (session == nullptr) return fail(Errc::session_closed);
    auto result = command(*session);
    touch(now, *session);
    free_finished();
    return result;
  }

  Session* find(SessionHandle handle) const {
    const auto found = sessions_.find(handle);
    return found == sessions_.end() ? nullptr : found->second.get();
  }

  Result<SessionHandle> connect(Instant now, const ConnectOptions& options) {
    if (stopping_ || !takes_input()) return fail(Errc::state_violation);
    STT_TRY_ASSIGN(handshake, handshakes_.start(now, options.peer, options.seed, options.expected));
    const SessionHandle session = next_handle();
    pending_.emplace(handshake, session);
    pending_by_session_.emplace(session, handshake);
    return session;
  }

  // A connect that has not succeeded is given up; a session flushes and says CLOSE.
  Result<void> close(Instant now, SessionHandle handle, std::uint64_t code,
                     std::string_view reason) {
    if (const auto pending = pending_by_session_.find(handle);
        pending != pending_by_session_.end()) {
      handshakes_.cancel(pending->second);
      fail_pending(pending->second, Errc::session_closed);
      return {};
    }
    return with(now, handle, [&](Session& session) { return session.close(now, code, reason); });
  }

  void stop(Instant now) {
    //= STT-NODE-004
    if (state_ == NodeState::created) {
      state_ = NodeState::stopped;
      events_.push(Stopped{});
      return;
    }
    if (stopping_ || state_ == NodeState::stopped) return;
    stopping_ = true;
    while (!pending_.empty()) {
      handshakes_.cancel(pending_.begin()->first);
      fail_pending(pending_.begin()->first, Errc::node_stopped);
    }
    for (const auto& [handle, session] : sessions_) {
      // A session that is closing already goes on doing so.
      static_cast<void>(session->close(now, 0, {}));
      touch(now, *session);
    }
    free_finished();
    stop_when_idle();
  }

  void handle_datagram(Instant now, const Address& from, MutableByteView datagram) {
    //= STT-NODE-002
    if (!takes_input()) return;
    ++statistics_.datagrams_received;
    //= STT-DATAGRAM-002
    MutableByteView left = datagram;
    while (!left.empty()) {
      const wire::ParseResult parsed = wire::parse_frame(left);
      const auto* frame = std::get_if<wire::FrameView>(&parsed);
      if (frame == nullptr) {
        const auto* error = std::get_if<Errc>(&parsed);
        //= STT-DATAGRAM-004
        statistics_.drops.add(error != nullptr ? *error : Errc::frame_incomplete);
        //= STT-DATAGRAM-003
        break;
      }
      handle_frame(now, from, *frame, left.first(frame->whole.size()));
      left = left.subspan(frame->whole.size());
    }
    settle(now);
  }

  void handle_timeout(Instant now) {
    if (!takes_input()) return;
    handshakes_.handle_timeout(now);
    refresh_timers();
    // Each once: what is still due afterwards (an ACK, a paced frame) is for poll_transmit.
    while (Session* session = timers_.pop_due(now)) due_.push_back(session);
    for (Session* session : due_) {
      session->handle_timeout(now);
      touch(now, *session);
    }
    due_.clear();
    settle(now);
  }

  void handle_connection_lost(Instant now, const Address& connection) {
    //= STT-PATH-013
    if (connection.transport == Transport::udp) return;  // there is no connection to lose
    handle_connection_writable(connection);
    handshakes_.handle_connection_lost(connection);
    for (const auto& [handle, session] : sessions_) {
      if (session->address() != connection) continue;
      session->handle_connection_lost(now);
      touch(now, *session);
    }
    settle(now);
  }

  std::optional<Transmit> poll_handshake(Instant now, MutableByteView buffer) {
    if (!takes_input()) return std::nullopt;
    polled_at_ = now;
    const auto sent = handshakes_.poll_transmit(now, buffer);
    if (!sent) return std::nullopt;
    ++statistics_.datagrams_sent;
    return Transmit{sent->to, sent->size};
  }

  std::optional<Transmit> poll_sessions(Instant now, Transport transport, MutableByteView buffer) {
    if (!takes_input()) return std::nullopt;
    Turns& turns = turns_of(transport);
    while (!turns.ready.empty()) {
      if (turns.cursor >= turns.ready.size()) turns.cursor = 0;
      Session& session = *turns.ready[turns.cursor];
      const auto full = full_.find(session.address());
      if (full == full_.end()) {
        const auto sent = session.poll_transmit(now, buffer);
        note_timer_changed(session);
        if (sent) {
          ++turns.cursor;  // the next session's turn
          ++statistics_.datagrams_sent;
          return sent;
        }
        session.set_ready(false);
      } else {
        //= STT-NODE-019
        full->second.push_back(&session);  // stays ready, and waits there
      }
      turns.ready.erase(turns.ready.begin() + static_cast<std::ptrdiff_t>(turns.cursor));
    }
    return std::nullopt;
  }

  void handle_connection_full(const Address& connection) {
    if (connection.transport != Transport::udp) full_.try_emplace(connection);
  }

  void handle_connection_writable(const Address& connection) {
    const auto found = full_.find(connection);
    if (found == full_.end()) return;
    Turns& turns = turns_of(connection.transport);
    turns.ready.insert(turns.ready.end(), found->second.begin(), found->second.end());
    full_.erase(found);
  }

  std::optional<Event> poll_event() {
    auto event = events_.pop();
    if (const auto* datagram = event ? std::get_if<DatagramReceived>(&*event) : nullptr) {
      if (Session* session = find(datagram->session)) session->on_datagram_taken();
    }
    return event;
  }

  std::optional<Instant> poll_timeout() {
    // What was to be sent may have ended a session, after the events were asked for.
    if (!events_.empty()) return polled_at_;
    if (!takes_input()) return std::nullopt;
    refresh_timers();
    const auto a = handshakes_.poll_timeout();
    const auto b = timers_.next();
    if (!a || !b) return a ? a : b;
    return std::min(*a, *b);
  }

  Config config_;
  crypto::Identity identity_;
  NodeState state_ = NodeState::created;
  mutable NodeStatistics statistics_;
  handshake::Handshakes& handshakes() { return handshakes_; }
  void update_statistics() const {
    statistics_.half_open = handshakes_.half_open();
    statistics_.sessions = sessions_.size();
    const handshake::GivenUp given_up = handshakes_.given_up();
    statistics_.drops.add(Errc::handshake_timeout, given_up.expired - given_up_.expired);
    statistics_.drops.add(Errc::evicted, given_up.evicted - given_up_.evicted);
    given_up_ = given_up;
  }

 private:
  // Sessions of one transport that may have something to send, and whose turn it is.
  struct Turns {
    std::vector<Session*> ready;
    std::size_t cursor = 0;
  };

  Turns& turns_of(Transport transport) { return turns_[static_cast<std::size_t>(transport)]; }

  bool takes_input() const { return state_ == NodeState::started || state_ == NodeState::running; }

  SessionHandle next_handle() { return last_handle_ = last_handle_.next(); }

  void handle_frame(Instant now, const Address& from, const wire::FrameView& frame,
                    MutableByteView bytes) {
    if (frame.header.type == wire::FrameType::handshake ||
        frame.header.type == wire::FrameType::auth) {
      if (stopping_) {
        statistics_.drops.add(Errc::node_stopped);
        return;
      }
      if (const auto result = handshakes_.handle_frame(now, from, frame); !result) {
        statistics_.drops.add(result.error());
      }
      take_outcomes(now);
      return;
    }
    const auto found = by_id_.find(frame.header.session_id);
    if (found == by_id_.end()) {
      //= STT-SESSION-010
      statistics_.drops.add(Errc::unknown_session);
      return;
    }
    Session& session = *found->second;
    if (session.handle_frame(now, from, frame, bytes)) {
      handshakes_.session_frame_opened(session.id());
    }
    touch(now, session);
  }

  void take_outcomes(Instant now) {
    while (auto outcome = handshakes_.poll_outcome()) {
      if (const auto* failed = std::get_if<handshake::Failed>(&*outcome)) {
        fail_pending(failed->handle, failed->reason);
      } else {
        begin_session(now, std::get<handshake::Established>(std::move(*outcome)));
      }
    }
  }

  void begin_session(Instant now, handshake::Established established) {
    SessionHandle handle;
    const bool is_ours = established.handle.has_value();
    if (is_ours) {
      const auto pending = pending_.find(*established.handle);
      STT_ASSERT(pending != pending_.end());
      handle = pending->second;
      pending_by_session_.erase(handle);
      pending_.erase(pending);
    } else {
      handle = next_handle();
    }
    const SessionId id = established.session_id;
    STT_ASSERT(!by_id_.contains(id));
    auto session = Session::begin(now, handle, std::move(established), {config_, random_, events_});
    if (!session) {  // no randomness: there is no session
      handshakes_.session_ended(id);
      if (is_ours) events_.push(ConnectFailed{handle, session.error()});
      ++statistics_.handshakes_failed;
      return;
    }
    Session& begun = **session;
    sessions_.emplace(handle, std::move(*session));
    by_id_.emplace(id, &begun);
    state_ = NodeState::running;
    ++statistics_.handshakes_completed;
    events_.push(begun.connected());
    if (config_.single_session_per_peer) keep_one_session(now, begun);
    touch(now, begun);
  }

  // Of two sessions with one peer the one whose initiator has the smaller node id stays; if both
  // have the same initiator, it came back and the newer stays.
  //= STT-HANDSHAKE-075
  void keep_one_session(Instant now, Session& newer) {
    for (const auto& [handle, session] : sessions_) {
      Session& older = *session;
      if (&older == &newer || older.peer() != newer.peer() || !older.is_active()) continue;
      const bool newer_stays = older.role() == newer.role() ||
                               (newer.role() == Role::initiator) == (id() < newer.peer());
      Session& leaves = newer_stays ? older : newer;
      leaves.end(now, Errc::duplicate_session);
      touch(now, leaves);
      if (!newer_stays) return;
    }
  }

  NodeId id() const { return NodeId{identity_.node_id()}; }

  void fail_pending(handshake::HandshakeHandle handshake, Errc reason) {
    const auto pending = pending_.find(handshake);
    if (pending == pending_.end()) return;
    events_.push(ConnectFailed{pending->second, reason});
    ++statistics_.handshakes_failed;
    pending_by_session_.erase(pending->second);
    pending_.erase(pending);
  }

  // After anything that may have changed what a session wants.
  void touch(Instant now, Session& session) {
    session.work(now);
    note_timer_changed(session);
    if (session.finished()) {
      if (std::ranges::find(finished_, &session) == finished_.end()) finished_.push_back(&session);
    } else if (session.set_ready(true)) {
      turns_of(session.address().transport).ready.push_back(&session);
    }
  }

  // Many things happen to a session before anybody asks for its timer: it is computed then.
  void note_timer_changed(Session& session) {
    if (session.set_timer_changed(true)) timer_changed_.push_back(&session);
  }

  void refresh_timers() {
    for (Session* session : timer_changed_) {
      session->set_timer_changed(false);
      timers_.set(*session, session->poll_timeout());
    }
    timer_changed_.clear();
  }

  void take_from_queues(Session& session) {
    timers_.set(session, std::nullopt);
    if (session.set_timer_changed(false)) std::erase(timer_changed_, &session);
    if (!session.set_ready(false)) return;
    std::erase(turns_of(session.address().transport).ready, &session);
    const auto full = full_.find(session.address());
    if (full != full_.end()) std::erase(full->second, &session);
  }

  // The last step of every input and command: nobody holds a session any more.
  void free_finished() {
    for (Session* session : finished_) {
      take_from_queues(*session);
      by_id_.erase(session->id());
      handshakes_.session_ended(session->id());
      sessions_.erase(session->handle());
    }
    if (!finished_.empty()) stop_when_idle();
    finished_.clear();
  }

  void stop_when_idle() {
    if (!stopping_ || state_ == NodeState::stopped || !sessions_.empty()) return;
    state_ = NodeState::stopped;
    events_.push(Stopped{});
  }

  void settle(Instant now) {
    take_outcomes(now);
    free_finished();
  }

  Random& random_;
  handshake::Handshakes handshakes_;
  node::EventQueue events_;
  node::TimerQueue<Session> timers_;
  std::vector<Session*> timer_changed_;  // not yet known to timers_
  std::map<SessionHandle, std::unique_ptr<Session>> sessions_;
  std::map<SessionId, Session*> by_id_;
  std::map<handshake::HandshakeHandle, SessionHandle> pending_;
  std::map<SessionHandle, handshake::HandshakeHandle> pending_by_session_;
  std::vector<Session*> due_;   // within handle_timeout()
  std::array<Turns, 2> turns_;  // by transport
  // Connections that take no more for now, and their sessions that may have something to send.
  std::map<Address, std::vector<Session*>> full_;
  std::vector<Session*> finished_;  // to be freed
  SessionHandle last_handle_;
  bool stopping_ = false;
  Instant polled_at_{};
  mutable handshake::GivenUp given_up_;  // of those, counted already

  friend class Node;
};

Node::Node(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Node::~Node() = default;
Node::Node(Node&&) noexcept = default;
Node& Node::operator=(Node&&) noexcept = default;

Result<Node> Node::create(Config config, ByteView node_seed, Random& random) {
  STT_TRY(check(config));
  STT_TRY_ASSIGN(identity, crypto::Identity::from_seed(node_seed));
  return Node(std::make_unique<Impl>(std::move(config), std::move(identity), random));
}

Result<SeedHint> Node::add_shared_seed(ByteView shared_seed) {
  return impl_->handshakes().add_shared_seed(shared_seed);
}

NodeId Node::id() const {
  return NodeId{impl_->identity_.node_id()};
}
NodeState Node::state() const {
  return impl_->state_;
}

Result<void> Node::start(Instant) {
  if (impl_->state_ != NodeState::created) return fail(Errc::state_violation);
  impl_->state_ = NodeState::started;
  return {};
}

void Node::stop(Instant now) {
  impl_->stop(now);
}

Result<SessionHandle> Node::connect(Instant now, const ConnectOptions& options) {
  return impl_->connect(now, options);
}

Result<void> Node::close(Instant now, SessionHandle session, std::uint64_t code,
                         std::string_view reason) {
  return impl_->close(now, session, code, reason);
}

Result<void> Node::rotate_keys(Instant now, SessionHandle session) {
  return impl_->with(now, session, [&](Session& s) { return s.rotate_keys(now); });
}

Result<void> Node::ping(Instant now, SessionHandle session) {
  return impl_->with(now, session, [&](Session& s) { return s.ping(); });
}

Result<void> Node::send_error(Instant now, SessionHandle session, std::uint64_t code,
                              std::string_view reason) {
  return impl_->with(now, session, [&](Session& s) { return s.send_error(code, reason); });
}

Result<StreamId> Node::open_stream(Instant now, SessionHandle session) {
  return impl_->with(now, session, [&](Session& s) { return s.open_stream(); });
}

// A struct for two parameters that have defaults serves nobody.
// NOLINTNEXTLINE(readability-function-size)
Result<std::size_t> Node::send(Instant now, SessionHandle session, StreamId stream, ByteView bytes,
                               bool end_of_message, wire::FrameType type) {
  return impl_->with(now, session,
                     [&](Session& s) { return s.send(stream, bytes, end_of_message, type); });
}

Result<ReadPart> Node::read(Instant now, SessionHandle session, StreamId stream,
                            MutableByteView out) {
  return impl_->with(now, session, [&](Session& s) { return s.read(stream, out); });
}

Result<Message> Node::receive(Instant now, SessionHandle session, StreamId stream) {
  return impl_->with(now, session, [&](Session& s) { return s.receive(stream); });
}

bool Node::is_complete(SessionHandle session, StreamId stream) const {
  const Session* found = impl_->find(session);
  return found != nullptr && found->is_complete(stream);
}

Result<void> Node::set_priority(SessionHandle session, StreamId stream, std::uint8_t priority) {
  Session* found = impl_->find(session);
  if (found == nullptr) return fail(Errc::session_closed);
  return found->set_priority(stream, priority);
}

Result<void> Node::close_stream(Instant now, SessionHandle session, StreamId stream) {
  return impl_->with(now, session, [&](Session& s) { return s.close_stream(stream); });
}

Result<void> Node::reset_stream(Instant now, SessionHandle session, StreamId stream,
                                std::uint64_t code) {
  return impl_->with(now, session, [&](Session& s) { return s.reset_stream(stream, code); });
}

Result<void> Node::stop_stream(Instant now, SessionHandle session, StreamId stream,
                               std::uint64_t code) {
  return impl_->with(now, session, [&](Session& s) { return s.stop_stream(stream, code); });
}

Result<void> Node::send_datagram(Instant now, SessionHandle session, wire::FrameType type,
                                 ByteView payload) {
  return impl_->with(now, session, [&](Session& s) { return s.send_datagram(type, payload); });
}

std::optional<SessionStatistics> Node::statistics(SessionHandle session) const {
  const Session* found = impl_->find(session);
  if (found == nullptr) return std::nullopt;
  return found->statistics();
}

const NodeStatistics& Node::statistics() const {
  impl_->update_statistics();
  return impl_->statistics_;
}

void Node::handle_datagram(Instant now, const Address& from, MutableByteView datagram) {
  impl_->handle_datagram(now, from, datagram);
}

void Node::handle_timeout(Instant now) {
  impl_->handle_timeout(now);
}

void Node::handle_connection_lost(Instant now, const Address& connection) {
  impl_->handle_connection_lost(now, connection);
}

std::optional<Event> Node::poll_event() {
  return impl_->poll_event();
}

void Node::handle_connection_full(const Address& connection) {
  impl_->handle_connection_full(connection);
}

void Node::handle_connection_writable(const Address& connection) {
  impl_->handle_connection_writable(connection);
}

std::optional<Transmit> Node::poll_transmit(Instant now, MutableByteView buffer) {
  auto sent = poll_transmit(now, Transport::udp, buffer);
  if (!sent) sent = impl_->poll_sessions(now, Transport::websocket, buffer);
  return sent;
}

std::optional<Transmit> Node::poll_transmit(Instant now, Transport only, MutableByteView buffer) {
  auto sent = impl_->poll_handshake(now, buffer);
  if (!sent) sent = impl_->poll_sessions(now, only, buffer);
  return sent;
}

std::optional<Instant> Node::poll_timeout() const {
  return impl_->poll_timeout();
}

}  // namespace stt
