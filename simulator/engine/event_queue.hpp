// The clock of a world: events in the total order (time, rank, id). Normally the rank is nothing
// and ids rise as events are scheduled, so events of one time happen in the order in which they
// were asked for. With shuffled ties the rank is drawn from a seed: code that leans on the order
// of simultaneous events then behaves differently, and shows.
#pragma once

#include <optional>
#include <vector>

#include <simulator/engine/entity.hpp>

namespace stt::sim {

class EventQueue {
 public:
  EventQueue() = default;
  static EventQueue with_shuffled_ties(std::uint64_t seed);

  // The time of the event popped last. Integer nanoseconds, never goes back.
  Instant now() const { return now_; }

  // Not in the past (asserted). Events cannot be taken back: an entity that has changed its mind
  // ignores the event when it comes.
  void schedule(Instant at, EntityId entity, std::uint32_t code, std::uint64_t argument);

  // Advances the clock to the next event and removes it.
  std::optional<Event> pop();
  std::optional<Instant> next_at() const;

  std::size_t size() const { return heap_.size(); }
  std::uint64_t popped() const { return popped_; }

 private:
  void sift_up(std::size_t at);
  void sift_down(std::size_t at);

  std::vector<Event> heap_;  // 4-ary: half as deep as a binary one, children in one cache line
  Event last_{};
  Instant now_{};
  std::uint64_t next_id_ = 1;
  std::uint64_t popped_ = 0;
  std::optional<std::uint64_t> shuffle_seed_;
};

}  // namespace stt::sim
