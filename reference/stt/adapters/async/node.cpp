#include <stt/adapters/async/node.hpp>

#include <boost/system/system_error.hpp>
#include <stt/adapters/async/connecting.hpp>

namespace stt::async {
namespace {

// It is written in braces in expressions with co_await, where g++ 12 would destroy a string twice.
static_assert(std::is_trivially_destructible_v<PeerOptions>);

template <class T>
T value_or_throw(Result<T> result) {
  if (!result) throw boost::system::system_error(make_error_code(result.error()));
  return std::move(*result);
}

}  // namespace

Node::Node(Core core) : core_(std::move(core)) {}

Node::Node(const net::any_io_executor& executor, const Seeds& seeds, NodeOptions options)
    : Node(value_or_throw(create(executor, seeds, std::move(options)))) {}

Result<Node> Node::create(const net::any_io_executor& executor, const Seeds& seeds,
                          NodeOptions options) {
  STT_TRY_ASSIGN(core, detail::NodeCore::create(executor, seeds, std::move(options)));
  return Node(std::move(core));
}

Node::~Node() {
  if (core_) core_->shut_down();
}

Node::Node(Node&&) noexcept = default;

Node& Node::operator=(Node&& other) noexcept {
  if (core_ && core_ != other.core_) core_->shut_down();
  core_ = std::move(other.core_);
  return *this;
}

Result<SeedHint> Node::add_shared_seed(ByteView shared_seed) {
  return core_->node()->add_shared_seed(shared_seed);
}

net::any_io_executor Node::get_executor() const {
  return core_->executor();
}
NodeId Node::id() const {
  return core_->node()->id();
}
NodeState Node::state() const {
  return core_->node()->state();
}
NodeStatistics Node::statistics() const {
  return core_->node()->statistics();
}
std::vector<Address> Node::local_addresses() const {
  return core_->driver() == nullptr ? std::vector<Address>{} : core_->driver()->local_addresses();
}
adapters::WebSocketCounters Node::websocket_counters() const {
  return core_->websocket_counters();
}
std::vector<Session> Node::sessions() const {
  return core_->sessions();
}

tl::expected<std::vector<Address>, adapters::ConnectionError> Node::listen_websocket(
    const adapters::WebSocketListen& options) {
  return core_->listen_websocket(options);
}

void Node::begin_start(Handler<void> handler, Core self) {
  WaitQueue& starters = self->starters;
  starters.begin<void>([self = std::move(self)] { return self->start(); }, std::move(handler));
}

void Node::begin_stop(Handler<void> handler, Core self) {
  self->begin_stop();
  WaitQueue& stoppers = self->stoppers;
  stoppers.begin<void>(
      [self = std::move(self)]() -> Result<void> {
        if (!self->stopped()) return fail(Errc::would_block);
        return {};
      },
      std::move(handler));
}

void Node::begin_accept(Handler<std::optional<Session>> handler, Core self) {
  WaitQueue& acceptors = self->acceptors;
  acceptors.begin<std::optional<Session>>(
      [self = std::move(self)] { return self->take_accepted(); }, std::move(handler));
}

void Node::begin_connect_udp(Handler<Session> handler, Core self, const std::string& host,
                             std::uint16_t port, PeerOptions options) {
  const auto connecting = std::make_shared<detail::Connecting>(std::move(self), options);
  connecting->resolve(host, port);
  connecting->finished.begin<Session>([connecting] { return connecting->take(); },
                                      std::move(handler));
}

void Node::begin_connect_websocket(Handler<Session> handler, Core self, const std::string& url,
                                   PeerOptions options) {
  const auto connecting = std::make_shared<detail::Connecting>(std::move(self), options);
  connecting->open_websocket(url);
  connecting->finished.begin<Session>([connecting] { return connecting->take(); },
                                      std::move(handler));
}

void Node::begin_receive(Handler<std::optional<Packet>> handler, Core self) {
  WaitQueue& receivers = self->receivers;
  receivers.begin<std::optional<Packet>>([self = std::move(self)] { return self->take_packet(); },
                                         std::move(handler));
}

}  // namespace stt::async
