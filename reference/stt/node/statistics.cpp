#include <stt/node/statistics.hpp>

#include <numeric>

namespace stt {
namespace {

std::size_t index_of(Errc reason) {
  const auto errors = all_errors();
  std::size_t low = 0;
  for (std::size_t size = errors.size(); size > 0;) {
    const std::size_t half = size / 2;
    if (errors[low + half].code < reason) {
      low += half + 1;
      size -= half + 1;
    } else {
      size = half;
    }
  }
  return low;
}

}  // namespace

void DropCounters::add(Errc reason, std::uint64_t times) {
  counts_[index_of(reason)] += times;
}

std::uint64_t DropCounters::count(Errc reason) const {
  return counts_[index_of(reason)];
}

std::uint64_t DropCounters::total() const {
  return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0});
}

}  // namespace stt
