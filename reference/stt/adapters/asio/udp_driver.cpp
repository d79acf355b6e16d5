#include <stt/adapters/asio/udp_driver.hpp>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/container/static_vector.hpp>
#include <stt/adapters/asio/event_loop_impl.hpp>
#include <stt/adapters/asio/transmit_queue.hpp>

namespace stt::adapters {
namespace {

// One wake-up does no more than this before other handlers have their turn.
constexpr int receive_rounds_max = 4;
constexpr int transmit_rounds_max = 16;
constexpr int pump_rounds_max = 16;
constexpr Duration no_buffers_pause = 1ms;
constexpr int port_tries_max = 16;

struct Endpoint {
  Endpoint(net::io_context& context, UdpSocket opened)
      : socket(std::move(opened)), waiter(context, socket.descriptor()) {}
  ~Endpoint() { waiter.release(); }  // the descriptor is the socket's

  UdpSocket socket;
  net::posix::stream_descriptor waiter;
};

}  // namespace

class UdpDriver::Impl {
 public:
  Impl(EventLoop& loop, Node& node, OnEvent on_event)
      : loop_(loop.impl()),
        node_(node),
        on_event_(std::move(on_event)),
        timer_(loop_.context),
        pause_(loop_.context) {}

  void add(UdpSocket socket) {
    endpoints_.emplace_back(std::make_unique<Endpoint>(loop_.context, std::move(socket)));
    wait_readable(*endpoints_.back());
  }

  void pump();

  Endpoint* endpoint_for(const Address& peer) const {
    if (peer.transport != Transport::udp) return nullptr;
    for (const auto& endpoint : endpoints_) {
      if (family_of(endpoint->socket.local()) == family_of(peer)) return endpoint.get();
    }
    return nullptr;
  }
  std::span<const std::unique_ptr<Endpoint>> endpoints() const { return endpoints_; }
  const UdpDriverCounters& counters() const { return counters_; }

 private:
  void wait_readable(Endpoint& endpoint);
  void wait_writable(Endpoint& endpoint);
  void pause(Duration duration);
  void resume();
  void receive(Endpoint& endpoint);
  bool report_events(Instant now);
  void transmit(Instant now);
  bool flush();
  void set_timer();

  // A handler that may already be queued when its driver dies, and then does nothing.
  template <class Action>
  auto unless_dead(Action action) {
    return [alive = std::weak_ptr<char>(alive_),
            action = std::move(action)](const boost::system::error_code& error) {
      if (error != net::error::operation_aborted && !alive.expired()) action();
    };
  }

