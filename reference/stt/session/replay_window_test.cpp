#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <stt/session/replay_window.hpp>

namespace stt::session {
namespace {

constexpr std::uint64_t all_ones = ~std::uint64_t{0};

Errc judge(const ReplayWindow& window, std::uint64_t sequence) {
  const auto verdict = window.check(Sequence(sequence));
  return verdict ? Errc::no_error : verdict.error();
}

//= STT-REPLAY-001 test
TEST(ReplayWindow, HoldsItsWholeWidth) {
  ReplayWindow window;
  const std::uint64_t largest = 3 * replay_window_sequences + 17;
  window.accept(Sequence(largest));
  const std::uint64_t oldest = largest - (replay_window_sequences - 1);
  EXPECT_EQ(judge(window, oldest - 1), Errc::too_old);
  for (std::uint64_t sequence = oldest; sequence < largest; ++sequence) {
    ASSERT_EQ(judge(window, sequence), Errc::no_error) << sequence;
    window.accept(Sequence(sequence));
    ASSERT_EQ(judge(window, sequence), Errc::replayed) << sequence;
  }
}

// The ring is walked more than once: what was marked a round ago is no mark of today.
TEST(ReplayWindow, AcceptsNeighboursInSwappedOrderForEver) {
  ReplayWindow window;
  for (std::uint64_t sequence = 0; sequence < 3 * replay_window_sequences; sequence += 2) {
    window.accept(Sequence(sequence + 1));
    ASSERT_EQ(judge(window, sequence), Errc::no_error) << sequence;
    window.accept(Sequence(sequence));
  }
}

TEST(ReplayWindow, ForgetsEverythingOverALongJump) {
  ReplayWindow window;
  for (std::uint64_t sequence = 0; sequence < 200; ++sequence) window.accept(Sequence(sequence));
  window.accept(Sequence(1'000'000'000));
  EXPECT_EQ(judge(window, 199), Errc::too_old);
  for (std::uint64_t i = 1; i < replay_window_sequences; ++i) {
    ASSERT_EQ(judge(window, 1'000'000'000 - i), Errc::no_error);
  }
}

//= STT-REPLAY-006 test
TEST(ReplayWindow, ReachesTheLastSequence) {
  ReplayWindow window;
  window.accept(Sequence(all_ones - 1));
  EXPECT_EQ(judge(window, all_ones), Errc::no_error);
  window.accept(Sequence(all_ones));
  EXPECT_EQ(judge(window, all_ones), Errc::replayed);
  EXPECT_EQ(judge(window, all_ones - 1), Errc::replayed);
  EXPECT_EQ(judge(window, all_ones - 2), Errc::no_error);
  EXPECT_EQ(judge(window, all_ones - replay_window_sequences), Errc::too_old);
  EXPECT_EQ(judge(window, 0), Errc::too_old);
}

// The window against the set of all sequences ever accepted: any walk, forwards and back, by small
// and large steps, anywhere in the 64 bits.
//= STT-REPLAY-002 test
//= STT-REPLAY-003 test
RC_GTEST_PROP(ReplayWindow, AgreesWithASet, ()) {
  const auto base = *rc::gen::element<std::uint64_t>(0, 5'000, all_ones - 20'000, all_ones - 5);
  const auto steps = *rc::gen::container<std::vector<std::int64_t>>(
      200, rc::gen::oneOf(rc::gen::inRange<std::int64_t>(-70, 70),
                          rc::gen::inRange<std::int64_t>(-9'000, 9'000)));
  ReplayWindow window;
  std::set<std::uint64_t> seen;
  std::uint64_t at = base;
  for (const std::int64_t step : steps) {
    const auto size = static_cast<std::uint64_t>(step < 0 ? -step : step);
    if (step < 0) {
      at -= std::min(at, size);
    } else {
      at += std::min(all_ones - at, size);
    }
    Errc expected = Errc::no_error;
    if (!seen.empty() && at <= *seen.rbegin()) {
      if (*seen.rbegin() - at >= replay_window_sequences) {
        expected = Errc::too_old;
      } else if (seen.contains(at)) {
        expected = Errc::replayed;
      }
    }
    RC_ASSERT(judge(window, at) == expected);
    if (expected != Errc::no_error) continue;
    window.accept(Sequence(at));
    seen.insert(at);
    RC_ASSERT(window.largest() == Sequence(*seen.rbegin()));
  }
}

}  // namespace
}  // namespace stt::session
