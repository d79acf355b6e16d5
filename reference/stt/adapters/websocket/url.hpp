// The URL of a WebSocket: ws://HOST[:PORT][/PATH][?QUERY], or wss:// with TLS.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace stt::adapters {

struct WebSocketUrl {
  bool tls = false;
  std::string host;  // a name or a literal address; IPv6 without its brackets
  std::uint16_t port = 0;
  std::string target;  // path and query, at least "/"

  // As HTTP's Host header has it: brackets around IPv6, the port unless it is the scheme's own.
  std::string host_header() const;
  friend bool operator==(const WebSocketUrl&, const WebSocketUrl&) = default;
};

// Otherwise says what is wrong, for people.
tl::expected<WebSocketUrl, std::string> parse_websocket_url(std::string_view text);

}  // namespace stt::adapters
