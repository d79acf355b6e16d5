// A queue in one block of memory that grows by doubling and never shrinks: in a steady flow it
// does not allocate. Elements have an absolute index, which stays when older ones are popped.
#pragma once

#include <cstdint>
#include <vector>

#include <stt/base/assert.hpp>

namespace stt::recovery {

template <class T>
class Ring {
 public:
  bool empty() const { return begin_ == end_; }
  std::size_t size() const { return static_cast<std::size_t>(end_ - begin_); }
  // Absolute indices: the oldest element, and one past the newest.
  std::uint64_t begin_index() const { return begin_; }
  std::uint64_t end_index() const { return end_; }

  T& operator[](std::uint64_t index) { return slots_[slot(index)]; }
  const T& operator[](std::uint64_t index) const { return slots_[slot(index)]; }
  T& front() { return (*this)[begin_]; }
  const T& front() const { return (*this)[begin_]; }

  void push_back(const T& value) {
    if (size() == slots_.size()) grow();
    slots_[end_ & (slots_.size() - 1)] = value;
    ++end_;
  }
  void pop_front() {
    STT_ASSERT(!empty());
    ++begin_;
  }
  void clear() { begin_ = end_; }

 private:
  std::size_t slot(std::uint64_t index) const {
    STT_ASSERT(index - begin_ < end_ - begin_);
    return static_cast<std::size_t>(index & (slots_.size() - 1));
  }
  void grow() {
    std::vector<T> larger(slots_.empty() ? 16 : slots_.size() * 2);
    for (std::uint64_t index = begin_; index != end_; ++index) {
      larger[index & (larger.size() - 1)] = slots_[index & (slots_.size() - 1)];
    }
    slots_.swap(larger);
  }

  std::vector<T> slots_;  // a power of two
  std::uint64_t begin_ = 0;
  std::uint64_t end_ = 0;
};

}  // namespace stt::recovery
