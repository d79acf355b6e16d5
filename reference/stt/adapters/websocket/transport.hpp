// The WebSockets of one node: listens for them, makes them by URL, keeps their limits, and carries
// messages between them and a NodeDriver.
//
//   WebSocketTransport transport(loop);
//   transport.listen({.port = 9000});
//   driver.use_connections(transport);
//   transport.connect({.url = *parse_websocket_url("wss://example.org/")}, on_connected);
//
// One thread: that of the loop or executor. Host names are looked up by Asio's resolver, which asks
// the system in a thread of its own.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <stt/adapters/asio/connection_transport.hpp>
#include <stt/adapters/asio/event_loop.hpp>
#include <stt/adapters/websocket/options.hpp>
#include <stt/adapters/websocket/url.hpp>
#include <stt/node/statistics.hpp>
#include <tl/expected.hpp>

namespace boost::asio {
class any_io_executor;
}  // namespace boost::asio

namespace stt::adapters {

struct WebSocketListen {
  // Its IP only; nothing: every address, IPv4 and IPv6.
  std::optional<Address> bind = std::nullopt;
  std::uint16_t port = 0;  // 0: the system chooses, the same one for both families
  std::optional<TlsServerFiles> tls = std::nullopt;  // nothing: ws, without TLS
};

struct WebSocketConnect {
  WebSocketUrl url;
  TlsClientOptions tls;  // for wss
};

struct WebSocketCounters {
  std::uint64_t accepted = 0;  // TCP connections
  std::uint64_t opened = 0;    // WebSockets, either way
  DropCounters ended;          // by error: those of connections that never opened too
};

class WebSocketTransport final : public ConnectionTransport {
 public:
  using OnConnected = std::function<void(const tl::expected<Address, ConnectionError>&)>;
  using OnEnded = std::function<void(const Address& connection, const ConnectionError&)>;
  // Names an attempt to connect.
  using Attempt = std::uint32_t;

  explicit WebSocketTransport(EventLoop& loop, const WebSocketLimits& limits = {});
  explicit WebSocketTransport(const boost::asio::any_io_executor& executor,
                              const WebSocketLimits& limits = {});
  ~WebSocketTransport() override;
  WebSocketTransport(const WebSocketTransport&) = delete;
  WebSocketTransport& operator=(const WebSocketTransport&) = delete;

  // May be called again, for another port. The addresses it listens on, IPv4 first.
  // websocket.tls_file, node.address_in_use, node.address_unusable, node.transport_failed.
  tl::expected<std::vector<Address>, ConnectionError> listen(const WebSocketListen& options);

  // `on_connected` is called later, once: with the connection, to which the Node may then connect,
  // or with what failed.
  Attempt connect(const WebSocketConnect& options, OnConnected on_connected);
  // Gives up an attempt, whose `on_connected` will not be called any more. Too late for one that
  // succeeded.
  void cancel(Attempt attempt);

  // Told for every connection that ends, just before the driver: for logs.
  void on_ended(OnEnded on_ended);
  // The TCP address of the other side, while the connection stands.
  std::optional<Address> remote(const Address& connection) const;
  const WebSocketCounters& counters() const;

  void attach(ConnectionSink* sink) override;
  bool has_room(const Address& connection) const override;
  void send(const Address& connection, ByteView message) override;
  void on_authenticated(const Address& connection) override;
  void close(const Address& connection) override;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace stt::adapters
