#include <stt/stream/interval_set.hpp>

#include <algorithm>

namespace stt::stream {

void IntervalSet::add(Interval interval) {
  if (interval.first >= interval.end) return;
  // Those that overlap or touch the new one become part of it.
  const auto from = std::ranges::lower_bound(intervals_, interval.first, {}, &Interval::end);
  auto to = from;
  for (; to != intervals_.end() && to->first <= interval.end; ++to) {
    interval.first = std::min(interval.first, to->first);
    interval.end = std::max(interval.end, to->end);
  }
  if (from == to) {
    intervals_.insert(from, interval);
  } else {
    *from = interval;
    intervals_.erase(from + 1, to);
  }
}

void IntervalSet::remove(Interval interval) {
  if (interval.first >= interval.end) return;
  auto at = std::ranges::upper_bound(intervals_, interval.first, {}, &Interval::end);
  if (at == intervals_.end() || at->first >= interval.end) return;
  if (at->first < interval.first) {
    const Interval left{at->first, interval.first};
    if (at->end > interval.end) {
      at->first = interval.end;
      intervals_.insert(at, left);
      return;
    }
    *at++ = left;
  }
  auto to = at;
  while (to != intervals_.end() && to->end <= interval.end) ++to;
  if (to != intervals_.end() && to->first < interval.end) to->first = interval.end;
  intervals_.erase(at, to);
}

}  // namespace stt::stream
