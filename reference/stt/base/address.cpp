#include <stt/base/address.hpp>

#include <cstdio>

namespace stt {
namespace {

constexpr ByteArray<12> mapped_prefix{std::byte{0}, std::byte{0}, std::byte{0},    std::byte{0},
                                      std::byte{0}, std::byte{0}, std::byte{0},    std::byte{0},
                                      std::byte{0}, std::byte{0}, std::byte{0xff}, std::byte{0xff}};

unsigned at(const Address& address, std::size_t i) {
  return std::to_integer<unsigned>(address.ip[i]);
}

}  // namespace

Address Address::ipv4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d,
                      std::uint16_t port) {
  Address address;
  std::ranges::copy(mapped_prefix, address.ip.begin());
  address.ip[12] = std::byte{a};
  address.ip[13] = std::byte{b};
  address.ip[14] = std::byte{c};
  address.ip[15] = std::byte{d};
  address.port = port;
  return address;
}

std::string to_string(const Address& address) {
  char text[64];
  if (address.transport == Transport::websocket) {
    const unsigned number =
        at(address, 12) << 24 | at(address, 13) << 16 | at(address, 14) << 8 | at(address, 15);
    std::snprintf(text, sizeof text, "websocket#%u", number);
    return text;
  }
  if (equal(ByteView(address.ip).first<12>(), mapped_prefix)) {
    std::snprintf(text, sizeof text, "%u.%u.%u.%u:%u", at(address, 12), at(address, 13),
                  at(address, 14), at(address, 15), unsigned{address.port});
    return text;
  }
  std::string out = "[";
  for (std::size_t i = 0; i < 16; i += 2) {
    std::snprintf(text, sizeof text, "%s%x", i == 0 ? "" : ":",
                  at(address, i) << 8 | at(address, i + 1));
    out += text;
  }
  std::snprintf(text, sizeof text, "]:%u", unsigned{address.port});
  return out + text;
}

}  // namespace stt
