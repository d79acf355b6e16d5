#include <simulator/engine/event_queue.hpp>

#include <algorithm>
#include <tuple>

#include <stt/base/assert.hpp>

namespace stt::sim {
namespace {

constexpr std::size_t arity = 4;

bool before(const Event& a, const Event& b) {
  return std::tie(a.at, a.rank, a.id) < std::tie(b.at, b.rank, b.id);
}

// SplitMix64's finisher: neighbouring ids get unrelated ranks.
std::uint64_t mixed(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15U;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9U;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBU;
  return value ^ (value >> 31);
}

}  // namespace

EventQueue EventQueue::with_shuffled_ties(std::uint64_t seed) {
  EventQueue queue;
  queue.shuffle_seed_ = mixed(seed);
  return queue;
}

void EventQueue::schedule(Instant at, EntityId entity, std::uint32_t code, std::uint64_t argument) {
  STT_ASSERT(at >= now_);
  Event event{at, 0, next_id_++, argument, entity, code};
  if (shuffle_seed_) event.rank = mixed(*shuffle_seed_ ^ event.id);
  heap_.push_back(event);
  sift_up(heap_.size() - 1);
}

std::optional<Event> EventQueue::pop() {
  if (heap_.empty()) return std::nullopt;
  const Event event = heap_.front();
  heap_.front() = heap_.back();
  heap_.pop_back();
  if (!heap_.empty()) sift_down(0);
  STT_ASSERT(event.at >= now_);
  // A shuffled event that was scheduled for this very moment may rank before its predecessor.
  STT_ASSERT(shuffle_seed_ || popped_ == 0 || before(last_, event));
  last_ = event;
  now_ = event.at;
  ++popped_;
  return event;
}

std::optional<Instant> EventQueue::next_at() const {
  if (heap_.empty()) return std::nullopt;
  return heap_.front().at;
}

void EventQueue::sift_up(std::size_t at) {
  const Event event = heap_[at];
  while (at > 0) {
    const std::size_t parent = (at - 1) / arity;
    if (!before(event, heap_[parent])) break;
    heap_[at] = heap_[parent];
    at = parent;
  }
  heap_[at] = event;
}

void EventQueue::sift_down(std::size_t at) {
  const Event event = heap_[at];
  while (true) {
    const std::size_t first = at * arity + 1;
    if (first >= heap_.size()) break;
    const std::size_t end = std::min(first + arity, heap_.size());
    std::size_t least = first;
    for (std::size_t child = first + 1; child < end; ++child) {
      if (before(heap_[child], heap_[least])) least = child;
    }
    if (!before(heap_[least], event)) break;
    heap_[at] = heap_[least];
    at = least;
  }
  heap_[at] = event;
}

}  // namespace stt::sim
