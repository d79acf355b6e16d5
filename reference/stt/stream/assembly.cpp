#include <stt/stream/assembly.hpp>

#include <algorithm>

#include <stt/base/assert.hpp>

namespace stt::stream {

Result<Assembly::Stored> Assembly::store(wire::FrameType type, const wire::DataMessage& message) {
  const std::uint64_t end = message.end().value();
  //= STT-STREAM-011
  const std::uint64_t from = std::max(message.offset.value(), contiguous_);
  if (from >= end) return Stored{};
  // The stretches that the piece overlaps or touches become one with it.
  const auto low = std::ranges::lower_bound(stretches_, from, {}, &Stretch::end);
  const auto high = std::ranges::upper_bound(stretches_, end, {}, &Stretch::first);
  const auto first = static_cast<std::size_t>(low - stretches_.begin());
  const auto last = static_cast<std::size_t>(high - stretches_.begin());
  //= STT-STREAM-027
  if (from != contiguous_ && first == last && stretches_.size() >= gaps_max) {
    return fail(Errc::too_many_gaps);
  }
  //= STT-STREAM-012
  //= STT-STREAM-062
  if (!types_agree(type, message, from, first, last)) return fail(Errc::message_type_changed);

  const Stored stored = fill(type, message, from, first, last);
  Stretch merged{from, end, type, {type, !message.end_of_message}};
  if (first < last) {
    const Stretch& left = stretches_[first];
    const Stretch& right = stretches_[last - 1];
    if (left.first < from) {
      merged.first = left.first;
      merged.head = left.head;
    }
    if (right.end >= end) {
      merged.end = right.end;
      merged.tail = right.tail;
    }
  }
  merge(merged, first, last);
  return stored;
}

// A piece lies in one message. So each hole that it fills must fit the message on its left, unless
// that has ended, and the one on its right, unless the piece's own end stands between.
bool Assembly::types_agree(wire::FrameType type, const wire::DataMessage& message,
                           std::uint64_t from, std::size_t first, std::size_t last) const {
  const std::uint64_t end = message.end().value();
  std::uint64_t cursor = from;
  const Tail* left = from == contiguous_ ? &tail_ : nullptr;
  for (std::size_t i = first; i < last; ++i) {
    const Stretch& next = stretches_[i];
    if (next.first > cursor) {
      if (left && left->open && left->type != type) return false;
      const bool ends_before = message.end_of_message && next.first == end;
      if (!ends_before && next.head != type) return false;
    }
    left = &next.tail;
    cursor = std::max(cursor, next.end);
  }
  return cursor >= end || !left || !left->open || left->type == type;
}

// Writes what is missing between the stretches; what came first stays.
Assembly::Stored Assembly::fill(wire::FrameType type, const wire::DataMessage& message,
                                std::uint64_t from, std::size_t first, std::size_t last) {
  const std::uint64_t offset = message.offset.value();
  const std::uint64_t bytes_end = offset + message.bytes.size();
  const std::uint64_t end = message.end().value();
  Stored stored;
  std::uint64_t cursor = from;
  const auto fill_up_to = [&](std::uint64_t to) {
    if (to <= cursor) return;
    const std::uint64_t bytes_to = std::min(to, bytes_end);
    if (bytes_to > cursor) {
      const auto size = static_cast<std::size_t>(bytes_to - cursor);
      if (!discarding_) {
        line_.write(cursor, message.bytes.subspan(static_cast<std::size_t>(cursor - offset), size));
      }
      stored.bytes += size;
    }
    if (message.end_of_message && to == end) {
      if (!discarding_) line_.write_end(end - 1, type);
      ++stored.messages;
    }
  };
  for (std::size_t i = first; i < last; ++i) {
    fill_up_to(std::min(stretches_[i].first, end));
    cursor = std::max(cursor, stretches_[i].end);
  }
  fill_up_to(end);
  return stored;
}

void Assembly::merge(const Stretch& stretch, std::size_t first, std::size_t last) {
  const auto low = stretches_.begin() + static_cast<std::ptrdiff_t>(first);
  const auto high = stretches_.begin() + static_cast<std::ptrdiff_t>(last);
  if (stretch.first == contiguous_) {
    contiguous_ = stretch.end;
    tail_ = stretch.tail;
    stretches_.erase(low, high);
    advance();
  } else if (low == high) {
    stretches_.insert(low, stretch);
  } else {
    *low = stretch;
    stretches_.erase(low + 1, high);
  }
}

void Assembly::advance() {
  if (discarding_) {
    consumed_ = contiguous_;
    return;
  }
  if (next_end_) return;
  next_end_ = line_.find_end(searched_, contiguous_);
  searched_ = next_end_ ? *next_end_ + 1 : contiguous_;
}

bool Assembly::take(MutableByteView out) {
  STT_ASSERT(out.size() <= readable_bytes());
  line_.read(consumed_, out);
  consumed_ += out.size();
  const bool ended = next_end_ == consumed_;
  if (ended) {
    ++consumed_;
    next_end_.reset();
    advance();
  }
  line_.release_before(consumed_, consumed_ == contiguous_ && stretches_.empty());
  return ended;
}

void Assembly::discard() {
  discarding_ = true;
  consumed_ = contiguous_;
  next_end_.reset();
  line_.clear();
}

}  // namespace stt::stream
