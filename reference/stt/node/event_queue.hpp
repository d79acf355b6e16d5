// Events on their way to the application. Keeps its memory, so a steady session allocates nothing.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include <stt/node/event.hpp>

namespace stt::node {

class EventQueue {
 public:
  template <class E>
  void push(E&& event) {
    events_.emplace_back(std::forward<E>(event));
  }

  bool empty() const { return head_ == events_.size(); }

  std::optional<Event> pop() {
    if (head_ == events_.size()) return std::nullopt;
    std::optional<Event> event(std::move(events_[head_++]));
    if (head_ == events_.size()) {
      events_.clear();
      head_ = 0;
    }
    return event;
  }

 private:
  std::vector<Event> events_;
  std::size_t head_ = 0;
};

}  // namespace stt::node
