#include <stt/adapters/asio/node_driver.hpp>

#include <deque>
#include <map>

#include <boost/asio/post.hpp>
#include <stt/adapters/asio/event_loop_impl.hpp>
#include <stt/adapters/asio/steady_clock.hpp>
#include <stt/adapters/asio/udp_transport.hpp>
#include <stt/base/assert.hpp>

namespace stt::adapters {
namespace {

// One wake-up does no more than this before other handlers have their turn.
constexpr int transmit_rounds_max = 16;
constexpr int pump_rounds_max = 16;
// A round of messages: one message may be a whole frame of the largest size.
constexpr std::size_t message_bytes_a_round = 128U << 10;
// How long a connection may stand after we have said CLOSE on it.
constexpr Duration connection_farewell = 3s;

}  // namespace

class NodeDriver::Impl final : public DatagramSink, public ConnectionSink {
 public:
  Impl(const net::any_io_executor& executor, Node& node, OnEvent on_event)
      : executor_(executor), node_(node), on_event_(std::move(on_event)), timer_(executor) {}
  ~Impl() {
    if (connections_ != nullptr) connections_->attach(nullptr);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Result<void> open_udp(const UdpOptions& options) {
    STT_ASSERT(!udp_);
    STT_TRY_ASSIGN(opened, UdpTransport::open(executor_, options, *this));
    udp_ = std::move(opened);
    return {};
  }
  void use_connections(ConnectionTransport& connections) {
    STT_ASSERT(connections_ == nullptr);
    connections_ = &connections;
    message_ = std::make_unique_for_overwrite<std::byte[]>(wire::frame_bytes_max);
    connections.attach(this);
  }
  const UdpTransport* udp() const { return udp_.get(); }

  void pump();
  void pump_soon();

  NodeDriverCounters counters() const {
    NodeDriverCounters out = counters_;
    if (udp_) {
      out.sends_deferred += udp_->sends_deferred();
      out.unroutable += udp_->unroutable();
    }
    return out;
  }

  // DatagramSink
  void on_arrivals(std::span<const Arrival> arrivals) override;
  void on_wake_up() override;

  // ConnectionSink
  void on_message(const Address& connection, MutableByteView message) override;
  void on_room(const Address& connection) override;
  void on_lost(const Address& connection) override;

 private:
  struct Farewell {
    Instant until;
    Address connection;
  };

  bool report_events(Instant now);
  void follow_session(Instant now, const Event& event);
  void say_farewell(Instant now);
  void transmit(Instant now);
  bool transmit_datagrams(Instant now);
  bool transmit_messages(Instant now);
  void hand_over(const Transmit& transmit, ByteView bytes);
  void set_timer();

  net::any_io_executor executor_;
  Node& node_;
  OnEvent on_event_;
  std::unique_ptr<UdpTransport> udp_;
  ConnectionTransport* connections_ = nullptr;
  std::unique_ptr<std::byte[]> message_;            // the next one for a connection
  std::map<SessionHandle, Address> on_connection_;  // sessions that live on connections
  std::deque<Farewell> farewells_;
  net::steady_timer timer_;
  std::optional<Instant> armed_;  // when timer_ fires; maybe too early, never too late
  bool in_event_ = false;
  bool pump_posted_ = false;
  bool yielded_ = false;  // others have their turn before more is sent
  NodeDriverCounters counters_;
  HandlerOwner handlers_;
};

// Inputs

// The contract of the Node asks for polls after every input. Events are polled that often; what is
// to be sent only once a batch, so that one acknowledgement answers many datagrams.
void NodeDriver::Impl::on_arrivals(std::span<const Arrival> arrivals) {
  const Instant now = steady_now();
  for (const Arrival& arrival : arrivals) {
    MutableByteView left = arrival.bytes;
    while (!left.empty()) {
      const std::size_t size = std::min(left.size(), arrival.segment_bytes);
      node_.handle_datagram(now, arrival.from, left.first(size));
      left = left.subspan(size);
    }
    report_events(now);
  }
  transmit(now);
}

void NodeDriver::Impl::on_wake_up() {
  ++counters_.wake_ups;
  pump();
}

void NodeDriver::Impl::on_message(const Address& connection, MutableByteView message) {
  ++counters_.wake_ups;
  node_.handle_datagram(steady_now(), connection, message);
  pump();
}

void NodeDriver::Impl::on_room(const Address& connection) {
  ++counters_.wake_ups;
  node_.handle_connection_writable(connection);
  pump();
}

void NodeDriver::Impl::on_lost(const Address& connection) {
  ++counters_.wake_ups;
  node_.handle_connection_lost(steady_now(), connection);
  pump();
}

// Events

// Whether there were any.
bool NodeDriver::Impl::report_events(Instant now) {
  bool any = false;
  in_event_ = true;
  while (const auto event = node_.poll_event()) {
    if (connections_ != nullptr) follow_session(now, *event);
    on_event_(now, *event);
    any = true;
  }
  in_event_ = false;
  return any;
}

// A connection may do more once a session is Active on it, and ends with that session.
//= STT-WS-016
void NodeDriver::Impl::follow_session(Instant now, const Event& event) {
  if (const auto* connected = std::get_if<Connected>(&event)) {
    if (connected->address.transport != Transport::websocket) return;
    on_connection_.emplace(connected->session, connected->address);
    connections_->on_authenticated(connected->address);
  } else if (const auto* closed = std::get_if<Closed>(&event)) {
    const auto found = on_connection_.find(closed->session);
    if (found == on_connection_.end()) return;
    // Where no CLOSE is on its way there is nothing to wait for.
    if (closed->by_peer || closed->reason == Errc::idle_timeout) {
      connections_->close(found->second);
    } else {
      farewells_.push_back({now + connection_farewell, found->second});
    }
    on_connection_.erase(found);
  }
}

void NodeDriver::Impl::say_farewell(Instant now) {
  while (!farewells_.empty() && farewells_.front().until <= now) {
    connections_->close(farewells_.front().connection);
    farewells_.pop_front();
  }
}

void NodeDriver::Impl::pump() {
  if (in_event_) return;  // whoever reports this event goes on
  const Instant now = steady_now();
  const auto due = node_.poll_timeout();
  if (due && *due <= now) node_.handle_timeout(now);
  say_farewell(now);
  report_events(now);
  transmit(now);
  // Sending makes room, and room makes events, whose commands want to be sent.
  for (int round = 0; report_events(now); ++round) {
    if (round == pump_rounds_max) {
      pump_soon();
      break;
    }
    transmit(now);
  }
  set_timer();
}

void NodeDriver::Impl::pump_soon() {
  if (in_event_ || std::exchange(pump_posted_, true)) return;
  net::post(executor_, handlers_.unless_dead([this] {
    pump_posted_ = false;
    yielded_ = false;
    pump();
  }));
}

// Outputs

void NodeDriver::Impl::transmit(Instant now) {
  if (yielded_) return;
  for (int round = 0; round < transmit_rounds_max; ++round) {
    const bool datagrams = udp_ && transmit_datagrams(now);
    const bool messages = connections_ != nullptr && transmit_messages(now);
    if (!datagrams && !messages) return;
  }
  yielded_ = true;
  pump_soon();
}

// Sends what was gathered, and gathers more; false if there is none, or the system takes none.
bool NodeDriver::Impl::transmit_datagrams(Instant now) {
  if (!udp_->flush()) return false;
  TransmitQueue& queue = udp_->queue();
  while (const auto room = queue.room()) {
    const auto next = node_.poll_transmit(now, Transport::udp, *room);
    if (!next) break;
    if (next->to.transport == Transport::udp) {
      queue.add(next->to, next->size);
    } else {
      hand_over(*next, room->first(next->size));
    }
  }
  return !queue.empty();
}

bool NodeDriver::Impl::transmit_messages(Instant now) {
  const MutableByteView room(message_.get(), wire::frame_bytes_max);
  std::size_t bytes = 0;
  while (bytes < message_bytes_a_round) {
    const auto next = node_.poll_transmit(now, Transport::websocket, room);
    if (!next) break;
    hand_over(*next, room.first(next->size));
    bytes += next->size;
  }
  return bytes > 0;
}

// To a connection; or a handshake's datagram, which is lost like on any network if there is no
// room.
void NodeDriver::Impl::hand_over(const Transmit& transmit, ByteView bytes) {
  if (transmit.to.transport == Transport::websocket && connections_ != nullptr) {
    if (!connections_->has_room(transmit.to)) {
      ++counters_.unroutable;
      return;
    }
    connections_->send(transmit.to, bytes);
    if (!connections_->has_room(transmit.to)) node_.handle_connection_full(transmit.to);
    return;
  }
  const auto room =
      udp_ && transmit.to.transport == Transport::udp ? udp_->queue().room() : std::nullopt;
  if (!room) {
    ++counters_.unroutable;
    return;
  }
  std::ranges::copy(bytes, room->begin());
  udp_->queue().add(transmit.to, transmit.size);
}

// A timer that is set for an earlier moment stays: most deadlines move on before they come, and
// firing once in vain is cheaper than setting the timer after every datagram.
void NodeDriver::Impl::set_timer() {
  auto due = node_.poll_timeout();
  if (!farewells_.empty()) due = std::min(due.value_or(Instant::max()), farewells_.front().until);
  if (!due || (armed_ && *armed_ <= *due)) return;
  armed_ = due;
  timer_.expires_at(steady_time(*due));
  timer_.async_wait(handlers_.unless_dead([this] {
    ++counters_.wake_ups;
    armed_.reset();
    pump();
  }));
}

NodeDriver::NodeDriver(EventLoop& loop, Node& node, OnEvent on_event)
    : NodeDriver(net::any_io_executor(loop.impl().context.get_executor()), node,
                 std::move(on_event)) {}

NodeDriver::NodeDriver(const net::any_io_executor& executor, Node& node, OnEvent on_event)
    : impl_(std::make_unique<Impl>(executor, node, std::move(on_event))) {}

NodeDriver::~NodeDriver() = default;
NodeDriver::NodeDriver(NodeDriver&&) noexcept = default;
NodeDriver& NodeDriver::operator=(NodeDriver&&) noexcept = default;

Result<void> NodeDriver::open_udp(const UdpOptions& options) {
  return impl_->open_udp(options);
}

void NodeDriver::use_connections(ConnectionTransport& connections) {
  impl_->use_connections(connections);
}

std::vector<Address> NodeDriver::local_addresses() const {
  return impl_->udp() == nullptr ? std::vector<Address>{} : impl_->udp()->local_addresses();
}

bool NodeDriver::can_reach(const Address& peer) const {
  return impl_->udp() != nullptr && impl_->udp()->can_reach(peer);
}

void NodeDriver::pump() {
  impl_->pump();
}

void NodeDriver::pump_soon() {
  impl_->pump_soon();
}

NodeDriverCounters NodeDriver::counters() const {
  return impl_->counters();
}

UdpSocketCounters NodeDriver::socket_counters() const {
  return impl_->udp() == nullptr ? UdpSocketCounters{} : impl_->udp()->socket_counters();
}

}  // namespace stt::adapters
