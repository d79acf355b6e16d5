// What all talkers of a world share: what is being played, who complained, and what came of it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include <simulator/checkers/violations.hpp>
#include <simulator/hosts/script.hpp>
#include <stt/wire/frame.hpp>

namespace stt::sim {

// How one stream, or the datagrams of a session (stream 0), are played.
struct Part {
  std::shared_ptr<const Script> script;
  wire::FrameType type = wire::FrameType::data;
  bool echo = false;
  bool whole = false;
  bool digest = false;          // a file: its SHA3-256 is compared as well
  Duration every{};             // between two messages; 0: all at once
  Instant began{};              // of the world
  std::uint64_t read_rate = 0;  // bytes per second that the receiver reads; 0: all at once

  // When a message is there to be sent.
  Instant due(std::size_t message) const {
    return began + every * static_cast<Duration::rep>(message);
  }
};

// The parts that are being played in a world: how a receiver learns what to expect.
class PartBook {
 public:
  void add(const SessionId& session, StreamId stream, Part part) {
    parts_[{session, stream}] = std::move(part);
  }
  // Null for a stream that nobody opened.
  const Part* find(const SessionId& session, StreamId stream) const {
    const auto found = parts_.find({session, stream});
    return found == parts_.end() ? nullptr : &found->second;
  }

 private:
  std::map<std::pair<SessionId, StreamId>, Part> parts_;
};

// What talkers count, over the whole world.
struct Tally {
  std::uint64_t bytes_delivered = 0;  // of messages that arrived, compared
  std::uint64_t messages_delivered = 0;
  std::uint64_t datagrams_sent = 0;  // of custom frames on stream 0
  std::uint64_t datagrams_delivered = 0;
  std::uint64_t digests_equal = 0;  // of files, SHA3-256
  std::uint64_t reconnects = 0;     // after a session had died
  std::optional<ByteArray<32>> file_digest;
  std::optional<Instant> first_connected;
  Instant last_delivered{};
  // From when a message was due to when it was read, of those that have a due time; microseconds.
  std::vector<std::uint32_t> latencies_us;
};

struct Stage {
  PartBook book;
  Violations violations;
  Marker marker{};
  std::optional<ByteView> file;  // of the run; none: drawn bytes are sent instead
  Tally tally;
};

}  // namespace stt::sim
