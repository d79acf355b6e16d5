// Where the implementation under test listens.
#pragma once

#include <optional>
#include <string>

#include <stt/adapters/websocket/url.hpp>
#include <stt/base/address.hpp>
#include <tl/expected.hpp>

namespace stt::conform::live {

// What an implementation under test, and whoever judges it, shares. Everybody knows it, so a node
// that holds it should listen on the loopback only.
inline constexpr std::string_view shared_seed_hex =
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

struct Target {
  std::string url;
  // One of the two.
  std::optional<Address> udp;
  std::optional<adapters::WebSocketUrl> websocket;
  std::string ca;  // for wss: a PEM file of the only authorities to be trusted; empty: the system's
};

// "udp://HOST:PORT", "ws://HOST[:PORT][/PATH]" or "wss://...". Asks the system's resolver. Says for
// people what is wrong.
tl::expected<Target, std::string> parse_target(const std::string& url);

}  // namespace stt::conform::live
