// Memory that is asked for while input is looked at is bounded by the size of that input.
#pragma once

#include <cstddef>

namespace stt::fuzz {

// Breaks a promise at the end of its scope if more than `bytes_max` bytes were allocated within it.
// Counts where AddressSanitizer is, which tells of every allocation; elsewhere it sees nothing.
class AllocationBound {
 public:
  explicit AllocationBound(std::size_t bytes_max);
  ~AllocationBound();
  AllocationBound(const AllocationBound&) = delete;
  AllocationBound& operator=(const AllocationBound&) = delete;

 private:
  std::size_t bytes_max_;
  std::size_t before_;
};

}  // namespace stt::fuzz
