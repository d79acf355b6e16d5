// Drives one Node: sockets, connections and the clock on one side, handle_* and poll_* on the
// other.
//
//   EventLoop loop;
//   NodeDriver driver(loop, node, on_event);
//   driver.open_udp(options);
//   node.start(loop.now());
//   driver.pump();  // after commands that were given outside on_event
//   loop.run();
//
// A node has UDP sockets, reliable connections, or both. Everything happens on one executor, and
// within one thread at a time: the loop's, or that of an application's own io_context.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <stt/adapters/asio/connection_transport.hpp>
#include <stt/adapters/asio/event_loop.hpp>
#include <stt/adapters/asio/udp_socket.hpp>
#include <stt/node/node.hpp>

namespace boost::asio {
class any_io_executor;
}  // namespace boost::asio

namespace stt::adapters {

struct UdpOptions {
  // Where to receive; its family only. Nothing: every address, IPv4 and IPv6, and one of the two
  // is enough.
  std::optional<Address> bind;
  std::uint16_t port = 0;  // 0: the system chooses, the same one for both families
  UdpSocketOptions socket;
};

struct NodeDriverCounters {
  std::uint64_t wake_ups = 0;        // of sockets, connections and timers
  std::uint64_t sends_deferred = 0;  // the system took no more datagrams for a while
  std::uint64_t unroutable = 0;      // for a family without a socket, or a lost connection
};

class NodeDriver {
 public:
  // Called for every event of the node, in order. May give commands to the node and stop the loop;
  // may not destroy the driver.
  using OnEvent = std::function<void(Instant now, const Event& event)>;

  // `loop` and `node` outlive the driver.
  NodeDriver(EventLoop& loop, Node& node, OnEvent on_event);
  NodeDriver(const boost::asio::any_io_executor& executor, Node& node, OnEvent on_event);
  ~NodeDriver();
  NodeDriver(NodeDriver&&) noexcept;
  NodeDriver& operator=(NodeDriver&&) noexcept;

  // Once. node.address_in_use, node.address_unusable, node.transport_failed.
  Result<void> open_udp(const UdpOptions& options);
  // Once. `connections` outlives the driver.
  void use_connections(ConnectionTransport& connections);

  // Local UDP addresses, one for each family that has a socket.
  std::vector<Address> local_addresses() const;
  // Whether there is a UDP socket of the family of `peer`.
  bool can_reach(const Address& peer) const;

  // Reports events, sends what is due and sets the timer. Within on_event it is implied, and does
  // nothing.
  void pump();
  // The same from a handler of its own, soon: many commands share one, and no event is reported
  // from within a command.
  void pump_soon();

  NodeDriverCounters counters() const;
  UdpSocketCounters socket_counters() const;  // of all UDP sockets together

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace stt::adapters
