// The UDP sockets of one node, one of each family, as its driver sees them: batches in, batches
// out, and word when the system has room again. For .cpp files: Asio is heavy.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/container/static_vector.hpp>
#include <stt/adapters/asio/handler.hpp>
#include <stt/adapters/asio/node_driver.hpp>
#include <stt/adapters/asio/transmit_queue.hpp>

namespace stt::adapters {

namespace net = boost::asio;

// What the sockets tell the driver.
class DatagramSink {
 public:
  // What one system call has brought; the bytes are opened in place.
  virtual void on_arrivals(std::span<const Arrival> arrivals) = 0;
  // A wake-up is over: all that has arrived for now was told, or datagrams can be sent again.
  virtual void on_wake_up() = 0;

 protected:
  ~DatagramSink() = default;
};

class UdpTransport {
 public:
  // node.address_in_use, node.address_unusable, node.transport_failed.
  static Result<std::unique_ptr<UdpTransport>> open(const net::any_io_executor& executor,
                                                    const UdpOptions& options, DatagramSink& sink);

  std::vector<Address> local_addresses() const;
  bool can_reach(const Address& peer) const { return endpoint_for(peer) != nullptr; }

  // Where datagrams to be sent are gathered; flush() sends them.
  TransmitQueue& queue() { return queue_; }
  // False if the system wants us to wait; on_wake_up() follows then, and nothing is sent before.
  bool flush();

  UdpSocketCounters socket_counters() const;  // of all sockets together
  std::uint64_t sends_deferred() const { return sends_deferred_; }
  std::uint64_t unroutable() const { return unroutable_; }

 private:
  struct Endpoint {
    Endpoint(const net::any_io_executor& executor, UdpSocket opened)
        : socket(std::move(opened)), waiter(executor, socket.descriptor()) {}
    ~Endpoint() { waiter.release(); }  // the descriptor is the socket's

    UdpSocket socket;
    net::posix::stream_descriptor waiter;
  };

  UdpTransport(const net::any_io_executor& executor, std::span<UdpSocket> sockets,
               DatagramSink& sink);
  Endpoint* endpoint_for(const Address& peer) const;
  void wait_readable(Endpoint& endpoint);
  void wait_writable(Endpoint& endpoint);
  void pause(Duration duration);
  void resume();
  void receive(Endpoint& endpoint);

  DatagramSink& sink_;
  boost::container::static_vector<std::unique_ptr<Endpoint>, 2> endpoints_;
  ReceiveBatch batch_;
  TransmitQueue queue_;
  net::steady_timer pause_;
  bool deferred_ = false;  // nothing is sent until a waiter or pause_ calls resume()
  std::uint64_t sends_deferred_ = 0;
  std::uint64_t unroutable_ = 0;
  HandlerOwner handlers_;
};

}  // namespace stt::adapters
