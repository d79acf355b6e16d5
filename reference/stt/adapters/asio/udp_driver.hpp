// Drives one Node over UDP: sockets and the clock on one side, handle_* and poll_* on the other.
//
//   EventLoop loop;
//   UdpDriver driver = *UdpDriver::open(loop, node, options, on_event);
//   node.start(loop.now());
//   driver.pump();  // after commands that were given outside on_event
//   loop.run();
//
// Datagrams only; connections (WebSocket) are a driver of their own on the same loop.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <stt/adapters/asio/event_loop.hpp>
#include <stt/adapters/asio/udp_socket.hpp>
#include <stt/node/node.hpp>

namespace stt::adapters {

struct UdpOptions {
  // Where to receive; its family only. Nothing: every address, IPv4 and IPv6, and one of the two
  // is enough.
  std::optional<Address> bind;
  std::uint16_t port = 0;  // 0: the system chooses, the same one for both families
  UdpSocketOptions socket;
};

struct UdpDriverCounters {
  std::uint64_t wake_ups = 0;        // of sockets and timers
  std::uint64_t sends_deferred = 0;  // the system took no more for a while
  std::uint64_t unroutable = 0;      // for a family without a socket, or not for UDP at all
};

class UdpDriver {
 public:
  // Called for every event of the node, in order. May give commands to the node and stop the loop;
  // may not destroy the driver.
  using OnEvent = std::function<void(Instant now, const Event& event)>;

  // `loop` and `node` outlive the driver. node.address_in_use, node.address_unusable,
  // node.transport_failed.
  static Result<UdpDriver> open(EventLoop& loop, Node& node, const UdpOptions& options,
                                OnEvent on_event);
  ~UdpDriver();
  UdpDriver(UdpDriver&&) noexcept;
  UdpDriver& operator=(UdpDriver&&) noexcept;

  // One for each family that has a socket.
  std::vector<Address> local_addresses() const;
  bool can_reach(const Address& peer) const;

  // Reports events, sends what is due and sets the timer. Within on_event it is
  // implied, and does nothing.
  void pump();

  const UdpDriverCounters& counters() const;
  UdpSocketCounters socket_counters() const;  // of all sockets together

 private:
  class Impl;
  explicit UdpDriver(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace stt::adapters
