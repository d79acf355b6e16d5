// A set of positions, kept as few intervals. For what was acknowledged out of order and what has
// to be sent again.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace stt::stream {

struct Interval {
  std::uint64_t first;
  std::uint64_t end;  // one past the last
  friend bool operator==(const Interval&, const Interval&) = default;
};

class IntervalSet {
 public:
  bool empty() const { return intervals_.empty(); }
  // Rising, with at least one position between two of them.
  std::span<const Interval> intervals() const { return intervals_; }
  const Interval& front() const { return intervals_.front(); }

  void add(Interval interval);
  void remove(Interval interval);
  void clear() { intervals_.clear(); }

 private:
  std::vector<Interval> intervals_;
};

}  // namespace stt::stream
