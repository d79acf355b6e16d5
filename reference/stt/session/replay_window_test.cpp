#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <stt/base/beside_model_test.hpp>
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

// The bit that stood for a sequence stands for another one a round of the ring later.
TEST(ReplayWindow, NothingOfAFormerRoundStaysOverAnyJump) {
  constexpr std::uint64_t round = replay_window_sequences + 64;
  constexpr std::uint64_t marked = 100;
  for (std::uint64_t jump = round; jump < 3 * round; ++jump) {
    ReplayWindow window;
    window.accept(Sequence(marked));
    window.accept(Sequence(marked + jump));
    const std::uint64_t again = marked + jump / round * round;
    if (again == marked + jump || jump % round >= replay_window_sequences) continue;
    ASSERT_EQ(judge(window, again), Errc::no_error) << jump;
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

// The window beside the set of all sequences ever accepted.
struct Seen {
  std::string arrive(std::uint64_t sequence) {
    if (!all.empty() && sequence <= *all.rbegin()) {
      if (*all.rbegin() - sequence >= replay_window_sequences) return refused(Errc::too_old);
      if (all.contains(sequence)) return refused(Errc::replayed);
    }
    all.insert(sequence);
    return "taken";
  }
  static std::string refused(Errc error) { return std::string(name(error)); }

  std::set<std::uint64_t> all;
};
struct Window {
  std::string arrive(std::uint64_t sequence) {
    const Errc verdict = judge(window, sequence);
    if (verdict != Errc::no_error) return Seen::refused(verdict);
    window.accept(Sequence(sequence));
    return "taken";
  }
  ReplayWindow window;
};

void agree(const Seen& seen, const Window& real) {
  RC_ASSERT(real.window.largest() == Sequence(*seen.all.rbegin()));
}

// A step from the largest, forwards or back, small or large; or somewhere in the 64 bits. The ring
// of the window holds 8,256: whoever jumps that far and the width of the window, and then goes back
// by that width, stands on the bit from where the jump began.
struct Arrive {
  explicit Arrive(const Seen& seen) {
    const auto step = static_cast<std::uint64_t>(*rc::gen::element<int>(
                          1, 1, 1, 2, 63, 64, 65, 8'191, 8'192, 8'256, 16'447)) *
                      testing::any_between<std::uint64_t>(0, 2);
    const bool back = *rc::gen::arbitrary<bool>();
    const std::uint64_t largest = seen.all.empty() ? 0 : *seen.all.rbegin();
    sequence =
        back ? largest - std::min(largest, step) : largest + std::min(all_ones - largest, step);
    if (*rc::gen::weightedElement<bool>({{1, true}, {60, false}})) {
      sequence = *rc::gen::element<std::uint64_t>(0, 5'000, all_ones - 20'000, all_ones - 5);
    }
  }
  std::uint64_t sequence;
  std::string operator()(auto& on) const { return on.arrive(sequence); }
  void show(std::ostream& os) const { os << sequence; }
};

//= STT-REPLAY-002 test
//= STT-REPLAY-003 test
RC_GTEST_PROP(ReplayWindowModel, AgreesWithASet, ()) {
  Window real;
  testing::keep_beside<Arrive>(Seen(), real);
}

}  // namespace
}  // namespace stt::session
