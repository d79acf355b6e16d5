#include <stt/primitives/endpoint_queue.hpp>

namespace stt::primitives {

//= STT-ENDPOINT-002
//= STT-ENDPOINT-003
Result<Routed> EndpointQueue::push(ByteView bytes) {
  //= STT-ENDPOINT-009
  if (bytes.size() > options_.bytes_max) return fail(Errc::item_too_large);
  if (!has_room(bytes.size())) {
    switch (options_.when_full) {
      case WhenFull::block: return fail(Errc::would_block);
      case WhenFull::refuse: return fail(Errc::endpoint_full);
      case WhenFull::drop_newest: count_drop(bytes.size()); return Routed::dropped;
      case WhenFull::drop_oldest:
        while (!has_room(bytes.size())) drop_oldest();
        break;
    }
  }
  items_.emplace_back(bytes.begin(), bytes.end());
  bytes_ += bytes.size();
  //= STT-ENDPOINT-012
  ++counters_.routed;
  return Routed::queued;
}

Result<Bytes> EndpointQueue::pop() {
  if (items_.empty()) return fail(Errc::would_block);
  Bytes item = std::move(items_.front());
  items_.pop_front();
  bytes_ -= item.size();
  ++counters_.taken;
  return item;
}

void EndpointQueue::drop_oldest() {
  const std::size_t bytes = items_.front().size();
  items_.pop_front();
  bytes_ -= bytes;
  count_drop(bytes);
}

void EndpointQueue::count_drop(std::size_t bytes) {
  ++counters_.dropped;
  counters_.dropped_bytes += bytes;
}

}  // namespace stt::primitives
