// STT for applications, in coroutines:
//
//   stt::async::Node alice(executor, {.node_seed = her_seed, .shared_seed = seed_of_the_pair});
//   co_await alice.start();
//   stt::async::Session session = co_await alice.connect_udp("192.168.1.100", 9000);
//                     or: session = co_await alice.connect_websocket("wss://example.org/");
//   stt::async::Stream stream = co_await session.streams().create();
//   co_await stream.send(bytes);
//
//   while (auto packet = co_await bob.receive()) use(packet->data);
//
//   co_await stream.close();
//   co_await session.close();
//   co_await alice.stop();
//
// Operations take any completion token (use_awaitable by default), complete with a
// boost::system::error_code of stt::Errc, and can be cancelled and timed out in Asio's own ways:
// cancellation slots, `||` with a timer, as_tuple.
//
// - No threads of its own. A node, its sessions and streams, and cancellations of their operations
//   belong to one executor, and one thread at a time: an io_context run by one thread, or a strand.
//   Handlers run on their own executors.
// - A cancelled operation has taken and lost nothing (Stream::send() says what of messages begun).
// - Destroying a Node is like pulling its plug: operations complete with operation_aborted, peers
//   hear nothing. stop() ends it in order. Handles of sessions and streams may live on.
// - What was received waits, within the credit of its stream, until somebody asks for it.
#pragma once

#include <string>
#include <vector>

#include <stt/adapters/asio/node_driver.hpp>
#include <stt/adapters/async/session.hpp>
#include <stt/adapters/websocket/transport.hpp>

namespace stt::async {

namespace detail {
class NodeCore;
}

// Borrowed while a node is made.
struct Seeds {
  ByteView node_seed;    // the node's own: its identity
  ByteView shared_seed;  // of a pair; a node may be given more of these
};

struct NodeOptions {
  Config config;
  // Where start() listens; nothing: no UDP.
  std::optional<adapters::UdpOptions> udp = adapters::UdpOptions{};
  adapters::WebSocketLimits websockets;
  adapters::TlsClientOptions tls;  // whom connect_websocket() trusts, for wss
};

struct PeerOptions {
  std::optional<SeedHint> seed =
      std::nullopt;  // which shared seed; the first one if nothing is said
  std::optional<NodeId> expected = std::nullopt;  // pin: any other proven node id is refused
};

// Something received, from whomever.
struct Packet {
  Session session;
  Stream stream;  // none if it is a datagram
  wire::FrameType type{};
  Bytes data;
};

class Node {
 public:
  // Throws boost::system::system_error with what create() gives.
  Node(const net::any_io_executor& executor, const Seeds& seeds, NodeOptions options = {});
  // node.config_invalid, crypto.seed_too_short, handshake.seed_equals_node_seed.
  static Result<Node> create(const net::any_io_executor& executor, const Seeds& seeds,
                             NodeOptions options = {});
  ~Node();
  Node(Node&&) noexcept;
  Node& operator=(Node&&) noexcept;

  // crypto.seed_too_short, handshake.seed_equals_node_seed, handshake.seed_in_use.
  Result<SeedHint> add_shared_seed(ByteView shared_seed);

  net::any_io_executor get_executor() const;
  NodeId id() const;
  NodeState state() const;
  NodeStatistics statistics() const;
  // Of all connections since the start; zeros when the node has stopped.
  adapters::WebSocketCounters websocket_counters() const;
  // UDP; one for each family, once started.
  std::vector<Address> local_addresses() const;
  std::vector<Session> sessions() const;  // all that are open

  // Opens the UDP sockets: from now on peers can connect, and this node can connect to others.
  // node.address_in_use, node.address_unusable, node.transport_failed; node.state_violation a
  // second time.
  template <CompletesWith<void> Token = Await>
  auto start(Token&& token = {}) {
    return initiate<void>(token, &Node::begin_start, core_);
  }

  // Takes WebSockets, too, without TLS or with it; once started, and as often as there are ports.
  // Gives the addresses it listens on, IPv4 first, or what is wrong, in words as well:
  // websocket.tls_file, node.address_in_use, node.address_unusable, node.transport_failed,
  // node.state_violation, node.stopped.
  tl::expected<std::vector<Address>, adapters::ConnectionError> listen_websocket(
      const adapters::WebSocketListen& options);

