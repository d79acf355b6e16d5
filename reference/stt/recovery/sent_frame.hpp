// What recovery is told of a frame that was sent, and what it tells of its fate.
#pragma once

#include <cstdint>
#include <vector>

#include <stt/base/time.hpp>
#include <stt/wire/carried.hpp>

namespace stt::recovery {

struct SentFrame {
  Sequence sequence{};
  std::size_t bytes = 0;  // of the whole frame
  // Of its datagram, up to the end of this frame; what a path had to carry for it at least.
  std::size_t reach_bytes = 0;
  bool ack_eliciting = true;
  // The first frame of its datagram. Frames that share a datagram are lost and reordered together,
  // so reordering is counted in datagrams, not in sequences.
  bool starts_datagram = true;
  // A PING padded to try a larger datagram: its loss is reported but no sign of congestion.
  bool is_mtu_probe = false;
  // Sent to another address than the session's path (PATH_CHALLENGE, PATH_RESPONSE): tracked, but
  // it tells nothing about the path's window or round-trip time.
  bool off_path = false;
  wire::Carried carried{};
};

// A frame whose fate is known, or whose content should be sent again in a probe.
struct FrameReport {
  Sequence sequence{};
  Instant sent_at{};
  std::size_t bytes = 0;
  std::size_t reach_bytes = 0;
  bool is_mtu_probe = false;
  bool in_flight = false;  // counted in the window of the current path
  wire::Carried carried{};
};

// Filled anew by each call; keep one and hand it in again, then a steady flow does not allocate.
struct Outcome {
  std::vector<FrameReport> acked;
  // Content that has to be sent again, where it still matters.
  std::vector<FrameReport> lost;
  // Declared lost in an earlier call, but acknowledged now: no need to send it again.
  std::vector<FrameReport> late_acked;
  // After a probe timeout: the oldest content still unacknowledged. It is not lost; the probes
  // should carry it again under new sequences, or new data, or a PING.
  std::vector<FrameReport> probe;

  void clear();
};

}  // namespace stt::recovery
