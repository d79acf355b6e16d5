// One UDP socket of one family, without waiting: many datagrams a system call where the system can
// (recvmmsg and UDP_GRO in, UDP_SEGMENT or sendmmsg out). Nothing is allocated after open().
#pragma once

#include <array>
#include <memory>
#include <span>

#include <stt/adapters/asio/socket_address.hpp>
#include <stt/base/result.hpp>

namespace stt::adapters {

// What is sent in one call: `bytes` cut into datagrams of `segment_bytes`, the last may be shorter.
inline constexpr std::size_t segments_per_send_max = 64;  // UDP_MAX_SEGMENTS of older kernels
inline constexpr std::size_t bytes_per_send_max = 65'000;

struct UdpSocketOptions {
  std::size_t buffer_bytes = 4U << 20;  // asked of the system for each direction, given or not
  bool offload = true;                  // UDP_SEGMENT and UDP_GRO, where the system has them
};

// Datagrams of one sender, `segment_bytes` each, the last may be shorter.
struct Arrival {
  Address from;
  MutableByteView bytes;
  std::size_t segment_bytes = 0;
};

// The memory that datagrams arrive in; shared by the sockets of one driver.
class ReceiveBatch {
 public:
  static constexpr std::size_t messages_max = 16;

  ReceiveBatch();
  ~ReceiveBatch();
  ReceiveBatch(const ReceiveBatch&) = delete;
  ReceiveBatch& operator=(const ReceiveBatch&) = delete;

 private:
  friend class UdpSocket;
  struct Memory;
  std::unique_ptr<Memory> memory_;
  std::array<Arrival, messages_max> arrivals_;
};

enum class SendOutcome : std::uint8_t {
  sent,        // handed to the system, or refused for good: both look like the network
  blocked,     // wait until the socket is writable
  no_buffers,  // the interface's queue is full: writability will not tell, wait a little
};

struct SendResult {
  SendOutcome outcome{};
  std::size_t bytes_done = 0;  // offer the rest again
};

struct UdpSocketCounters {
  std::uint64_t datagrams_sent = 0;
  std::uint64_t datagrams_refused = 0;  // by the system: no route, too large, an ICMP error
  std::uint64_t datagrams_received = 0;
  std::uint64_t receive_errors = 0;  // ICMP errors of what was sent before; they end nothing
  std::uint64_t send_calls = 0;
  std::uint64_t receive_calls = 0;
};

class UdpSocket {
 public:
  // Binds to `local` (port 0: the system chooses); an IPv6 socket takes IPv6 only.
  // node.address_in_use, node.address_unusable, node.transport_failed.
  static Result<UdpSocket> open(const Address& local, const UdpSocketOptions& options);
  ~UdpSocket();
  UdpSocket(UdpSocket&& other) noexcept;
  UdpSocket& operator=(UdpSocket&& other) noexcept;

  int descriptor() const { return descriptor_; }
  const Address& local() const { return local_; }
  const UdpSocketCounters& counters() const { return counters_; }

  // What has arrived, up to the size of the batch; empty if nothing. Valid until the next call.
  std::span<const Arrival> receive(ReceiveBatch& batch);

  // `bytes` at most bytes_per_send_max in at most segments_per_send_max datagrams.
  SendResult send(const Address& to, ByteView bytes, std::size_t segment_bytes);

 private:
  UdpSocket(int descriptor, const Address& local) : descriptor_(descriptor), local_(local) {}
  void configure(const UdpSocketOptions& options);
  std::optional<SendResult> send_offloaded(const SocketAddress& to, ByteView bytes,
                                           std::size_t segment_bytes);
  SendResult send_singly(const SocketAddress& to, ByteView bytes, std::size_t segment_bytes);

  int descriptor_ = -1;
  Address local_;
  bool segments_ = false;  // UDP_SEGMENT works here
  UdpSocketCounters counters_;
};

}  // namespace stt::adapters
