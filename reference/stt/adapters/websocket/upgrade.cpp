#include <stt/adapters/websocket/upgrade.hpp>

#include <algorithm>

#include <boost/beast/http/error.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

namespace stt::adapters {
namespace {

namespace http = boost::beast::http;

bool offers_subprotocol(const UpgradeRequest& request) {
  const auto [first, last] = request.equal_range(http::field::sec_websocket_protocol);
  return std::any_of(first, last, [](const auto& field) {
    const http::token_list offered(field.value());
    return std::find(offered.begin(), offered.end(), websocket_subprotocol) != offered.end();
  });
}

}  // namespace

//= STT-WS-021
std::optional<http::status> refusal_of(const boost::system::error_code& error,
                                       const UpgradeRequest& request, bool more_bytes) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return http::status::request_header_fields_too_large;
  }
  if (error || more_bytes) return http::status::bad_request;
  if (!boost::beast::websocket::is_upgrade(request) ||
      request[http::field::sec_websocket_version] != "13") {
    return http::status::upgrade_required;
  }
  //= STT-WS-001
  if (!offers_subprotocol(request)) return http::status::bad_request;
  return std::nullopt;
}

}  // namespace stt::adapters
