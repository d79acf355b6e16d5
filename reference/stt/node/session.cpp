#include <stt/node/session.hpp>

#include <stt/base/assert.hpp>
#include <stt/node/utf8.hpp>

namespace stt::node {
namespace {

constexpr std::size_t errors_queued_max = 16;
// A responder's session whose initiator never shows up ends after so many handshake deadlines.
constexpr int first_frame_deadlines = 3;

bool is_error(const wire::Carried& carried) {
  return carried.type == wire::FrameType::control &&
         carried.message_type == static_cast<std::uint8_t>(wire::ControlType::error);
}

// What an application may say in CLOSE, ERROR, RESET and STOP: the registry has the other codes.
//= STT-STREAM-060
Result<void> check_code(std::uint64_t code) {
  if (code != 0 && code <= 65'535) return fail(Errc::invalid_argument);
  return {};
}

Result<void> check_reason(std::uint64_t code, std::string_view text) {
  STT_TRY(check_code(code));
  //= STT-CONTROL-022
  if (text.size() > wire::reason_bytes_max || !is_utf8(text)) return fail(Errc::invalid_argument);
  return {};
}

crypto::Key& sending_chain(handshake::Established& established) {
  return established.role == Role::initiator ? established.chain_i2r : established.chain_r2i;
}

crypto::Key& receiving_chain(handshake::Established& established) {
  return established.role == Role::initiator ? established.chain_r2i : established.chain_i2r;
}

session::Reliability reliability_of(const Address& address) {
  return address.transport == Transport::websocket ? session::Reliability::reliable
                                                   : session::Reliability::unreliable;
}

Duration milliseconds(std::uint64_t count) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(count));
}

recovery::RecoveryConfig recovery_config(const Config& config,
                                         const handshake::Established& established) {
  return {.congestion_control = config.congestion_control,
          .datagram_bytes = config.datagram_bytes_initial,
          .peer_max_ack_delay = milliseconds(established.peer_parameters.max_ack_delay_ms),
          .round_trip = established.round_trip};
}

stream::Streams::Config streams_config(const Config& config,
                                       const handshake::Established& established) {
  return {.role = established.role,
          .ours = config.parameters,
          .theirs = established.peer_parameters,
          .receive_budget_bytes = config.receive_budget_bytes,
          .send_buffer_bytes = config.send_buffer_bytes};
}

std::string text_of(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

bool Session::is_of_streams(const wire::Carried& carried) {
  if (carried.type == wire::FrameType::control) {
    return carried.message_type == static_cast<std::uint8_t>(wire::ControlType::session_credit);
  }
  return carried.type == wire::FrameType::stream_control ||
         wire::is_stream_data(carried.type, carried.stream_id);
}

Result<std::unique_ptr<Session>> Session::begin(Instant now, SessionHandle handle,
                                                handshake::Established established,
                                                const Surroundings& node) {
  const session::Reliability reliability = reliability_of(established.address);
  const session::RotationLimits limits{node.config.rotate_after_bytes,
                                       node.config.rotate_after_time,
                                       node.config.rotate_after_messages};
  auto sealer = session::Sealer::create(now, std::move(sending_chain(established)), reliability,
                                        limits, node.random);
  if (!sealer) return fail(sealer.error());
  session::Opener opener(std::move(receiving_chain(established)), reliability);
  return std::unique_ptr<Session>(
      new Session(now, handle, established, {std::move(*sealer), std::move(opener)}, node));
}

Session::Session(Instant now, SessionHandle handle, const handshake::Established& established,
                 Protection protection, const Surroundings& node)
    : handle_(handle),
      facts_{established.session_id, established.peer, established.hint, established.role,
             established.peer_parameters},
      config_(node.config),
      random_(node.random),
      events_(node.events),
      reliability_(reliability_of(established.address)),
      sealer_(std::move(protection.sealer)),
      opener_(std::move(protection.opener)),
      path_(established.address),
      mtu_(now, {config_.datagram_bytes_initial, config_.datagram_bytes_max}),
      idle_(now, {milliseconds(config_.parameters.idle_timeout_ms),
                  milliseconds(established.peer_parameters.idle_timeout_ms),
                  milliseconds(config_.parameters.keep_alive_ms)}),
      acks_(milliseconds(config_.parameters.max_ack_delay_ms)),
      recovery_(recovery_config(config_, established)),
      streams_(streams_config(config_, established)),
      //= STT-HANDSHAKE-066
      // The responder keeps FINAL until a frame of ours opens: an idle initiator pings at once.
      ping_owed_(established.role == Role::initiator) {
  counters_.session_id = facts_.session_id;
  counters_.created = now;
  counters_.last_active = now;
  //= STT-SESSION-028
  if (facts_.role == Role::responder) {
    first_frame_deadline_ = now + first_frame_deadlines * config_.handshake_deadline;
  }
}

//= STT-WS-018
Duration Session::pto() const {
  return is_reliable() ? Duration(1s) : recovery_.pto();
}

//= STT-SESSION-027
void Session::linger(Instant now) {
  if (streams_.has_unread()) linger_deadline_ = now + config_.close_deadline;
}

Connected Session::connected() const {
  return {handle_, facts_.session_id, facts_.peer, facts_.hint, facts_.role, path_.current()};
}

bool Session::finished() const {
  return state_ == session::State::closed && !linger_deadline_;
}

bool Session::move(session::Input input) {
  const auto next = session::next(state_, input);
  if (!next) return false;
  state_ = *next;
  return true;
}

// Commands

Result<void> Session::close(Instant now, std::uint64_t code, std::string_view reason) {
  STT_TRY(check_reason(code, reason));
  if (!move(session::Input::close_requested)) {
    linger_deadline_.reset();  // nobody will read what is left
    return fail(Errc::session_closed);
  }
  close_reason_ = {code, std::string(reason)};
  flush_deadline_ = now + config_.close_deadline;
  streams_.close_all();
  return {};
}

Result<void> Session::rotate_keys(Instant now) {
  if (!session::moves_data(state_)) return fail(Errc::session_closed);
  return sealer_.rotate(now, random_);
}

Result<void> Session::ping() {
  if (!session::moves_data(state_)) return fail(Errc::session_closed);
  ping_owed_ = true;
  return {};
}

Result<void> Session::send_error(std::uint64_t code, std::string_view reason) {
  if (!session::moves_data(state_)) return fail(Errc::session_closed);
  STT_TRY(check_reason(code, reason));
  if (errors_out_.size() >= errors_queued_max) return fail(Errc::queue_full);
  errors_out_.push_back({++errors_made_, {code, std::string(reason)}});
  return {};
}

Result<StreamId> Session::open_stream() {
  if (!session::takes_new_data(state_)) return fail(Errc::session_closed);
  return streams_.open();
}

Result<std::size_t> Session::send(StreamId stream, ByteView bytes, bool end_of_message,
                                  wire::FrameType type) {
  if (!session::takes_new_data(state_)) return fail(Errc::session_closed);
  STT_TRY_ASSIGN(taken, streams_.send(stream, bytes, end_of_message, type));
  if (end_of_message && taken == bytes.size()) sealer_.count_message();
  return taken;
}

Result<ReadPart> Session::read(StreamId stream, MutableByteView out) {
  STT_TRY_ASSIGN(part, streams_.read(stream, out));
  return ReadPart{part.bytes, part.end_of_message, part.type};
}

Result<Message> Session::receive(StreamId stream) {
  STT_TRY_ASSIGN(message, streams_.receive(stream));
  return Message{message.type, std::move(message.bytes)};
}

Result<void> Session::set_priority(StreamId stream, std::uint8_t priority) {
  return streams_.set_priority(stream, priority);
}

Result<void> Session::close_stream(StreamId stream) {
  return streams_.close(stream);
}

Result<void> Session::reset_stream(StreamId stream, std::uint64_t code) {
  STT_TRY(check_code(code));
  return streams_.reset(stream, code);
}

Result<void> Session::stop_stream(StreamId stream, std::uint64_t code) {
  STT_TRY(check_code(code));
  return streams_.stop(stream, code);
}

Result<void> Session::send_datagram(wire::FrameType type, ByteView payload) {
  if (!session::takes_new_data(state_)) return fail(Errc::session_closed);
  if (!wire::is_custom(type)) return fail(Errc::stream_type_reserved);
  const auto header = sealer_.next_header(type, facts_.session_id, StreamId{});
  if (!header) return fail(header.error());
  const std::size_t frame_bytes =
      is_reliable()
          ? facts_.peer_parameters.max_frame_bytes
          : std::min<std::uint64_t>(facts_.peer_parameters.max_frame_bytes, mtu_.datagram_bytes());
  //= STT-DISPATCH-007
  const auto room = wire::payload_bytes_max(*header, frame_bytes);
  if (!room || payload.size() > *room) return fail(Errc::datagram_too_large);
  if (datagrams_out_.size() >= config_.datagram_queue_max) return fail(Errc::queue_full);
  datagrams_out_.push_back({type, to_bytes(payload)});
  counters_.bytes_sent += payload.size();
  ++counters_.messages_sent;
  sealer_.count_message();
  return {};
}

// Inputs

bool Session::handle_frame(Instant now, const Address& from, const wire::FrameView& frame,
                           MutableByteView bytes) {
  //= STT-WS-005
  //= STT-WS-006
  if (from.transport != path_.current().transport || (is_reliable() && from != path_.current())) {
    counters_.drops.add(Errc::wrong_transport);
    return false;
  }
  if (state_ == session::State::closed) {
    counters_.drops.add(Errc::unknown_session);
    return false;
  }
  const Sequence sequence = frame.header.sequence;
  const auto opened = opener_.open(now, pto(), bytes, frame);
  if (!opened) {
    counters_.drops.add(opened.error());
    return false;
  }
  ++counters_.frames_received;
  counters_.last_active = now;
  idle_.on_received(now);
  first_frame_deadline_.reset();
  if (!is_reliable() && session::moves_data(state_)) {
    follow(now, path_.on_frame(now, pto(), {from, sequence, opened->newest, frame.whole.size()}));
  }
  //= STT-FRAME-039
  if (frame.whole.size() > config_.parameters.max_frame_bytes) {
    end(now, Errc::frame_over_limit);
  } else {
    handle_payload(now, from, frame, opened->payload);
  }
  return true;
}

void Session::handle_payload(Instant now, const Address& from, const wire::FrameView& frame,
                             ByteView payload) {
  if (state_ == session::State::draining || state_ == session::State::closed) return;
  if (state_ == session::State::closing) {
    const auto message = wire::decode_control(payload);
    if (frame.header.type == wire::FrameType::control && message &&
        std::holds_alternative<wire::Close>(*message)) {
      move(session::Input::close_received);
    } else if (close_timer_->answers_frame()) {
      close_owed_ = true;
    }
    return;
  }
  bool ack_eliciting = true;
  const auto taken = take_payload(now, from, frame, payload, ack_eliciting);
  if (!taken) {
    //= STT-SESSION-012
    //= STT-SESSION-013
    end(now, taken.error());
  } else if (*taken != stream::Taken::stored) {
    counters_.drops.add(*taken == stream::Taken::dropped ? Errc::too_many_gaps
                                                         : Errc::stream_refused);
  } else if (!is_reliable() && session::moves_data(state_)) {
    //= STT-CONTROL-007
    acks_.on_received(now, frame.header.sequence, ack_eliciting);
  }
}

Result<stream::Taken> Session::take_payload(Instant now, const Address& from,
                                            const wire::FrameView& frame, ByteView payload,
                                            bool& ack_eliciting) {
  const wire::FrameType type = frame.header.type;
  const StreamId stream = frame.header.stream_id;
  if (wire::is_stream_data(type, stream)) {
    STT_TRY_ASSIGN(message, wire::decode_data(payload));
    return streams_.handle_data(type, stream, message);
  }
  if (type == wire::FrameType::stream_control) {
    STT_TRY_ASSIGN(message, wire::decode_stream_control(payload));
    return streams_.handle_stream_control(stream, message);
  }
  if (type == wire::FrameType::control) {
    STT_TRY_ASSIGN(message, wire::decode_control(payload));
    ack_eliciting = wire::is_ack_eliciting(message);
    STT_TRY(take_control(now, from, frame.header.sequence, message));
    return stream::Taken::stored;
  }
  take_datagram(type, payload);
  return stream::Taken::stored;
}

Result<void> Session::take_control(Instant now, const Address& from, Sequence sequence,
                                   const wire::ControlMessage& message) {
  if (const auto* ack = std::get_if<wire::Ack>(&message)) return take_ack(now, *ack);
  if (std::holds_alternative<wire::Ping>(message)) {
    owed_.on_ping(sequence);
  } else if (const auto* credit = std::get_if<wire::SessionCredit>(&message)) {
    streams_.handle_session_credit(credit->position);
  } else if (const auto* challenge = std::get_if<wire::PathChallenge>(&message)) {
    if (is_reliable()) return fail(Errc::control_type);
    owed_.on_path_challenge(sequence, from, *challenge);
  } else if (const auto* path_response = std::get_if<wire::PathResponse>(&message)) {
    if (is_reliable()) return fail(Errc::control_type);
    follow(now, path_.on_path_response(now, pto(), *path_response));
  } else if (const auto* close = std::get_if<wire::Close>(&message)) {
    on_peer_close(now, *close);
  } else if (const auto* error = std::get_if<wire::Error>(&message)) {
    //= STT-CONTROL-020
    events_.push(PeerError{handle_, error->code, text_of(error->reason)});
  }
  return {};  // a PONG has done its work by arriving
}

// The path has changed, if it has.
void Session::follow(Instant now, const std::optional<session::PathChanged>& changed) {
  if (!changed) return;
  //= STT-PATH-011
  //= STT-PATH-012
  recovery_.on_path_change(changed->new_ip);
  if (changed->new_ip) mtu_.reset(now);
  //= STT-PATH-017
  events_.push(PeerAddressChanged{handle_, changed->address});
}

Result<void> Session::take_ack(Instant now, const wire::Ack& ack) {
  if (is_reliable()) return fail(Errc::control_type);
  STT_TRY(recovery_.on_ack(now, ack, outcome_));
  acks_.on_peer_ack(ack);
  take_outcome(now);
  return {};
}

void Session::take_outcome(Instant now) {
  for (const recovery::FrameReport& report : outcome_.acked) {
    sealer_.on_acked(report.sequence);
    mtu_.on_acked(now, report.sequence, report.reach_bytes);
    on_carried_acked(report.carried);
  }
  for (const recovery::FrameReport& report : outcome_.late_acked) {
    sealer_.on_acked(report.sequence);
    on_carried_acked(report.carried);
  }
  for (const recovery::FrameReport& report : outcome_.lost) {
    mtu_.on_lost(now, report.sequence, report.reach_bytes);
    on_carried_lost(report.carried);
  }
  for (const recovery::FrameReport& report : outcome_.probe) {
    if (is_of_streams(report.carried)) streams_.on_lost(report.carried);
  }
  recovery_.set_datagram_bytes(mtu_.datagram_bytes());
}

void Session::on_carried_acked(const wire::Carried& carried) {
  if (is_of_streams(carried)) streams_.on_acked(carried);
  if (!is_error(carried)) return;
  std::erase_if(errors_out_,
                [&](const ErrorOut& error) { return error.number == carried.offset.value(); });
}

// What is neither of the streams nor an ERROR is not sent again.
//= STT-CONTROL-010
//= STT-DISPATCH-004
void Session::on_carried_lost(const wire::Carried& carried) {
  if (is_of_streams(carried)) streams_.on_lost(carried);
  if (!is_error(carried)) return;
  //= STT-CONTROL-026
  for (ErrorOut& error : errors_out_) {
    if (error.number == carried.offset.value()) error.sent = false;
  }
}

void Session::take_datagram(wire::FrameType type, ByteView payload) {
  //= STT-DISPATCH-005
  if (datagrams_queued_ >= config_.datagram_queue_max) {
    counters_.drops.add(Errc::queue_full);
    return;
  }
  ++datagrams_queued_;
  ++counters_.messages_received;
  counters_.bytes_received += payload.size();
  events_.push(DatagramReceived{handle_, type, to_bytes(payload)});
}

// The only place where a session stops moving data, which it does once. False if it had stopped
// before, or its state refuses the input.
bool Session::conclude(Instant now, session::Input input, Closed report) {
  const bool moved_data = session::moves_data(state_);
  if (!move(input) || !moved_data) return false;
  //= STT-SESSION-022
  //= STT-SESSION-023
  if (state_ != session::State::closed) close_timer_.emplace(now, pto());
  recovery_.discard();
  streams_.end_all();
  push_stream_events();
  // An application that has closed does not read what came meanwhile.
  if (input != session::Input::flushed) linger(now);
  events_.push(std::move(report));
  return true;
}

void Session::end(Instant now, Errc reason) {
  const std::string text(name(reason));
  if (!conclude(now, session::Input::fault, {handle_, reason, false, 0, text})) return;
  close_reason_ = {static_cast<std::uint64_t>(reason), text};
  close_owed_ = true;
}

void Session::on_peer_close(Instant now, const wire::Close& close) {
  conclude(now, session::Input::close_received,
           {handle_, Errc::session_closed, true, close.code, text_of(close.reason)});
}

void Session::push_stream_events() {
  using Kind = stream::StreamEvent::Kind;
  while (const auto event = streams_.poll_event()) {
    switch (event->kind) {
      case Kind::opened: events_.push(StreamOpened{handle_, event->stream}); break;
      case Kind::readable: events_.push(StreamReadable{handle_, event->stream}); break;
      case Kind::writable: events_.push(StreamWritable{handle_, event->stream}); break;
      case Kind::finished: events_.push(StreamFinished{handle_, event->stream}); break;
      case Kind::reset: events_.push(StreamReset{handle_, event->stream, event->code}); break;
      case Kind::closed:
        events_.push(StreamClosed{handle_, event->stream, event->reason, event->code});
        break;
    }
  }
}

void Session::handle_connection_lost(Instant now) {
  conclude(now, session::Input::connection_lost,
           {handle_, Errc::transport_failed, false, 0, "connection lost"});
}

void Session::handle_timeout(Instant now) {
  if (linger_deadline_ && *linger_deadline_ <= now) linger_deadline_.reset();
  if (close_timer_ && close_timer_->is_over(now)) move(session::Input::time_over);
  if (!session::moves_data(state_)) return;
  //= STT-SESSION-016
  if (idle_.is_over(now, pto()) || (first_frame_deadline_ && *first_frame_deadline_ <= now)) {
    const Errc reason = Errc::idle_timeout;
    conclude(now, session::Input::idle, {handle_, reason, false, 0, std::string(name(reason))});
    return;
  }
  if (idle_.keep_alive_due(now)) ping_owed_ = true;
  opener_.handle_timeout(now);
  if (is_reliable()) return;
  path_.handle_timeout(now);
  const std::uint32_t timeouts_before = recovery_.pto_count();
  recovery_.handle_timeout(now, outcome_);
  if (recovery_.pto_count() > timeouts_before) mtu_.on_pto(now, recovery_.pto_count());
  take_outcome(now);
}

void Session::work(Instant now) {
  push_stream_events();
  //= STT-SESSION-018
  if (state_ == session::State::flushing &&
      (streams_.flushed() || (flush_deadline_ && *flush_deadline_ <= now))) {
    close_owed_ = conclude(now, session::Input::flushed,
                           {handle_, Errc::no_error, false, 0, close_reason_.text});
  }
  if (linger_deadline_ && !streams_.has_unread()) linger_deadline_.reset();
}

SessionStatistics Session::statistics() const {
  SessionStatistics all = counters_;
  all.bytes_sent += streams_.counters().bytes_sent;
  all.bytes_received += streams_.counters().bytes_received;
  all.messages_sent += streams_.counters().messages_sent;
  all.messages_received += streams_.counters().messages_received;
  all.streams_open = streams_.open_count();
  all.memory_bytes = streams_.memory_bytes();
  all.drops.add(Errc::path_validation_failed, path_.trials_failed());
  all.frames_lost = recovery_.counters().frames_lost;
  all.rtt = recovery_.rtt().smoothed();
  all.rtt_min = recovery_.rtt().minimum();
  all.rtt_variation = recovery_.rtt().variation();
  all.congestion_window_bytes = recovery_.congestion_window();
  all.bytes_in_flight = recovery_.bytes_in_flight();
  all.datagram_bytes = mtu_.datagram_bytes();
  all.send_epoch = sealer_.epoch();
  all.receive_epoch = opener_.epoch();
  return all;
}

}  // namespace stt::node
