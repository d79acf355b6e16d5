// Everything about a node that its owner chooses. Defaults suit the open Internet.
#pragma once

#include <cstdint>
#include <functional>

#include <stt/base/time.hpp>
#include <stt/recovery/congestion_control.hpp>
#include <stt/wire/parameters.hpp>
#include <stt/wire/types.hpp>

namespace stt {

struct Config {
  wire::Parameters parameters;  // what this node declares to its peers
  CongestionControl congestion_control = CongestionControl::cubic;

  // The sender rotates its key when any of these is reached (triggers, not limits).
  std::uint64_t rotate_after_bytes = 1'000'000'000;
  Duration rotate_after_time = 1h;
  std::uint64_t rotate_after_messages = 100'000;

  // The sum of what a peer may have in flight towards one session and we have not read: at least
  // max_message_bytes + max_streams x initial_stream_credit.
  std::uint64_t receive_budget_bytes = 32U << 20;
  // What send() takes ahead of the network, per stream.
  std::uint64_t send_buffer_bytes = 1U << 20;
  std::size_t datagram_queue_max = 256;  // received custom frames on stream 0, not yet read

  // UDP datagrams: the size every path is trusted with, and how far discovery may raise it.
  std::size_t datagram_bytes_initial = 1'200;
  std::size_t datagram_bytes_max = 1'452;

  Duration handshake_deadline = 10s;  // of a connect
  Duration handshake_resend = 500ms;  // first resend; doubles each time
  Duration half_open_age_max = 5s;    // of a responder's unfinished handshake
  std::size_t half_open_max = 4'096;  // in total
  std::size_t half_open_per_seed_max = 1'024;
  Duration close_deadline = 5s;  // how long close() and stop() flush

  bool accepts = true;  // answers HELLOs
  // At most one session with each peer: the one whose initiator has the smaller node id stays.
  bool single_session_per_peer = false;
  // Judges the proven node id of a peer; empty accepts every holder of the shared seed.
  std::function<bool(const NodeId&, const SeedHint&)> accept_peer;
};

}  // namespace stt
