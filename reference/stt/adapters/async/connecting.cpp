#include <stt/adapters/async/connecting.hpp>

#include <algorithm>

namespace stt::async::detail {
namespace {

constexpr std::size_t addresses_max = 4;        // a node has at most that many pending per seed
constexpr Duration next_address_after = 250ms;  // RFC 8305, Connection Attempt Delay

}  // namespace

Connecting::Connecting(std::shared_ptr<NodeCore> core, PeerOptions options)
    : finished(core->executor()),
      core_(std::move(core)),
      options_(options),
      resolver_(core_->executor()),
      next_(core_->executor()) {
  if (!options_.seed) options_.seed = core_->first_seed();
  core_->add(*this);
}

Connecting::~Connecting() {
  core_->remove(*this);
  give_up_others();
  give_up_connection();
  if (session_ && core_->node() != nullptr) {  // nobody came to take it
    (void)core_->node()->close(adapters::steady_now(), session_->handle());
    core_->pump();
  }
}

void Connecting::resolve(const std::string& host, std::uint16_t port) {
  if (core_->node() == nullptr || port == 0) return fail_with(Errc::address_unusable);
  if (const auto address = adapters::parse_ip(host, port)) {
    addresses_ = {*address};
    return try_next();
  }
  resolving_ = true;
  resolver_.async_resolve(
      host, std::to_string(port),
      [weak = weak_from_this()](const error_code& error, const auto& found) {
        const auto self = weak.lock();
        if (!self || error == net::error::operation_aborted) return;
        self->resolving_ = false;
        for (const auto& entry : found) {
          const auto address =
              adapters::parse_ip(entry.endpoint().address().to_string(), entry.endpoint().port());
          const bool known =
              address && std::ranges::find(self->addresses_, *address) != self->addresses_.end();
          if (address && !known && self->addresses_.size() < addresses_max) {
            self->addresses_.push_back(*address);
          }
        }
        self->try_next();
      });
}

void Connecting::open_websocket(const std::string& url) {
  if (core_->stopped()) return fail_with(Errc::node_stopped);
  if (core_->node()->state() == ::stt::NodeState::created) return fail_with(Errc::state_violation);
  const auto parsed = adapters::parse_websocket_url(url);
  if (!parsed) return fail_with(Errc::url_malformed);
  opening_ = core_->websockets()->connect({*parsed, core_->options().tls},
                                          [weak = weak_from_this()](const auto& opened) {
                                            if (const auto self = weak.lock())
                                              self->on_opened(opened);
                                          });
}

void Connecting::on_opened(const tl::expected<Address, adapters::ConnectionError>& opened) {
  opening_.reset();
  if (!opened) return fail_with(opened.error().code);
  connection_ = *opened;
  addresses_ = {*opened};
  try_next();
}

// One address after the other, without waiting for each to fail.
void Connecting::try_next() {
  if (session_ || core_->stopped()) return;
  while (!addresses_.empty()) {
    const Address address = addresses_.front();
    addresses_.pop_front();
    if (!connection_ && !core_->driver()->can_reach(address)) continue;
    const auto handle = core_->node()->connect(adapters::steady_now(),
                                               {address, *options_.seed, options_.expected});
    if (!handle) {
      failure_ = handle.error();
      continue;
    }
    pending_.insert(*handle);
    core_->watch(*handle, *this);
    core_->pump();
    break;
  }
  if (!addresses_.empty()) {
    next_.expires_after(next_address_after);
    next_.async_wait([weak = weak_from_this()](const error_code& error) {
      const auto self = weak.lock();
      if (self && !error) self->try_next();
    });
  }
  if (pending_.empty()) finished.notify();
}

void Connecting::on_connected(std::shared_ptr<SessionCore> session) {
  pending_.erase(session->handle());
  session_ = std::move(session);
  connection_.reset();
  give_up_others();
  finished.notify();
}

void Connecting::on_failed(SessionHandle handle, Errc reason) {
  pending_.erase(handle);
  // How its connection ended says more.
  failure_ = reason == Errc::transport_failed ? connection_ended_.value_or(reason) : reason;
  if (!session_ && !addresses_.empty()) return try_next();
  finished.notify();
}

void Connecting::on_connection_ended(const Address& connection, Errc reason) {
  if (connection_ == connection) connection_ended_ = reason;
}

void Connecting::give_up_connection() {
  if (!opening_ && !connection_) return;
  adapters::WebSocketTransport* const websockets = core_->websockets();
  if (websockets == nullptr) return;
  if (opening_) websockets->cancel(*opening_);
  if (connection_) websockets->close(*connection_);
}

void Connecting::give_up_others() {
  next_.cancel();
  addresses_.clear();
  for (const SessionHandle handle : pending_) {
    core_->unwatch(handle);
    if (core_->node() == nullptr) continue;
    (void)core_->node()->close(adapters::steady_now(), handle);
    core_->pump();
  }
  pending_.clear();
}

void Connecting::fail_with(Errc reason) {
  failure_ = reason;
  finished.notify();
}

Result<Session> Connecting::take() {
  if (session_) return Session(std::exchange(session_, nullptr));
  if (core_->stopped()) return fail(Errc::node_stopped);
  if (resolving_ || opening_ || !addresses_.empty() || !pending_.empty())
    return fail(Errc::would_block);
  return fail(failure_);
}

}  // namespace stt::async::detail
