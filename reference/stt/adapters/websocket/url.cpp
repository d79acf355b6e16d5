#include <stt/adapters/websocket/url.hpp>

#include <algorithm>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace stt::adapters {
namespace {

namespace urls = boost::urls;

constexpr std::uint16_t ws_port = 80;
constexpr std::uint16_t wss_port = 443;
constexpr std::size_t url_bytes_max = 2'048;
constexpr std::size_t host_bytes_max = 253;  // RFC 1035

constexpr std::uint16_t port_of(bool tls) {
  return tls ? wss_port : ws_port;
}

// Only what can stand in a certificate and in an HTTP header: no escapes, no other alphabets.
bool is_host_name(std::string_view host) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
  };
  return !host.empty() && host.size() <= host_bytes_max && std::ranges::all_of(host, allowed);
}

tl::unexpected<std::string> wrong(std::string_view what) {
  return tl::unexpected(std::string(what));
}

tl::expected<std::string, std::string> host_of(const urls::url_view& url) {
  if (url.host_type() == urls::host_type::ipv6) {
    const std::string host = url.host_address();
    if (host.find('%') != std::string::npos) return wrong("an IPv6 address cannot have a zone");
    return host;
  }
  const std::string host(url.encoded_host());
  if (host.empty()) return wrong("the host is missing");
  if (url.host_type() == urls::host_type::ipvfuture || !is_host_name(host)) {
    return wrong(
        "the host is a name of letters, digits, '-', '_' and '.', an IPv4 address, or an IPv6 "
        "address in brackets");
  }
  return host;
}

}  // namespace

std::string WebSocketUrl::host_header() const {
  const bool ipv6 = host.find(':') != std::string::npos;
  std::string out = ipv6 ? "[" + host + "]" : host;
  if (port != port_of(tls)) out += ":" + std::to_string(port);
  return out;
}

//= STT-WS-019
tl::expected<WebSocketUrl, std::string> parse_websocket_url(std::string_view text) {
  if (text.size() > url_bytes_max) return wrong("it is longer than 2048 characters");
  const auto parsed = urls::parse_uri(urls::string_view(text.data(), text.size()));
  if (parsed.has_error()) return wrong("it is not like ws://HOST:PORT/ or wss://HOST:PORT/");
  const urls::url_view& url = *parsed;
  WebSocketUrl out;
  out.tls = url.scheme() == "wss" || url.scheme() == "WSS";
  if (!out.tls && url.scheme() != "ws" && url.scheme() != "WS") {
    return wrong("its scheme is neither ws nor wss");
  }
  if (!url.has_authority()) return wrong("'//' and the host are missing");
  if (url.has_userinfo()) return wrong("a user name or password cannot stand in it");
  if (url.has_fragment()) return wrong("a fragment ('#') cannot stand in it");
  auto host = host_of(url);
  if (!host) return tl::unexpected(host.error());
  out.host = std::move(*host);
  out.port = port_of(out.tls);
  if (url.has_port()) {
    // A port that is empty or above 65535 is number 0 here.
    out.port = url.port_number();
    if (out.port == 0) return wrong("a port is 1 to 65535");
  }
  out.target = std::string(url.encoded_path());
  if (out.target.empty()) out.target = "/";
  if (url.has_query()) out.target += "?" + std::string(url.encoded_query());
  return out;
}

}  // namespace stt::adapters
