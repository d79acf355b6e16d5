// Worlds have nothing in common, so any number of threads gives the same numbers.
#pragma once

#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace stt::reports {

// work(i) for each i below `count`, in up to `jobs` threads; returns when all is done.
template <class Work>
void in_parallel(std::size_t count, unsigned jobs, const Work& work) {
  std::atomic<std::size_t> next = 0;
  const auto take_turns = [&] {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::jthread> threads;
  for (unsigned i = 1; i < jobs; ++i) threads.emplace_back(take_turns);
  take_turns();
}

}  // namespace stt::reports
