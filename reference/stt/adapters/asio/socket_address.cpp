#include <stt/adapters/asio/socket_address.hpp>

#include <arpa/inet.h>
#include <netdb.h>

#include <charconv>
#include <cstring>
#include <memory>

#include <stt/base/assert.hpp>

namespace stt::adapters {
namespace {

constexpr std::size_t mapped_prefix_bytes = 12;

Address from_ipv4(const sockaddr_in& in) {
  ByteArray<4> ip{};
  std::memcpy(ip.data(), &in.sin_addr, ip.size());
  const auto at = [&](std::size_t i) { return std::to_integer<std::uint8_t>(ip[i]); };
  return Address::ipv4(at(0), at(1), at(2), at(3), ntohs(in.sin_port));
}

Address from_ipv6(const sockaddr_in6& in) {
  Address address;
  std::memcpy(address.ip.data(), &in.sin6_addr, address.ip.size());
  address.port = ntohs(in.sin6_port);
  return address;
}

}  // namespace

Family family_of(const Address& address) {
  const Address mapped = Address::ipv4(0, 0, 0, 0, 0);
  const bool ipv4 = equal(ByteView(address.ip).first<mapped_prefix_bytes>(),
                          ByteView(mapped.ip).first<mapped_prefix_bytes>());
  return ipv4 ? Family::ipv4 : Family::ipv6;
}

SocketAddress to_socket_address(const Address& address) {
  SocketAddress out;
  if (family_of(address) == Family::ipv4) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = htons(address.port);
    std::memcpy(&in.sin_addr, address.ip.data() + mapped_prefix_bytes, sizeof in.sin_addr);
    std::memcpy(&out.storage, &in, sizeof in);
    out.size = sizeof in;
  } else {
    sockaddr_in6 in{};
    in.sin6_family = AF_INET6;
    in.sin6_port = htons(address.port);
    std::memcpy(&in.sin6_addr, address.ip.data(), sizeof in.sin6_addr);
    std::memcpy(&out.storage, &in, sizeof in);
    out.size = sizeof in;
  }
  return out;
}

Address from_socket_address(const sockaddr_storage& storage) {
  if (storage.ss_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &storage, sizeof in);
    return from_ipv4(in);
  }
  STT_ASSERT(storage.ss_family == AF_INET6);
  sockaddr_in6 in{};
  std::memcpy(&in, &storage, sizeof in);
  return from_ipv6(in);
}

std::string display(const Address& address) {
  if (address.transport != Transport::udp) return to_string(address);
  char text[INET6_ADDRSTRLEN] = "";
  const std::string port = std::to_string(address.port);
  if (family_of(address) == Family::ipv4) {
    ::inet_ntop(AF_INET, address.ip.data() + mapped_prefix_bytes, text, sizeof text);
    return std::string(text) + ":" + port;
  }
  ::inet_ntop(AF_INET6, address.ip.data(), text, sizeof text);
  return "[" + std::string(text) + "]:" + port;
}

bool is_link_local(const Address& address) {
  return address.ip[0] == std::byte{0xfe} && (address.ip[1] & std::byte{0xc0}) == std::byte{0x80};
}

std::optional<HostPort> parse_host_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return std::nullopt;  // an IPv6 address without brackets: where would its port begin?
  }
  HostPort out{std::string(host), 0};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out.port);
  const bool whole = error == std::errc{} && end == digits.data() + digits.size();
  if (!whole || out.port == 0 || host.empty()) return std::nullopt;
  return out;
}

std::optional<Address> parse_ip(const std::string& text, std::uint16_t port) {
  sockaddr_in in{};
  if (::inet_pton(AF_INET, text.c_str(), &in.sin_addr) == 1) {
    in.sin_port = htons(port);
    return from_ipv4(in);
  }
  sockaddr_in6 in6{};
  if (::inet_pton(AF_INET6, text.c_str(), &in6.sin6_addr) == 1) {
    in6.sin6_port = htons(port);
    return from_ipv6(in6);
  }
  return std::nullopt;
}

Result<std::vector<Address>> resolve(const HostPort& endpoint) {
  //= STT-NODE-022
  if (const auto literal = parse_ip(endpoint.host, endpoint.port)) {
    if (is_link_local(*literal)) return fail(Errc::address_unusable);
    return std::vector{*literal};
  }
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(endpoint.port);
  if (::getaddrinfo(endpoint.host.c_str(), port.c_str(), &hints, &found) != 0) {
    return fail(Errc::address_unusable);
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(found, &::freeaddrinfo);
  std::vector<Address> out;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    if (at->ai_family != AF_INET && at->ai_family != AF_INET6) continue;
    sockaddr_storage storage{};
    std::memcpy(&storage, at->ai_addr, at->ai_addrlen);
    const Address address = from_socket_address(storage);
    if (is_link_local(address)) continue;
    if (std::ranges::find(out, address) == out.end()) out.push_back(address);
  }
  if (out.empty()) return fail(Errc::address_unusable);
  return out;
}

}  // namespace stt::adapters
