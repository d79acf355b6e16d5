#include <stt/adapters/websocket/acceptors.hpp>

#include <cstring>

#include <boost/asio/ip/v6_only.hpp>
#include <stt/adapters/asio/socket_address.hpp>

namespace stt::adapters {
namespace {

namespace net = boost::asio;
using tcp = net::ip::tcp;
using ErrorCode = boost::system::error_code;

constexpr int port_tries_max = 16;

Errc errc_of_bind(const ErrorCode& error) {
  if (error == net::error::address_in_use) return Errc::address_in_use;
  if (error == boost::system::errc::address_not_available || error == net::error::access_denied ||
      error == net::error::address_family_not_supported) {
    return Errc::address_unusable;
  }
  return Errc::transport_failed;
}

tl::expected<tcp::acceptor, ConnectionError> open_acceptor(const net::any_io_executor& executor,
                                                           const Address& local) {
  const tcp::endpoint endpoint = endpoint_of(local);
  tcp::acceptor acceptor(executor);
  ErrorCode error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(net::socket_base::reuse_address(true), error);
  if (!error && endpoint.protocol() == tcp::v6()) {
    acceptor.set_option(net::ip::v6_only(true), error);
  }
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(net::socket_base::max_listen_connections, error);
  if (error) return tl::unexpected(ConnectionError{errc_of_bind(error), error.message()});
  return acceptor;
}

tl::expected<Acceptors, ConnectionError> open_once(const net::any_io_executor& executor,
                                                   const std::optional<Address>& bind,
                                                   std::uint16_t port) {
  Acceptors out;
  Address local = bind.value_or(Address::ipv4(0, 0, 0, 0, 0));
  local.port = port;
  auto first = open_acceptor(executor, local);
  if (bind || (!first && first.error().code == Errc::address_in_use)) {
    if (!first) return tl::unexpected(first.error());
    out.push_back(std::move(*first));
    return out;
  }
  Address any_ipv6;
  any_ipv6.port = first ? first->local_endpoint().port() : port;
  auto second = open_acceptor(executor, any_ipv6);
  if (!second && (!first || second.error().code == Errc::address_in_use)) {
    return tl::unexpected(second.error());
  }
  if (first) out.push_back(std::move(*first));
  if (second) out.push_back(std::move(*second));
  return out;
}

}  // namespace

tcp::endpoint endpoint_of(const Address& address) {
  const SocketAddress from = to_socket_address(address);
  tcp::endpoint out;
  std::memcpy(out.data(), &from.storage, from.size);
  out.resize(from.size);
  return out;
}

Address address_of(const tcp::endpoint& endpoint) {
  sockaddr_storage storage{};
  std::memcpy(&storage, endpoint.data(), endpoint.size());
  return from_socket_address(storage);
}

tl::expected<Acceptors, ConnectionError> open_acceptors(const net::any_io_executor& executor,
                                                        const std::optional<Address>& bind,
                                                        std::uint16_t port) {
  auto acceptors = open_once(executor, bind, port);
  // A port that the system chose for IPv4 may be taken for IPv6: let it choose again.
  for (int i = 0; i < port_tries_max && port == 0 && !acceptors &&
                  acceptors.error().code == Errc::address_in_use;
       ++i) {
    acceptors = open_once(executor, bind, port);
  }
  return acceptors;
}

}  // namespace stt::adapters
