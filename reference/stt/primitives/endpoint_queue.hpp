// What waits for one endpoint: bounded in items and in bytes.
#pragma once

#include <cstdint>
#include <deque>

#include <stt/base/bytes.hpp>
#include <stt/base/result.hpp>
#include <stt/primitives/limits.hpp>

namespace stt::primitives {

// What becomes of bytes that come while the queue is full.
enum class WhenFull : std::uint8_t {
  block,        // stream.would_block: nothing changes, the caller comes again
  drop_oldest,  // those in front make room
  drop_newest,  // they are dropped themselves
  refuse,       // primitives.endpoint_full
};

struct EndpointOptions {
  std::size_t items_max = endpoint_items_default;
  std::size_t bytes_max = endpoint_bytes_default;
  WhenFull when_full = WhenFull::block;
};

enum class Routed : std::uint8_t {
  queued,   // drop_oldest may have dropped others for it
  dropped,  // by drop_newest
};

struct EndpointCounters {
  std::uint64_t routed = 0;  // into the queue
  std::uint64_t taken = 0;   // out of it
  std::uint64_t dropped = 0;
  std::uint64_t dropped_bytes = 0;
};

class EndpointQueue {
 public:
  explicit EndpointQueue(const EndpointOptions& options) : options_(options) {}

  // Copies the bytes. stream.would_block or primitives.endpoint_full by the policy;
  // primitives.item_too_large for what would not even fit the empty queue, whatever the policy.
  Result<Routed> push(ByteView bytes);
  // The oldest item; stream.would_block while there is none.
  Result<Bytes> pop();

  std::size_t items() const { return items_.size(); }
  std::size_t bytes() const { return bytes_; }
  const EndpointOptions& options() const { return options_; }
  const EndpointCounters& counters() const { return counters_; }

 private:
  bool has_room(std::size_t bytes) const {
    return items_.size() < options_.items_max && bytes <= options_.bytes_max - bytes_;
  }
  void drop_oldest();
  void count_drop(std::size_t bytes);

  EndpointOptions options_;
  std::deque<Bytes> items_;
  std::size_t bytes_ = 0;
  EndpointCounters counters_;
};

}  // namespace stt::primitives
