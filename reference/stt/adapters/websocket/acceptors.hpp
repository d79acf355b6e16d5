// Where a transport listens: TCP acceptors for one port. And TCP endpoints as the core's addresses.
// For .cpp files.
#pragma once

#include <optional>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <stt/adapters/websocket/options.hpp>
#include <stt/base/address.hpp>
#include <tl/expected.hpp>

namespace stt::adapters {

boost::asio::ip::tcp::endpoint endpoint_of(const Address& address);
Address address_of(const boost::asio::ip::tcp::endpoint& endpoint);

using Acceptors = std::vector<boost::asio::ip::tcp::acceptor>;

// On the IP of `bind`, or on every address, IPv4 first; port 0: the system chooses, the same one
// for both families. node.address_in_use, node.address_unusable, node.transport_failed.
tl::expected<Acceptors, ConnectionError> open_acceptors(
    const boost::asio::any_io_executor& executor, const std::optional<Address>& bind,
    std::uint16_t port);

}  // namespace stt::adapters