  // Closes all sessions in order, and the sockets. accept() and receive() give nothing then.
  // Cancellation ends the waiting only.
  template <CompletesWith<void> Token = Await>
  auto stop(Token&& token = {}) {
    return initiate<void>(token, &Node::begin_stop, core_);
  }

  // The next session that a peer has begun; nothing when the node has stopped.
  template <CompletesWith<std::optional<Session>> Token = Await>
  auto accept(Token&& token = {}) {
    return initiate<std::optional<Session>>(token, &Node::begin_accept, core_);
  }

  // A session with the node at an IP address or host name, whose addresses are tried in turn, each
  // a moment after the one before; the first that answers is taken. Cancellation gives the attempts
  // up. node.address_unusable, handshake.timeout (nobody there, or another seed: a node is silent
  // to strangers), handshake.identity_refused, handshake.unknown_seed, node.state_violation. A name
  // is looked up by Asio's resolver, which uses a thread of the io_context's own; an address is
  // not.
  template <CompletesWith<Session> Token = Await>
  auto connect_udp(std::string host, std::uint16_t port, PeerOptions options, Token&& token = {}) {
    return initiate<Session>(token, &Node::begin_connect_udp, core_, std::move(host), port,
                             options);
  }
  template <CompletesWith<Session> Token = Await>
  auto connect_udp(std::string host, std::uint16_t port, Token&& token = {}) {
    return connect_udp(std::move(host), port, PeerOptions{}, std::forward<Token>(token));
  }

  // The same by URL, ws://HOST[:PORT][/PATH][?QUERY] or wss://...; the session ends with its
  // connection. Cancellation gives up whatever has begun: TCP, TLS, WebSocket or handshake.
  //
  // - websocket.url_malformed: adapters::parse_websocket_url() says what is wrong with it
  // - websocket.unreachable, websocket.upgrade_refused
  // - websocket.tls_file, websocket.tls_failed, websocket.certificate_expired,
  //   websocket.certificate_host, websocket.certificate_untrusted
  // - websocket.deadline, websocket.connection_lost, websocket.closed, and the other ends of a
  //   connection: while the handshake ran
  // - those of connect_udp(), except node.address_unusable
  template <CompletesWith<Session> Token = Await>
  auto connect_websocket(std::string url, PeerOptions options, Token&& token = {}) {
    return initiate<Session>(token, &Node::begin_connect_websocket, core_, std::move(url), options);
  }
  template <CompletesWith<Session> Token = Await>
  auto connect_websocket(std::string url, Token&& token = {}) {
    return connect_websocket(std::move(url), PeerOptions{}, std::forward<Token>(token));
  }

  // What any session receives, in one place: the next message of any stream, or datagram. Sessions
  // have their turns, and so have the streams of each: one that floods delays the others by a
  // message at most. Nothing when the node has stopped.
  //
  // Who asks more specifically gets more: a stream on which receive() or read_part() was called,
  // the streams of a session whose streams().accept() was called, and the datagrams of a session
  // whose receive_datagram() was called, belong to those callers from then on, and are left out
  // here. How a stream or session ended is told by their closed().
  template <CompletesWith<std::optional<Packet>> Token = Await>
  auto receive(Token&& token = {}) {
    return initiate<std::optional<Packet>>(token, &Node::begin_receive, core_);
  }

 private:
  using Core = std::shared_ptr<detail::NodeCore>;

  explicit Node(Core core);
  static void begin_start(Handler<void> handler, Core self);
  static void begin_stop(Handler<void> handler, Core self);
  static void begin_accept(Handler<std::optional<Session>> handler, Core self);
  static void begin_connect_udp(Handler<Session> handler, Core self, const std::string& host,
                                std::uint16_t port, PeerOptions options);
  static void begin_connect_websocket(Handler<Session> handler, Core self, const std::string& url,
                                      PeerOptions options);
  static void begin_receive(Handler<std::optional<Packet>> handler, Core self);

  Core core_;
};

}  // namespace stt::async
