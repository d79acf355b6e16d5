#include <conformance/live/target.hpp>

#include <stt/adapters/asio/socket_address.hpp>

namespace stt::conform::live {

tl::expected<Target, std::string> parse_target(const std::string& url) {
  constexpr std::string_view udp_scheme = "udp://";
  Target target;
  target.url = url;
  if (!url.starts_with(udp_scheme)) {
    auto websocket = adapters::parse_websocket_url(url);
    if (!websocket) return tl::unexpected("udp://HOST:PORT, or " + websocket.error());
    target.websocket = std::move(*websocket);
    return target;
  }
  const auto endpoint = adapters::parse_host_port(url.substr(udp_scheme.size()));
  if (!endpoint) return tl::unexpected<std::string>("it has the form udp://HOST:PORT");
  const auto addresses = adapters::resolve(*endpoint);
  if (!addresses) return tl::unexpected(endpoint->host + " has no address that can be used");
  target.udp = addresses->front();
  return target;
}

}  // namespace stt::conform::live
