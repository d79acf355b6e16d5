// Datagrams on their way from a Node to the sockets: written side by side into one buffer, and
// gathered into runs of equal size and destination, each of which one system call can send.
#pragma once

#include <array>
#include <optional>

#include <stt/adapters/asio/udp_socket.hpp>
#include <stt/wire/limits.hpp>

namespace stt::adapters {

class TransmitQueue {
 public:
  struct Run {
    Address to;
    std::size_t offset = 0;
    std::size_t size = 0;
    std::size_t segment_bytes = 0;
    std::size_t datagrams = 0;
    bool open = true;  // no shorter datagram has ended it yet
  };

  TransmitQueue();

  // Room for one more datagram of the largest size; nothing if there is none, or no run is free.
  std::optional<MutableByteView> room();
  // The first `size` bytes of room() are a datagram for `to`.
  void add(const Address& to, std::size_t size);

  // The oldest run that is not done; nothing if the queue is empty.
  const Run* front() const { return first_ < count_ ? &runs_[first_] : nullptr; }
  ByteView bytes(const Run& run) const;
  // Takes `bytes` off the front. A queue that became empty starts over.
  void consume(std::size_t bytes);
  bool empty() const { return first_ == count_; }

 private:
  static constexpr std::size_t gathered_bytes_max = 128U << 10;
  static constexpr std::size_t runs_max = 32;

  std::unique_ptr<std::byte[]> buffer_;
  std::size_t end_ = 0;
  std::array<Run, runs_max> runs_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

}  // namespace stt::adapters
