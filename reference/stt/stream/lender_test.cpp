#include <stt/stream/lender.hpp>

#include <gtest/gtest.h>

#include <map>

namespace stt::stream {
namespace {

constexpr std::uint64_t base = 1'000;
constexpr std::uint64_t message = 10'000;

// No spare: what is not a base is the reservation.
struct LenderTest : ::testing::Test {
  static wire::Parameters parameters() {
    wire::Parameters ours;
    ours.initial_stream_credit = base;
    ours.max_message_bytes = message;
    ours.max_streams = 4;
    return ours;
  }
  // A stream of which `contiguous` positions of one unfinished message have come, none read.
  static CreditDemand stuck_at(std::uint64_t contiguous) {
    return {.consumed = 0, .contiguous = contiguous, .partial_message = true};
  }

  Lender lender{parameters(), 4 * base + message};
  CreditAccount low{.granted = base};
  CreditAccount high{.granted = base};
};

TEST_F(LenderTest, WhatWasReadIsGivenAnew) {
  EXPECT_FALSE(lender.update(StreamId(1), low, {.consumed = 100, .contiguous = 100}));
  EXPECT_TRUE(lender.update(StreamId(1), low, {.consumed = 600, .contiguous = 600}));
  EXPECT_EQ(low.granted, 600 + base);
}

//= STT-FLOW-008 test
TEST_F(LenderTest, TheReservationGoesFirstToTheLowestStreamThatNeedsIt) {
  lender.update(StreamId(3), high, stuck_at(base));
  lender.update(StreamId(1), low, stuck_at(base));
  EXPECT_EQ(lender.lend(), StreamId(1));
  EXPECT_EQ(lender.lend(), std::nullopt);
  EXPECT_TRUE(lender.update(StreamId(1), low, stuck_at(base)));
  EXPECT_EQ(low.granted, 2 * base);
  EXPECT_FALSE(lender.update(StreamId(3), high, stuck_at(base)));
  EXPECT_EQ(high.granted, base);
}

// However soon the one that has just had it needs it again.
//= STT-FLOW-008 test
TEST_F(LenderTest, TheReservationGoesRound) {
  CreditAccount middle{.granted = base};
  std::map<StreamId, CreditAccount*> accounts{
      {StreamId(1), &low}, {StreamId(3), &middle}, {StreamId(5), &high}};
  for (const auto& [id, account] : accounts) lender.update(id, *account, stuck_at(base));
  for (const int expected : {1, 3, 5, 1, 3}) {
    const auto holder = lender.lend();
    ASSERT_EQ(holder, StreamId(static_cast<std::uint16_t>(expected)));
    CreditAccount& account = *accounts.at(*holder);
    // Its message is read, and the next one has begun and filled the window.
    const std::uint64_t read = account.granted;
    lender.update(*holder, account, {.consumed = read, .contiguous = read});
    lender.update(*holder, account,
                  {.consumed = read, .contiguous = account.granted, .partial_message = true});
  }
}

//= STT-FLOW-014 test
TEST_F(LenderTest, TheHolderIsNeverMoreThanItsBaseAheadOfWhatArrived) {
  lender.update(StreamId(1), low, stuck_at(base));
  ASSERT_EQ(lender.lend(), StreamId(1));
  for (std::uint64_t arrived = base; arrived < message; arrived = low.granted) {
    ASSERT_TRUE(lender.update(StreamId(1), low, stuck_at(arrived)));
    EXPECT_LE(low.granted, arrived + base);
  }
  EXPECT_GE(low.granted, message);
}

// A peer whose message never ends gets no more than the largest one needs.
//= STT-FLOW-008 test
//= STT-FLOW-011 test
TEST_F(LenderTest, NoMoreIsLentThanTheLargestMessageNeeds) {
  lender.update(StreamId(1), low, stuck_at(base));
  ASSERT_EQ(lender.lend(), StreamId(1));
  while (lender.update(StreamId(1), low, stuck_at(low.granted))) {
    ASSERT_LE(low.granted, message + base);
  }
  EXPECT_EQ(low.granted, message + base);
  EXPECT_EQ(lender.spare_used(), 0U);
}

//= STT-FLOW-009 test
TEST_F(LenderTest, TheReservationIsFreeOnceItsMessageIsRead) {
  lender.update(StreamId(1), low, stuck_at(base));
  lender.update(StreamId(3), high, stuck_at(base));
  ASSERT_EQ(lender.lend(), StreamId(1));
  lender.update(StreamId(1), low, stuck_at(base));
  // Complete, and not read yet: it still takes up memory.
  lender.update(StreamId(1), low, {.consumed = 0, .contiguous = base + 1});
  EXPECT_EQ(lender.lend(), std::nullopt);
  lender.update(StreamId(1), low, {.consumed = base + 1, .contiguous = base + 1});
  EXPECT_EQ(lender.lend(), StreamId(3));
}

TEST_F(LenderTest, AStreamThatGoesAwayLeavesTheReservationToTheNext) {
  lender.update(StreamId(1), low, stuck_at(base));
  lender.update(StreamId(3), high, stuck_at(base));
  ASSERT_EQ(lender.lend(), StreamId(1));
  lender.drop(StreamId(1), low);
  EXPECT_EQ(lender.lend(), StreamId(3));
}

TEST_F(LenderTest, WhoReadsInPartsNeedsNoReservation) {
  CreditDemand demand = stuck_at(base);
  demand.reads_in_parts = true;
  lender.update(StreamId(1), low, demand);
  EXPECT_EQ(lender.lend(), std::nullopt);
}

TEST_F(LenderTest, NoCreditIsGivenBeyondAFinalPosition) {
  EXPECT_FALSE(lender.update(StreamId(1), low,
                             {.consumed = 900, .contiguous = 900, .final_position = 1'000}));
  EXPECT_EQ(low.granted, base);
}

// The budget never lends more than it has, however many streams move.
//= STT-FLOW-010 test
TEST(LenderWithSpare, TheSpareIsSharedAndNeverOverdrawn) {
  Lender lender(LenderTest::parameters(), 4 * base + message + 8'000);
  ASSERT_EQ(lender.spare_total(), 8'000U);
  std::array<CreditAccount, 4> accounts;
  accounts.fill({.granted = base});
  for (std::uint64_t round = 1; round <= 50; ++round) {
    for (std::size_t i = 0; i < accounts.size(); ++i) {
      const std::uint64_t all_used = accounts[i].granted;
      lender.update(StreamId(static_cast<std::uint16_t>(2 * i + 1)), accounts[i],
                    {.consumed = all_used, .contiguous = all_used});
      EXPECT_LE(lender.spare_used(), lender.spare_total());
    }
  }
  EXPECT_GT(lender.spare_used(), 0U);
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    lender.drop(StreamId(static_cast<std::uint16_t>(2 * i + 1)), accounts[i]);
  }
  EXPECT_EQ(lender.spare_used(), 0U);
}

}  // namespace
}  // namespace stt::stream
