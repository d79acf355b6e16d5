// One connect_udp(): looks the name up and begins a handshake with one address after the other; the
// first that answers is taken. Or one connect_websocket(): makes the connection, and begins a
// handshake on it. Destroying it gives up what is pending. For .cpp files.
#pragma once

#include <deque>
#include <set>

#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <stt/adapters/async/node_core.hpp>

namespace stt::async::detail {

class Connecting : public std::enable_shared_from_this<Connecting> {
 public:
  Connecting(std::shared_ptr<NodeCore> core, PeerOptions options);
  ~Connecting();
  Connecting(const Connecting&) = delete;
  Connecting& operator=(const Connecting&) = delete;

  // One of these, once.
  void resolve(const std::string& host, std::uint16_t port);
  void open_websocket(const std::string& url);

  // From the node's events, and its connections'.
  void on_connected(std::shared_ptr<SessionCore> session);
  void on_failed(SessionHandle handle, Errc reason);
  void on_connection_ended(const Address& connection, Errc reason);

  // Of the attempt.
  Result<Session> take();

  WaitQueue finished;

 private:
  void on_opened(const tl::expected<Address, adapters::ConnectionError>& opened);
  void try_next();
  void give_up_others();
  void give_up_connection();
  void fail_with(Errc reason);

  std::shared_ptr<NodeCore> core_;
  PeerOptions options_;
  bool resolving_ = false;
  std::optional<adapters::WebSocketTransport::Attempt> opening_;
  std::optional<Address> connection_;  // a WebSocket, while it has no session
  std::optional<Errc> connection_ended_;
  std::deque<Address> addresses_;  // not tried yet
  std::set<SessionHandle> pending_;
  std::shared_ptr<SessionCore> session_;
  Errc failure_ = Errc::address_unusable;
  net::ip::udp::resolver resolver_;
  net::steady_timer next_;
};

}  // namespace stt::async::detail
