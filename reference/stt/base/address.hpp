// Where a datagram comes from or goes to. The core compares addresses and hands them back; only a
// driver knows what they mean.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include <stt/base/bytes.hpp>

namespace stt {

enum class Transport : std::uint8_t {
  udp,        // unreliable datagrams
  websocket,  // one reliable ordered connection; `ip` holds the driver's connection number
};

struct Address {
  Transport transport = Transport::udp;
  ByteArray<16> ip{};  // IPv6, or IPv4 mapped into it (::ffff:a.b.c.d)
  std::uint16_t port = 0;

  friend auto operator<=>(const Address&, const Address&) = default;

  static Address ipv4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d,
                      std::uint16_t port);
};

// "192.0.2.1:9000", "[2001:db8::1]:9000" (all eight groups, without ::), "websocket#3".
std::string to_string(const Address& address);

}  // namespace stt
