// Properties that fail, for replay_line_test.py; ctest does not run them as tests of their own.
#include <cstdint>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace {

// What it fails with differs from seed to seed.
RC_GTEST_PROP(Planted, NoNumberIsLarge, (std::uint32_t number)) {
  RC_ASSERT(number < 5 || number % 7 != 3);
}

RC_GTEST_PROP(Planted, EveryNumberIsItself, (std::uint32_t number)) {
  RC_ASSERT(number == number + 0);
}

TEST(Planted, FailsWithoutDrawing) {
  FAIL() << "as planted";
}

}  // namespace
