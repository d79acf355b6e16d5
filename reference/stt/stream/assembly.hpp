// Puts the pieces of one stream direction together again, in whatever order, however often and
// however cut they arrive.
#pragma once

#include <optional>
#include <vector>

#include <stt/base/result.hpp>
#include <stt/stream/line.hpp>
#include <stt/wire/stream_message.hpp>

namespace stt::stream {

class Assembly {
 public:
  explicit Assembly(ChunkPool& pool) : line_(pool) {}

  // Everything below was given to the application, or dropped.
  std::uint64_t consumed() const { return consumed_; }
  // Everything below has arrived.
  std::uint64_t contiguous() const { return contiguous_; }
  // Nothing at or above has arrived.
  std::uint64_t highest() const { return stretches_.empty() ? contiguous_ : stretches_.back().end; }
  // Where the first unread message ends, once everything before has arrived.
  std::optional<std::uint64_t> next_end() const { return next_end_; }
  // Bytes of the first unread message that can be read.
  std::uint64_t readable_bytes() const { return next_end_.value_or(contiguous_) - consumed_; }
  bool has_partial_message() const { return !next_end_ && contiguous_ > consumed_; }
  // Whether `contiguous` lies within a message.
  bool within_message() const { return tail_.open; }
  // Of the first unread message; something of it has arrived.
  wire::FrameType next_type() const { return next_end_ ? line_.end_type(*next_end_) : tail_.type; }

  struct Stored {
    std::uint64_t bytes = 0;  // that were new
    std::uint64_t messages = 0;
  };
  // The range of the message exists (decode_data), and memory for it was granted. A failure
  // changes nothing: stream.too_many_gaps, stream.message_type_changed.
  Result<Stored> store(wire::FrameType type, const wire::DataMessage& message);

  // Takes `out.size()` <= readable_bytes() bytes, and then the END_OF_MESSAGE, if it is there and
  // nothing else is left of the message; says whether it took it.
  bool take(MutableByteView out);
  // From now on everything is taken as soon as it arrives, and kept nowhere.
  void discard();

 private:
  // How a stretch ends: within a message of that type, or (not open) right after one.
  struct Tail {
    wire::FrameType type{};
    bool open = false;
  };
  // A stretch that arrived beyond a gap.
  struct Stretch {
    std::uint64_t first;
    std::uint64_t end;
    wire::FrameType head;  // type of the message at `first`
    Tail tail;
  };
  using Stretches = std::vector<Stretch>;

  bool types_agree(wire::FrameType type, const wire::DataMessage& message, std::uint64_t from,
                   std::size_t first, std::size_t last) const;
  Stored fill(wire::FrameType type, const wire::DataMessage& message, std::uint64_t from,
              std::size_t first, std::size_t last);
  void merge(const Stretch& stretch, std::size_t first, std::size_t last);
  void advance();

  Line line_;
  std::uint64_t consumed_ = 0;
  std::uint64_t contiguous_ = 0;
  Tail tail_;            // of what lies before contiguous_
  Stretches stretches_;  // beyond contiguous_, rising, with a gap before each
  std::optional<std::uint64_t> next_end_;
  std::uint64_t searched_ = 0;  // no END_OF_MESSAGE from consumed_ up to here, but next_end_
  bool discarding_ = false;
};

}  // namespace stt::stream
