#include <stt/adapters/asio/transmit_queue.hpp>

#include <stt/base/assert.hpp>

namespace stt::adapters {

TransmitQueue::TransmitQueue()
    : buffer_(std::make_unique_for_overwrite<std::byte[]>(gathered_bytes_max +
                                                          wire::datagram_bytes_max)) {}

std::optional<MutableByteView> TransmitQueue::room() {
  if (end_ >= gathered_bytes_max || count_ == runs_max) return std::nullopt;
  return MutableByteView(buffer_.get() + end_, wire::datagram_bytes_max);
}

void TransmitQueue::add(const Address& to, std::size_t size) {
  STT_ASSERT(size > 0 && size <= wire::datagram_bytes_max);
  Run* const last = empty() ? nullptr : &runs_[count_ - 1];
  const bool joins = last != nullptr && last->open && last->to == to &&
                     size <= last->segment_bytes && last->datagrams < segments_per_send_max &&
                     last->size + size <= bytes_per_send_max;
  if (joins) {
    last->size += size;
    ++last->datagrams;
    last->open = size == last->segment_bytes;
  } else {
    STT_ASSERT(count_ < runs_max);
    runs_[count_++] = {to, end_, size, size, 1, true};
  }
  end_ += size;
}

ByteView TransmitQueue::bytes(const Run& run) const {
  return {buffer_.get() + run.offset, run.size};
}

void TransmitQueue::consume(std::size_t bytes) {
  STT_ASSERT(!empty());
  Run& run = runs_[first_];
  STT_ASSERT(bytes <= run.size);
  run.offset += bytes;
  run.size -= bytes;
  run.open = false;
  if (run.size == 0) ++first_;
  if (!empty()) return;
  first_ = count_ = end_ = 0;
}

}  // namespace stt::adapters
