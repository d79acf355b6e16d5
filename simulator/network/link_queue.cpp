#include <simulator/network/link_queue.hpp>

namespace stt::sim {
namespace {

constexpr std::uint64_t codel_packet_bytes = 1'500;  // a queue this short is no standing queue

std::uint64_t square_root(std::uint64_t value) {
  std::uint64_t root = 0;
  for (std::uint64_t bit = std::uint64_t{1} << 31; bit > 0; bit >>= 1) {
    if ((root | bit) * (root | bit) <= value) root |= bit;
  }
  return root;
}

}  // namespace

bool LinkQueue::push(const QueuedPacket& packet, const LinkConditions& conditions) {
  if (bytes_ + packet.bytes > conditions.limit_bytes) return false;
  if (conditions.limit_packets > 0 && packets() >= conditions.limit_packets) return false;
  packets_.push_back(packet);
  bytes_ += packet.bytes;
  return true;
}

std::optional<QueuedPacket> LinkQueue::pop(Instant now, const LinkConditions& conditions,
                                           std::vector<QueuedPacket>& dropped) {
  if (conditions.queue == QueueKind::codel) return codel_pop(now, conditions, dropped);
  return take();
}

std::optional<QueuedPacket> LinkQueue::take() {
  if (empty()) return std::nullopt;
  const QueuedPacket packet = packets_[head_++];
  bytes_ -= packet.bytes;
  if (empty()) {
    packets_.clear();
    head_ = 0;
  } else if (head_ >= 1'024 && head_ * 2 >= packets_.size()) {
    packets_.erase(packets_.begin(), packets_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
  return packet;
}

LinkQueue::Head LinkQueue::codel_take(Instant now, const LinkConditions& conditions) {
  Head head{take(), false};
  if (!head.packet || now - head.packet->since < conditions.codel_target ||
      bytes_ <= codel_packet_bytes) {
    first_above_.reset();
  } else if (!first_above_) {
    first_above_ = now + conditions.codel_interval;
  } else {
    head.may_drop = now >= *first_above_;
  }
  return head;
}

Instant LinkQueue::next_drop(Instant after, const LinkConditions& conditions) const {
  const auto interval = static_cast<std::uint64_t>(conditions.codel_interval.count());
  return after + Duration(static_cast<Duration::rep>(square_root(interval * interval / count_)));
}

std::optional<QueuedPacket> LinkQueue::codel_pop(Instant now, const LinkConditions& conditions,
                                                 std::vector<QueuedPacket>& dropped) {
  Head head = codel_take(now, conditions);
  if (dropping_) {
    if (!head.may_drop) dropping_ = false;
    while (dropping_ && now >= drop_next_) {
      dropped.push_back(*head.packet);
      ++count_;
      head = codel_take(now, conditions);
      if (head.may_drop) {
        drop_next_ = next_drop(drop_next_, conditions);
      } else {
        dropping_ = false;
      }
    }
  } else if (head.may_drop) {
    dropped.push_back(*head.packet);
    head = codel_take(now, conditions);
    dropping_ = true;
    // If it was dropping a short while ago, it begins near the rate that it had then.
    const std::uint64_t delta = count_ - last_count_;
    const bool recently = now - drop_next_ < 16 * conditions.codel_interval;
    count_ = recently && delta > 1 ? delta : 1;
    drop_next_ = next_drop(now, conditions);
    last_count_ = count_;
  }
  return head.packet;
}

}  // namespace stt::sim
