#include <stt/adapters/asio/udp_transport.hpp>

namespace stt::adapters {
namespace {

// One wake-up does no more than this before other handlers have their turn.
constexpr int receive_rounds_max = 4;
constexpr Duration no_buffers_pause = 1ms;
constexpr int port_tries_max = 16;

using Sockets = boost::container::static_vector<UdpSocket, 2>;

// The sockets that `options` ask for, IPv4 first.
Result<Sockets> open_sockets(const UdpOptions& options) {
  Sockets out;
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

Result<std::unique_ptr<UdpTransport>> UdpTransport::open(const net::any_io_executor& executor,
                                                         const UdpOptions& options,
                                                         DatagramSink& sink) {
  auto sockets = open_sockets(options);
  // A port that the system chose for IPv4 may be taken for IPv6: let it choose again.
  for (int i = 0; i < port_tries_max && options.port == 0 && !sockets &&
                  sockets.error() == Errc::address_in_use;
       ++i) {
    sockets = open_sockets(options);
  }
  if (!sockets) return fail(sockets.error());
  return std::unique_ptr<UdpTransport>(new UdpTransport(executor, *sockets, sink));
}

UdpTransport::UdpTransport(const net::any_io_executor& executor, std::span<UdpSocket> sockets,
                           DatagramSink& sink)
    : sink_(sink), pause_(executor) {
  for (UdpSocket& socket : sockets) {
    endpoints_.push_back(std::make_unique<Endpoint>(executor, std::move(socket)));
    wait_readable(*endpoints_.back());
  }
}

std::vector<Address> UdpTransport::local_addresses() const {
  std::vector<Address> out;
  for (const auto& endpoint : endpoints_) out.push_back(endpoint->socket.local());
  return out;
}

UdpTransport::Endpoint* UdpTransport::endpoint_for(const Address& peer) const {
  if (peer.transport != Transport::udp) return nullptr;
  for (const auto& endpoint : endpoints_) {
    if (family_of(endpoint->socket.local()) == family_of(peer)) return endpoint.get();
  }
  return nullptr;
}

void UdpTransport::wait_readable(Endpoint& endpoint) {
  endpoint.waiter.async_wait(net::posix::stream_descriptor::wait_read,
                             handlers_.unless_dead([this, &endpoint] {
                               receive(endpoint);
                               wait_readable(endpoint);
                               sink_.on_wake_up();
                             }));
}

void UdpTransport::receive(Endpoint& endpoint) {
  for (int round = 0; round < receive_rounds_max; ++round) {
    const std::span<const Arrival> arrivals = endpoint.socket.receive(batch_);
    if (!arrivals.empty()) sink_.on_arrivals(arrivals);
    if (arrivals.size() < ReceiveBatch::messages_max) return;
  }
}

bool UdpTransport::flush() {
  if (deferred_) return false;
  while (const TransmitQueue::Run* const run = queue_.front()) {
    Endpoint* const endpoint = endpoint_for(run->to);
    if (endpoint == nullptr) {
      unroutable_ += run->datagrams;
      queue_.consume(run->size);
      continue;
    }
    const SendResult result =
        endpoint->socket.send(run->to, queue_.bytes(*run), run->segment_bytes);
    if (result.bytes_done > 0) queue_.consume(result.bytes_done);
    if (result.outcome == SendOutcome::sent) continue;
    ++sends_deferred_;
    deferred_ = true;
    if (result.outcome == SendOutcome::blocked) {
      wait_writable(*endpoint);
    } else {
      pause(no_buffers_pause);
    }
    return false;
  }
  return true;
}

void UdpTransport::wait_writable(Endpoint& endpoint) {
  endpoint.waiter.async_wait(net::posix::stream_descriptor::wait_write,
                             handlers_.unless_dead([this] { resume(); }));
}

void UdpTransport::pause(Duration duration) {
  pause_.expires_after(duration);
  pause_.async_wait(handlers_.unless_dead([this] { resume(); }));
}

void UdpTransport::resume() {
  deferred_ = false;
  sink_.on_wake_up();
}

UdpSocketCounters UdpTransport::socket_counters() const {
  UdpSocketCounters sum;
  for (const auto& endpoint : endpoints_) {
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