  EventLoop::Impl& loop_;
  Node& node_;
  OnEvent on_event_;
  boost::container::static_vector<std::unique_ptr<Endpoint>, 2> endpoints_;
  ReceiveBatch batch_;
  TransmitQueue queue_;
  net::steady_timer timer_;
  std::optional<Instant> armed_;  // when timer_ fires; maybe too early, never too late
  net::steady_timer pause_;
  bool deferred_ = false;  // nothing is sent until a waiter or pause_ calls resume()
  bool in_event_ = false;
  UdpDriverCounters counters_;
  std::shared_ptr<char> alive_ = std::make_shared<char>();
};

void UdpDriver::Impl::wait_readable(Endpoint& endpoint) {
  endpoint.waiter.async_wait(net::posix::stream_descriptor::wait_read,
                             unless_dead([this, &endpoint] {
                               ++counters_.wake_ups;
                               receive(endpoint);
                               pump();
                               wait_readable(endpoint);
                             }));
}

// The contract of the Node asks for polls after every input. Events are polled that often; what is
// to be sent only once a batch, so that one acknowledgement answers many datagrams.
void UdpDriver::Impl::receive(Endpoint& endpoint) {
  for (int round = 0; round < receive_rounds_max; ++round) {
    const Instant now = loop_.now();
    const std::span<const Arrival> arrivals = endpoint.socket.receive(batch_);
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
    if (arrivals.size() < ReceiveBatch::messages_max) return;
  }
}

// Whether there were any.
bool UdpDriver::Impl::report_events(Instant now) {
  bool any = false;
  in_event_ = true;
  while (const auto event = node_.poll_event()) {
    on_event_(now, *event);
    any = true;
  }
  in_event_ = false;
  return any;
}

void UdpDriver::Impl::pump() {
  if (in_event_) return;  // whoever reports this event goes on
  const Instant now = loop_.now();
  const auto due = node_.poll_timeout();
  if (due && *due <= now) node_.handle_timeout(now);
  report_events(now);
  transmit(now);
  // Sending makes room, and room makes events, whose commands want to be sent.
  for (int round = 0; report_events(now); ++round) {
    if (round == pump_rounds_max) {
      if (!deferred_) pause(Duration::zero());
      break;
    }
    transmit(now);
  }
  set_timer();
}

void UdpDriver::Impl::transmit(Instant now) {
  for (int round = 0; round < transmit_rounds_max; ++round) {
    if (deferred_ || !flush()) return;
    while (const auto room = queue_.room()) {
      const auto datagram = node_.poll_transmit(now, *room);
      if (!datagram) break;
      queue_.add(datagram->to, datagram->size);
    }
    if (queue_.empty()) return;
  }
  pause(Duration::zero());
}

// Sends what is gathered; false if the system wants us to wait.
bool UdpDriver::Impl::flush() {
  while (const TransmitQueue::Run* const run = queue_.front()) {
    Endpoint* const endpoint = endpoint_for(run->to);
    if (endpoint == nullptr) {
      counters_.unroutable += run->datagrams;
      queue_.consume(run->size);
      continue;
    }
    const SendResult result =
        endpoint->socket.send(run->to, queue_.bytes(*run), run->segment_bytes);
    if (result.bytes_done > 0) queue_.consume(result.bytes_done);
    if (result.outcome == SendOutcome::sent) continue;
    ++counters_.sends_deferred;
    if (result.outcome == SendOutcome::blocked) {
      wait_writable(*endpoint);
    } else {
      pause(no_buffers_pause);
    }
    return false;
  }
  return true;
}

void UdpDriver::Impl::wait_writable(Endpoint& endpoint) {
  deferred_ = true;
  endpoint.waiter.async_wait(net::posix::stream_descriptor::wait_write,
                             unless_dead([this] { resume(); }));
}

void UdpDriver::Impl::pause(Duration duration) {
  deferred_ = true;
  pause_.expires_after(duration);
  pause_.async_wait(unless_dead([this] { resume(); }));
}

void UdpDriver::Impl::resume() {
  ++counters_.wake_ups;
  deferred_ = false;
  pump();
}

// A timer that is set for an earlier moment stays: most deadlines move on before they come, and
// firing once in vain is cheaper than setting the timer after every datagram.
void UdpDriver::Impl::set_timer() {
  const auto due = node_.poll_timeout();
  if (!due || (armed_ && *armed_ <= *due)) return;
  armed_ = due;
  timer_.expires_at(loop_.at(*due));
  timer_.async_wait(unless_dead([this] {
    ++counters_.wake_ups;
    armed_.reset();
    pump();
  }));
}

namespace {

// The sockets that `options` ask for, IPv4 first.
Result<boost::container::static_vector<UdpSocket, 2>> open_sockets(const UdpOptions& options) {
  boost::container::static_vector<UdpSocket, 2> out;
  if (options.bind) {
    Address local = *options.bind;
    local.port = options.port;
    STT_TRY_ASSIGN(socket, UdpSocket::open(local, options.socket));
    out.push_back(std::move(socket));
    return out;
  }
  Address any_ipv6;
  any_ipv6.port = options.port;
  auto ipv4 = UdpSocket::open(Address::ipv4(0, 0, 0, 0, options.port), options.socket);
  if (ipv4) any_ipv6.port = ipv4->local().port;
  auto ipv6 = UdpSocket::open(any_ipv6, options.socket);
  const auto in_use = [](const auto& socket) {
    return !socket && socket.error() == Errc::address_in_use;
  };
  if (in_use(ipv4) || in_use(ipv6)) return fail(Errc::address_in_use);
  if (!ipv4 && !ipv6) return fail(ipv4.error());
  if (ipv4) out.push_back(std::move(*ipv4));
  if (ipv6) out.push_back(std::move(*ipv6));
  return out;
}

}  // namespace

Result<UdpDriver> UdpDriver::open(EventLoop& loop, Node& node, const UdpOptions& options,
                                  OnEvent on_event) {
  auto sockets = open_sockets(options);
  // A port that the system chose for IPv4 may be taken for IPv6: let it choose again.
  for (int i = 0; i < port_tries_max && options.port == 0 && !sockets &&
                  sockets.error() == Errc::address_in_use;
       ++i) {
    sockets = open_sockets(options);
  }
  if (!sockets) return fail(sockets.error());
  auto impl = std::make_unique<Impl>(loop, node, std::move(on_event));
  for (UdpSocket& socket : *sockets) impl->add(std::move(socket));
  return UdpDriver(std::move(impl));
}

UdpDriver::UdpDriver(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
UdpDriver::~UdpDriver() = default;
UdpDriver::UdpDriver(UdpDriver&&) noexcept = default;
UdpDriver& UdpDriver::operator=(UdpDriver&&) noexcept = default;

std::vector<Address> UdpDriver::local_addresses() const {
  std::vector<Address> out;
  for (const auto& endpoint : impl_->endpoints()) out.push_back(endpoint->socket.local());
  return out;
}

bool UdpDriver::can_reach(const Address& peer) const {
  return impl_->endpoint_for(peer) != nullptr;
}

void UdpDriver::pump() {
  impl_->pump();
}

const UdpDriverCounters& UdpDriver::counters() const {
  return impl_->counters();
}

UdpSocketCounters UdpDriver::socket_counters() const {
  UdpSocketCounters sum;
  for (const auto& endpoint : impl_->endpoints()) {
    const UdpSocketCounters& one = endpoint->socket.counters();
    sum.datagrams_sent += one.datagrams_sent;
    sum.datagrams_refused += one.datagrams_refused;
    sum.datagrams_received += one.datagrams_received;
    sum.receive_errors += one.receive_errors;
    sum.send_calls += one.send_calls;
    sum.receive_calls += one.receive_calls;
  }
  return sum;
}

}  // namespace stt::adapters
