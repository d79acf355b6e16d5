#include <stt/handshake/handshakes.hpp>

#include <deque>
#include <map>
#include <set>
#include <vector>

#include <stt/base/assert.hpp>
#include <stt/handshake/initiator.hpp>
#include <stt/handshake/responder_table.hpp>

namespace stt::handshake {

class Handshakes::Impl final : public SessionIds {
 public:
  Impl(HandshakeConfig config, const crypto::Identity& identity, Random& random,
       const SessionIds& session_ids)
      : config_(std::move(config)),
        node_session_ids_(session_ids),
        environment_{config_, identity, random, *this},
        responders_({.age_max = config_.half_open_age_max,
                     .total_max = config_.half_open_max,
                     .per_seed_max = config_.half_open_per_seed_max}) {
    STT_ASSERT(wire::check(config_.parameters));
    STT_ASSERT(config_.resend_first > Duration::zero() && config_.deadline > Duration::zero());
    STT_ASSERT(config_.half_open_max > 0 && config_.half_open_per_seed_max > 0);
  }

  Result<SeedHint> add_shared_seed(ByteView seed);
  Result<HandshakeHandle> start(Instant now, const Initiator::Plan& plan);
  void cancel(HandshakeHandle handle);
  Result<void> handle_frame(Instant now, const Address& from, const wire::FrameView& frame);
  void forget_final(const SessionId& id, bool session_lives);
  void handle_connection_lost(const Address& connection);
  void handle_timeout(Instant now);
  std::optional<Transmit> poll_transmit(MutableByteView buffer);
  std::optional<Outcome> poll_outcome();
  std::optional<Instant> poll_timeout() const;

  const HandshakeConfig& config() const { return config_; }
  const ResponderTable& responders() const { return responders_; }
  std::size_t pending() const { return initiators_.size(); }
  void check_invariants() const;

  // An id is taken by a session of the node, by a handshake of ours, or by one that has succeeded
  // and of which the node has not heard yet.
  bool in_use(const SessionId& id) const override;

 private:
  struct Pair {
    PairKeys keys;
    std::vector<HandshakeHandle> pending;
  };
  struct Pending {
    Initiator machine;
    Instant wake;  // as in timers_
  };

  Result<void> handle_handshake(Instant now, const Address& from, const wire::FrameView& frame);
  Result<void> handle_hello(Pair& pair, const HelloFrame& frame, const OpenedMessage& opened);
  Result<void> handle_auth(Instant now, const Address& from, const wire::FrameView& frame);
  Result<void> handle_proof(Instant now, const Address& from, const wire::FrameView& frame,
                            HandshakeHandle handle);
  Result<void> handle_final(Instant now, const Address& from, const wire::FrameView& frame,
                            HandshakeHandle handle);
  Pending& pending_of(HandshakeHandle handle);
  void reschedule(HandshakeHandle handle, Pending& pending);
  void wake_initiator(Instant now, HandshakeHandle handle);
  void erase_initiator(HandshakeHandle handle);
  void fail_initiator(HandshakeHandle handle, Errc reason);

