// Which of a node's sessions wants to be woken next: an indexed binary heap. Setting a timer moves
// an entry and allocates nothing once the heap has grown to the number of sessions.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <vector>

#include <stt/base/time.hpp>
#include <stt/node/event.hpp>

namespace stt::node {

// What an entry keeps of its place in the queue; lives in the session.
struct TimerSlot {
  static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
  std::size_t index = none;
};

template <class Owner>
class TimerQueue {
 public:
  // Sets, moves or (with nullopt) removes the owner's timer.
  void set(Owner& owner, std::optional<Instant> at) {
    std::size_t index = owner.timer_slot().index;
    if (!at) {
      if (index != TimerSlot::none) remove(index);
      return;
    }
    if (index == TimerSlot::none) {
      index = heap_.size();
      heap_.push_back({*at, &owner});
      owner.timer_slot().index = index;
    } else {
      heap_[index].at = *at;
    }
    sift_down(sift_up(index));
  }

  std::optional<Instant> next() const {
    if (heap_.empty()) return std::nullopt;
    return heap_.front().at;
  }

  // The owner whose timer has run out, longest ago first; its timer is removed.
  Owner* pop_due(Instant now) {
    if (heap_.empty() || heap_.front().at > now) return nullptr;
    Owner* owner = heap_.front().owner;
    remove(0);
    return owner;
  }

 private:
  struct Entry {
    Instant at;
    Owner* owner;
    // Equal times run in the order in which the sessions began.
    friend bool operator<(const Entry& a, const Entry& b) {
      return a.at != b.at ? a.at < b.at : a.owner->handle() < b.owner->handle();
    }
  };

  void place(std::size_t index, Entry entry) {
    heap_[index] = entry;
    entry.owner->timer_slot().index = index;
  }

  std::size_t sift_up(std::size_t index) {
    const Entry entry = heap_[index];
    while (index > 0 && entry < heap_[(index - 1) / 2]) {
      place(index, heap_[(index - 1) / 2]);
      index = (index - 1) / 2;
    }
    place(index, entry);
    return index;
  }

  void sift_down(std::size_t index) {
    const Entry entry = heap_[index];
    for (std::size_t child = 2 * index + 1; child < heap_.size(); child = 2 * index + 1) {
      if (child + 1 < heap_.size() && heap_[child + 1] < heap_[child]) ++child;
      if (!(heap_[child] < entry)) break;
      place(index, heap_[child]);
      index = child;
    }
    place(index, entry);
  }

  void remove(std::size_t index) {
    heap_[index].owner->timer_slot().index = TimerSlot::none;
    const Entry last = heap_.back();
    heap_.pop_back();
    if (index == heap_.size()) return;
    place(index, last);
    sift_down(sift_up(index));
  }

  std::vector<Entry> heap_;
};

}  // namespace stt::node
