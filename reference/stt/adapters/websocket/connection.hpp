// One WebSocket connection, plain or TLS, accepted or made: from a connected socket to its end.
// The inside of a WebSocketTransport; Beast, which is heavy, stays in the .cpp.
//
//   opening    TLS, HTTP upgrade
//   open       messages come and go
//   closing    on_end was told; the closing handshake runs, at most close_limit
//   over       the socket is closed; on_gone was told
#pragma once

#include <memory>
#include <optional>

#include <boost/asio/ip/tcp.hpp>
#include <stt/adapters/websocket/options.hpp>
#include <stt/adapters/websocket/url.hpp>
#include <stt/base/bytes.hpp>

using SSL_CTX = struct ssl_ctx_st;

namespace stt::adapters {

// A transport's own number of a connection, from 1; never used twice.
using ConnectionNumber = std::uint32_t;

// Called on the loop's thread. on_open, then on_message and on_room, then on_end; on_gone last.
class ConnectionOwner {
 public:
  virtual void on_open(ConnectionNumber connection) = 0;
  // One or more whole frames; they may be opened in place.
  virtual void on_message(ConnectionNumber connection, MutableByteView message) = 0;
  // The queue was full and is not any more.
  virtual void on_room(ConnectionNumber connection) = 0;
  // Nothing comes or goes any more.
  virtual void on_end(ConnectionNumber connection, const ConnectionError& error) = 0;
  // The socket is closed: the owner may let go of the connection.
  virtual void on_gone(ConnectionNumber connection) = 0;

 protected:
  ~ConnectionOwner() = default;
};

struct ConnectionSetup {
  ConnectionNumber number = 0;
  WebSocketLimits limits;
  // The one to connect to; nothing: the connection was accepted.
  std::optional<WebSocketUrl> url;
  SSL_CTX* tls = nullptr;  // none: plain; outlives the connection
};

class WebSocketConnection {
 public:
  // `owner` outlives the connection or calls abandon().
  static std::shared_ptr<WebSocketConnection> make(boost::asio::ip::tcp::socket socket,
                                                   ConnectionOwner& owner, ConnectionSetup setup);
  virtual ~WebSocketConnection() = default;

  virtual void start() = 0;
  // A session is Active: the limits of the beginning fall.
  virtual void on_authenticated() = 0;
  // Takes one message; ignored unless open.
  virtual void send(ByteView message) = 0;
  virtual bool has_room() const = 0;
  // Sends what is queued, then closes with 1000.
  virtual void close() = 0;
  // Ends the connection at once, without a word to the peer.
  virtual void drop(const ConnectionError& error) = 0;
  // Closes the socket and tells the owner nothing any more.
  virtual void abandon() = 0;
};

}  // namespace stt::adapters
