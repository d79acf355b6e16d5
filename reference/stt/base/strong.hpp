// A number that means one thing: a Sequence is not a Position, and neither is an int.
#pragma once

#include <compare>
#include <concepts>
#include <functional>

namespace stt {

template <class Tag, std::unsigned_integral T>
class Strong {
 public:
  using Value = T;

  constexpr Strong() = default;
  constexpr explicit Strong(T value) : value_(value) {}

  constexpr T value() const { return value_; }
  constexpr Strong next() const { return Strong(static_cast<T>(value_ + 1)); }
  friend constexpr auto operator<=>(Strong, Strong) = default;

 private:
  T value_ = 0;
};

}  // namespace stt

template <class Tag, class T>
struct std::hash<stt::Strong<Tag, T>> {
  std::size_t operator()(stt::Strong<Tag, T> id) const noexcept {
    return std::hash<T>{}(id.value());
  }
};
