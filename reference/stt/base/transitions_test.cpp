#include <stt/base/transitions.hpp>

#include <cstdint>

#include <gtest/gtest.h>

namespace stt {
namespace {

enum class State : std::uint8_t { begun, busy, done };
enum class Input : std::uint8_t { go, wait, stop };
using Row = Transition<State, Input>;

template <class... Rows>
constexpr bool sound(Rows... rows) {
  return is_sound(std::array{rows...}, State::done, State::done);
}

constexpr Row go{State::begun, Input::go, State::busy};
constexpr Row stop{State::busy, Input::stop, State::done};

TEST(Transitions, OnlyWhatStandsInTheTableLeadsAnywhere) {
  constexpr std::array table{go, stop};
  EXPECT_EQ(find_next(table, State::begun, Input::go), State::busy);
  EXPECT_EQ(find_next(table, State::begun, Input::stop), std::nullopt);
  EXPECT_EQ(find_next(table, State::done, Input::stop), std::nullopt);
}

TEST(Transitions, ASoundTableMayStayWhereItIs) {
  EXPECT_TRUE(sound(go, stop));
  EXPECT_TRUE(sound(go, stop, Row{State::busy, Input::wait, State::busy}));
}

TEST(Transitions, APairHasOneAnswer) {
  EXPECT_FALSE(sound(go, stop, Row{State::begun, Input::go, State::done}));
}

TEST(Transitions, ATerminalStateHasNoExitAndEveryOtherHasOne) {
  EXPECT_FALSE(sound(go, stop, Row{State::done, Input::wait, State::done}));
  EXPECT_FALSE(sound(go, Row{State::begun, Input::stop, State::done}));
}

TEST(Transitions, EveryStateButTheFirstIsEnteredFromAnother) {
  EXPECT_FALSE(sound(Row{State::begun, Input::stop, State::done}, stop,
                     Row{State::busy, Input::wait, State::busy}));
  EXPECT_FALSE(sound(go, stop, Row{State::busy, Input::go, State::begun}));
}

}  // namespace
}  // namespace stt
