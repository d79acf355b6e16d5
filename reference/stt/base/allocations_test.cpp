#include <stt/base/allocations.hpp>

#include <array>
#include <new>

#include <gtest/gtest.h>

namespace stt {
namespace {

struct alignas(128) Wide {
  std::array<char, 128> bytes;
};

// Volatile, so that no compiler leaves out what nobody reads.
template <class T, class... Form>
std::uint64_t count_of(Form... form) {
  const std::uint64_t before = allocations();
  T* volatile one = new (form...) T{};
  T* volatile many = new (form...) T[3]{};
  delete one;
  delete[] many;
  return allocations() - before;
}

TEST(Allocations, EveryFormIsCounted) {
  EXPECT_EQ(count_of<int>(), 2U);
  EXPECT_EQ(count_of<int>(std::nothrow), 2U);
  EXPECT_EQ(count_of<Wide>(), 2U);
}

TEST(Allocations, NothingIsCountedWithoutAny) {
  const std::uint64_t before = allocations();
  std::array<char, 4'000> on_the_stack{};
  on_the_stack.fill('x');
  EXPECT_EQ(allocations(), before);
}

}  // namespace
}  // namespace stt
