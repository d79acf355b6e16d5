// What a server asks of an HTTP request that is to become a WebSocket of STT. For .cpp files.
#pragma once

#include <optional>

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/system/error_code.hpp>

namespace stt::adapters {

inline constexpr char websocket_subprotocol[] = "stt.v1";

using UpgradeRequest = boost::beast::http::request<boost::beast::http::empty_body>;

// The answer to one that is refused; nothing if it is not. `error` is why it could not be read,
// `more_bytes` says that a body or anything else came with it.
std::optional<boost::beast::http::status> refusal_of(const boost::system::error_code& error,
                                                     const UpgradeRequest& request,
                                                     bool more_bytes);

}  // namespace stt::adapters
