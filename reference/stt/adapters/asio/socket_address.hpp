// Between the core's Address, the system's sockaddr, and what people type and read.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <stt/base/address.hpp>
#include <stt/base/result.hpp>

namespace stt::adapters {

enum class Family : std::uint8_t { ipv4, ipv6 };

Family family_of(const Address& address);

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

// An IPv4 (also mapped) address gives a sockaddr_in, any other a sockaddr_in6.
SocketAddress to_socket_address(const Address& address);
// Families other than IPv4 and IPv6 do not come out of our sockets: asserted.
Address from_socket_address(const sockaddr_storage& storage);

// "192.0.2.1:9000", "[2001:db8::1]:9000": the short form, for people.
std::string display(const Address& address);

struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};

// "host:port", "192.0.2.1:9000" or "[2001:db8::1]:9000"; a port is 1 to 65535. Nothing if it is
// none of these.
std::optional<HostPort> parse_host_port(std::string_view text);

// A literal address, IPv4 or IPv6, without brackets.
std::optional<Address> parse_ip(const std::string& text, std::uint16_t port);

// fe80::/10: means something on one link only, and an Address cannot say on which.
bool is_link_local(const Address& address);

// Asks the system's resolver, and blocks meanwhile; addresses in the order to be tried, each once,
// link-local ones left out. node.address_unusable if there is none.
Result<std::vector<Address>> resolve(const HostPort& endpoint);

}  // namespace stt::adapters
