#include <simulator/engine/draws.hpp>

#include <gtest/gtest.h>

#include <bit>
#include <set>

#include <simulator/hosts/seeded_random.hpp>
#include <stt/base/hex.hpp>

namespace stt::sim {
namespace {

std::vector<std::uint64_t> first(Draws draws, std::size_t count) {
  std::vector<std::uint64_t> values(count);
  for (auto& value : values) value = draws.next();
  return values;
}

// The generator decides what every seed means, for ever: a change of it has to be seen.
TEST(Draws, IsPinned) {
  Draws draws(1, 2, "pinned");
  ByteArray<16> bytes{};
  draws.fill(bytes);
  EXPECT_EQ(to_hex(bytes), "d9b714c443cac9817fa2a1664957f199");
}

TEST(Draws, DependsOnSeedEntityAndPurpose) {
  const std::set<std::vector<std::uint64_t>> all{
      first(Draws(1, 1, "a"), 4), first(Draws(2, 1, "a"), 4), first(Draws(1, 2, "a"), 4),
      first(Draws(1, 1, "b"), 4)};
  EXPECT_EQ(all.size(), 4U);
  EXPECT_EQ(first(Draws(1, 1, "a"), 4), first(Draws(1, 1, "a"), 4));
}

// Half of the bits of neighbouring seeds' draws differ, as if they had nothing in common.
TEST(Draws, NeighbouringSeedsAreIndependent) {
  int different = 0;
  constexpr int pairs = 1'000;
  for (std::uint64_t seed = 0; seed < pairs; ++seed) {
    different += std::popcount(Draws(seed, 0, "x").next() ^ Draws(seed + 1, 0, "x").next());
  }
  EXPECT_NEAR(different / double{pairs}, 32.0, 0.6);  // five standard deviations
}

TEST(Draws, BelowIsUniform) {
  Draws draws(3, 0, "uniform");
  std::array<int, 7> counts{};
  for (int i = 0; i < 70'000; ++i) ++counts[draws.below(7)];
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 500);
}

TEST(Draws, BetweenIncludesBothEnds) {
  Draws draws(4, 0, "between");
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 200; ++i) seen.insert(draws.between(5, 8));
  EXPECT_EQ(seen, (std::set<std::uint64_t>{5, 6, 7, 8}));
  draws.between(0, ~std::uint64_t{0});  // every value at once does not overflow
}

TEST(Draws, ChanceHitsItsProbability) {
  Draws draws(5, 0, "chance");
  int hits = 0;
  for (int i = 0; i < 100'000; ++i) hits += draws.chance(300'000) ? 1 : 0;
  EXPECT_NEAR(hits, 30'000, 750);
  for (int i = 0; i < 1'000; ++i) {
    EXPECT_FALSE(draws.chance(0));
    EXPECT_TRUE(draws.chance(ppm_always));
  }
}

TEST(Draws, FillAtReadsAnywhereOfOneSequence) {
  const Draws draws(6, 0, "content");
  Bytes whole(1'000);
  draws.fill_at(0, whole);
  for (const std::size_t position : {0U, 1U, 15U, 16U, 17U, 500U, 983U}) {
    Bytes part(17);
    draws.fill_at(position, part);
    EXPECT_TRUE(equal(part, ByteView(whole).subspan(position, 17))) << position;
  }
}

TEST(SeededRandom, LabelsDoNotShiftEachOther) {
  SeededRandom random(1, 1);
  SeededRandom disturbed(1, 1);
  ByteArray<16> expected{};
  ByteArray<16> got{};
  ByteArray<5> other{};
  ASSERT_TRUE(random.fill("nonce", expected));
  ASSERT_TRUE(disturbed.fill("padding", other));
  ASSERT_TRUE(disturbed.fill("nonce", got));
  EXPECT_EQ(expected, got);
  ASSERT_TRUE(disturbed.fill("nonce", got));
  EXPECT_NE(expected, got);
}

}  // namespace
}  // namespace stt::sim