  HandshakeConfig config_;
  const SessionIds& node_session_ids_;
  Environment environment_;
  std::map<SeedHint, Pair> pairs_;
  HandshakeHandle last_handle_;
  std::map<HandshakeHandle, Pending> initiators_;
  std::map<SessionId, HandshakeHandle> awaiting_final_;
  std::set<std::pair<Instant, HandshakeHandle>> timers_;  // of initiators
  ResponderTable responders_;
  std::set<HandshakeHandle> due_;  // initiators whose frame() is to be sent
  std::deque<Outcome> outcomes_;
};

bool Handshakes::Impl::in_use(const SessionId& id) const {
  const auto established_with_id = [&](const Outcome& outcome) {
    const auto* established = std::get_if<Established>(&outcome);
    return established != nullptr && established->session_id == id;
  };
  return node_session_ids_.in_use(id) || responders_.find_session(id).has_value() ||
         awaiting_final_.contains(id) || std::ranges::any_of(outcomes_, established_with_id);
}

//= STT-IDENTITY-009
//= STT-IDENTITY-010
//= STT-IDENTITY-011
Result<SeedHint> Handshakes::Impl::add_shared_seed(ByteView seed) {
  STT_TRY_ASSIGN(as_node, crypto::Identity::from_seed(seed));
  if (as_node.node_id() == environment_.identity.node_id()) {
    return fail(Errc::seed_equals_node_seed);
  }
  STT_TRY_ASSIGN(secrets, crypto::PairSecrets::from_seed(seed));
  const SeedHint hint{secrets.hint};
  if (pairs_.contains(hint)) return fail(Errc::seed_in_use);
  pairs_.emplace(hint, Pair{PairKeys(std::move(secrets.psk)), {}});
  return hint;
}

Result<HandshakeHandle> Handshakes::Impl::start(Instant now, const Initiator::Plan& plan) {
  const auto found = pairs_.find(plan.hint);
  if (found == pairs_.end()) return fail(Errc::unknown_seed);
  Pair& pair = found->second;
  //= STT-HANDSHAKE-073
  if (pair.pending.size() >= config_.pending_per_seed_max) return fail(Errc::too_many_pending);
  Initiator machine(environment_, pair.keys, plan);
  STT_TRY(machine.start(now));

  last_handle_ = last_handle_.next();
  pair.pending.push_back(last_handle_);
  const Instant wake = machine.wake();
  initiators_.emplace(last_handle_, Pending{std::move(machine), wake});
  timers_.emplace(wake, last_handle_);
  due_.insert(last_handle_);
  return last_handle_;
}

void Handshakes::Impl::cancel(HandshakeHandle handle) {
  const auto found = initiators_.find(handle);
  if (found == initiators_.end()) return;
  const std::optional<SessionId> id = found->second.machine.session_id();
  if (id) awaiting_final_.erase(*id);
  found->second.machine.abandon();
  erase_initiator(handle);
}

Result<void> Handshakes::Impl::handle_frame(Instant now, const Address& from,
                                            const wire::FrameView& frame) {
  if (frame.header.type == wire::FrameType::handshake) return handle_handshake(now, from, frame);
  STT_ASSERT(frame.header.type == wire::FrameType::auth);
  return handle_auth(now, from, frame);
}

//= STT-HANDSHAKE-031
//= STT-HANDSHAKE-054
Result<void> Handshakes::Impl::handle_handshake(Instant now, const Address& from,
                                                const wire::FrameView& frame) {
  const auto found = pairs_.find(frame.hint());
  //= STT-HANDSHAKE-030
  if (found == pairs_.end()) return fail(Errc::unknown_hint);
  Pair& pair = found->second;

  // The same bytes have the same h1: a copy costs a hash.
  //= STT-HANDSHAKE-077
  const crypto::Digest h1 = extend(pair.keys.h0.view(), frame.whole);
  if (const auto known = responders_.find_hello(h1)) {
    STT_TRY(responders_.find(*known)->handle_hello_again(from));
    responders_.owe_reply(*known);
    return {};
  }

  // Shorter than a RESPONSE, it is none, and as a HELLO it would be worth more than it cost.
  //= STT-HANDSHAKE-023
  if (frame.whole.size() < response_frame_bytes()) return fail(Errc::hello_too_short);

  // The clear bytes do not tell HELLO from RESPONSE; at most 1 + pending_per_seed_max keys do.
  OpenedMessage opened;
  //= STT-HANDSHAKE-058
  if (opened.open(pair.keys.hello, frame)) {
    return handle_hello(pair, {.arrived = now, .from = from, .frame = frame, .h1 = h1}, opened);
  }
  for (const HandshakeHandle handle : pair.pending) {
    Pending& pending = pending_of(handle);
    const Result<void> result = pending.machine.handle_response(now, from, frame);
    if (!result && result.error() == Errc::authentication_failed) continue;
    STT_TRY(result);
    awaiting_final_.emplace(*pending.machine.session_id(), handle);
    reschedule(handle, pending);
    due_.insert(handle);
    return {};
  }
  return fail(Errc::authentication_failed);
}

Result<void> Handshakes::Impl::handle_hello(Pair& pair, const HelloFrame& frame,
                                            const OpenedMessage& opened) {
  //= STT-NODE-015
  if (!config_.accepts) return fail(Errc::unexpected_message);
  STT_TRY_ASSIGN(hello, wire::decode_hello(opened.payload()));
  STT_TRY_ASSIGN(responder, Responder::answer(environment_, pair.keys, frame, hello));
  last_handle_ = last_handle_.next();
  responders_.add(last_handle_, std::move(responder));
  responders_.owe_reply(last_handle_);
  return {};
}

//= STT-HANDSHAKE-052
//= STT-HANDSHAKE-053
Result<void> Handshakes::Impl::handle_auth(Instant now, const Address& from,
                                           const wire::FrameView& frame) {
  const SessionId& id = frame.header.session_id;
  if (const auto handle = responders_.find_session(id)) {
    return handle_proof(now, from, frame, *handle);
  }
  if (const auto found = awaiting_final_.find(id); found != awaiting_final_.end()) {
    return handle_final(now, from, frame, found->second);
  }
  return fail(Errc::unexpected_message);
}

Result<void> Handshakes::Impl::handle_proof(Instant now, const Address& from,
                                            const wire::FrameView& frame, HandshakeHandle handle) {
  Responder& responder = *responders_.find(handle);
  if (responder.state() == responder::State::final_sent) {
    STT_TRY(responder.handle_proof_again(from, frame));
    responders_.owe_reply(handle);
    return {};
  }
  auto established = responder.handle_proof(now, from, frame);
  if (!established) {
    if (responder.state() == responder::State::failed) responders_.erase(handle);
    return fail(established.error());
  }
  responders_.confirm(handle);
  outcomes_.emplace_back(std::move(*established));
  responders_.owe_reply(handle);
  return {};
}

Result<void> Handshakes::Impl::handle_final(Instant now, const Address& from,
                                            const wire::FrameView& frame, HandshakeHandle handle) {
  Pending& pending = pending_of(handle);
  auto established = pending.machine.handle_final(now, from, frame);
  if (!established) {
    if (pending.machine.state() == initiator::State::failed) {
      awaiting_final_.erase(frame.header.session_id);
      //= STT-HANDSHAKE-076
      fail_initiator(handle, established.error());
    }
    return fail(established.error());
  }
  established->handle = handle;
  outcomes_.emplace_back(std::move(*established));
  awaiting_final_.erase(frame.header.session_id);
  erase_initiator(handle);
  return {};
}

//= STT-HANDSHAKE-065
void Handshakes::Impl::forget_final(const SessionId& id, bool session_lives) {
  const auto handle = responders_.find_session(id);
  if (!handle) return;
  Responder& responder = *responders_.find(*handle);
  if (responder.state() != responder::State::final_sent) return;
  if (session_lives) {
    responder.confirm();
  } else {
    responder.end();
  }
  responders_.erase(*handle);
}

//= STT-WS-004
void Handshakes::Impl::handle_connection_lost(const Address& connection) {
  // Datagrams have no connection to lose.
  if (connection.transport == Transport::udp) return;
  responders_.drop_connection(connection);
  std::vector<HandshakeHandle> lost;
  for (const auto& [handle, pending] : initiators_) {
    if (pending.machine.plan().peer == connection) lost.push_back(handle);
  }
  for (const HandshakeHandle handle : lost) {
    cancel(handle);
    outcomes_.emplace_back(Failed{handle, Errc::transport_failed});
  }
}

void Handshakes::Impl::handle_timeout(Instant now) {
  responders_.expire(now);
  while (!timers_.empty() && timers_.begin()->first <= now) {
    wake_initiator(now, timers_.begin()->second);
  }
}

void Handshakes::Impl::wake_initiator(Instant now, HandshakeHandle handle) {
  Pending& pending = pending_of(handle);
  const std::optional<SessionId> before = pending.machine.session_id();
  const Result<bool> send = pending.machine.handle_timeout(now);
  // The session id of a proof that nobody answered is free again.
  if (before && pending.machine.session_id() != before) awaiting_final_.erase(*before);
  if (!send) {
    fail_initiator(handle, send.error());
    return;
  }
  if (*send) due_.insert(handle);
  reschedule(handle, pending);
}

Handshakes::Impl::Pending& Handshakes::Impl::pending_of(HandshakeHandle handle) {
  const auto found = initiators_.find(handle);
  STT_ASSERT(found != initiators_.end());
  return found->second;
}

void Handshakes::Impl::reschedule(HandshakeHandle handle, Pending& pending) {
  timers_.erase({pending.wake, handle});
  pending.wake = pending.machine.wake();
  timers_.emplace(pending.wake, handle);
}

void Handshakes::Impl::erase_initiator(HandshakeHandle handle) {
  const Pending& pending = pending_of(handle);
  timers_.erase({pending.wake, handle});
  due_.erase(handle);
  std::erase(pairs_.at(pending.machine.plan().hint).pending, handle);
  initiators_.erase(handle);
}

void Handshakes::Impl::fail_initiator(HandshakeHandle handle, Errc reason) {
  erase_initiator(handle);
  outcomes_.emplace_back(Failed{handle, reason});
}

std::optional<Transmit> Handshakes::Impl::poll_transmit(MutableByteView buffer) {
  Address to;
  ByteView frame;
  if (!due_.empty()) {
    const Initiator& machine = pending_of(*due_.begin()).machine;
    due_.erase(due_.begin());
    to = machine.plan().peer;
    frame = machine.frame();
  } else if (const auto reply = responders_.take_reply()) {
    to = reply->to;
    frame = reply->frame;
  } else {
    return std::nullopt;
  }
  STT_ASSERT(buffer.size() >= frame.size());
  std::ranges::copy(frame, buffer.begin());
  return Transmit{to, frame.size()};
}

std::optional<Outcome> Handshakes::Impl::poll_outcome() {
  if (outcomes_.empty()) return std::nullopt;
  std::optional<Outcome> outcome(std::move(outcomes_.front()));
  outcomes_.pop_front();
  return outcome;
}

std::optional<Instant> Handshakes::Impl::poll_timeout() const {
  std::optional<Instant> first = responders_.next_expiry();
  if (!timers_.empty()) {
    const Instant own = timers_.begin()->first;
    first = first ? std::min(*first, own) : own;
  }
  return first;
}

void Handshakes::Impl::check_invariants() const {
  responders_.check_invariants();
  STT_ASSERT(timers_.size() == initiators_.size());
  STT_ASSERT(awaiting_final_.size() <= initiators_.size());
}

Handshakes::Handshakes(HandshakeConfig config, const crypto::Identity& identity, Random& random,
                       const SessionIds& session_ids)
    : impl_(std::make_unique<Impl>(std::move(config), identity, random, session_ids)) {}
Handshakes::~Handshakes() = default;
Handshakes::Handshakes(Handshakes&&) noexcept = default;
Handshakes& Handshakes::operator=(Handshakes&&) noexcept = default;

Result<SeedHint> Handshakes::add_shared_seed(ByteView seed) {
  return impl_->add_shared_seed(seed);
}

Result<HandshakeHandle> Handshakes::start(Instant now, const Address& peer, const SeedHint& hint,
                                          std::optional<NodeId> expected) {
  auto handle = impl_->start(now, {.peer = peer,
                                   .hint = hint,
                                   .expected = expected,
                                   .deadline = now + impl_->config().deadline});
  impl_->check_invariants();
  return handle;
}

void Handshakes::cancel(HandshakeHandle handle) {
  impl_->cancel(handle);
  impl_->check_invariants();
}

Result<void> Handshakes::handle_frame(Instant now, const Address& from,
                                      const wire::FrameView& frame) {
  Result<void> result = impl_->handle_frame(now, from, frame);
  impl_->check_invariants();
  return result;
}

void Handshakes::session_frame_opened(const SessionId& id) {
  impl_->forget_final(id, true);
}

void Handshakes::session_ended(const SessionId& id) {
  impl_->forget_final(id, false);
}

void Handshakes::handle_connection_lost(const Address& connection) {
  impl_->handle_connection_lost(connection);
  impl_->check_invariants();
}

void Handshakes::handle_timeout(Instant now) {
  impl_->handle_timeout(now);
  impl_->check_invariants();
}

std::optional<Transmit> Handshakes::poll_transmit(Instant, MutableByteView buffer) {
  return impl_->poll_transmit(buffer);
}

std::optional<Outcome> Handshakes::poll_outcome() {
  return impl_->poll_outcome();
}

std::optional<Instant> Handshakes::poll_timeout() const {
  return impl_->poll_timeout();
}

std::size_t Handshakes::half_open() const {
  return impl_->responders().half_open();
}

std::size_t Handshakes::pending() const {
  return impl_->pending();
}

std::size_t Handshakes::finals_kept() const {
  return impl_->responders().size() - impl_->responders().half_open();
}

GivenUp Handshakes::given_up() const {
  return {.expired = impl_->responders().expired(), .evicted = impl_->responders().evicted()};
}

}  // namespace stt::handshake
