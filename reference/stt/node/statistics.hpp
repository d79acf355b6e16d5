// What a node and each of its sessions count.
#pragma once

#include <array>
#include <cstdint>

#include <stt/base/errc.hpp>
#include <stt/base/time.hpp>
#include <stt/wire/types.hpp>

namespace stt {

// How many errors the list has.
#define X(identifier, number, name, response) +1
inline constexpr std::size_t error_count = STT_ERRORS(X);
#undef X

// Inputs dropped, by reason.
class DropCounters {
 public:
  void add(Errc reason, std::uint64_t times = 1);
  std::uint64_t count(Errc reason) const;
  std::uint64_t total() const;

 private:
  // Indexed like all_errors().
  std::array<std::uint64_t, error_count> counts_{};
};

struct SessionStatistics {
  SessionId session_id;
  std::uint64_t bytes_sent = 0;  // of the application, on streams and in datagrams
  std::uint64_t bytes_received = 0;
  std::uint64_t messages_sent = 0;
  std::uint64_t messages_received = 0;
  Instant created{};
  Instant last_active{};
  std::size_t streams_open = 0;
  std::size_t memory_bytes = 0;  // held for reassembly and retransmission

  std::uint64_t frames_sent = 0;
  std::uint64_t frames_received = 0;
  std::uint64_t retransmissions = 0;  // frames that carried content again
  std::uint64_t frames_lost = 0;
  Duration rtt{};
  Duration rtt_min{};
  Duration rtt_variation{};
  std::uint64_t congestion_window_bytes = 0;
  std::uint64_t bytes_in_flight = 0;
  std::size_t datagram_bytes = 0;  // what path MTU discovery has reached
  Epoch send_epoch;
  Epoch receive_epoch;
  DropCounters drops;
};

struct NodeStatistics {
  std::uint64_t datagrams_received = 0;
  std::uint64_t datagrams_sent = 0;
  std::uint64_t handshakes_completed = 0;
  std::uint64_t handshakes_failed = 0;
  std::size_t half_open = 0;
  std::size_t sessions = 0;
  DropCounters drops;  // of input that belongs to no session
};

}  // namespace stt
