#include <gtest/gtest.h>

#include <stt/session/close_timer.hpp>
#include <stt/session/idle_timer.hpp>
#include <stt/session/owed_replies.hpp>
#include <stt/session/state.hpp>

namespace stt::session {
namespace {

constexpr Instant start{};
constexpr Duration pto = 100ms;

// Every pair of a state and an input, written out again: a row is a state, a column an input, in
// the order of their declaration.
//= STT-SESSION-001 test
TEST(SessionState, AnswersEveryPairOfStateAndInput) {
  using S = State;
  constexpr std::optional<State> no = std::nullopt;
  // clang-format off
  const std::array<std::array<std::optional<State>, input_count>, state_count> expected{{
      // verified   failed      close        flushed     fault       CLOSE        idle       3 PTO      lost
      {S::active,   S::closed,  no,          no,         no,         no,          no,        no,        no},
      {no,          no,         S::flushing, no,         S::closing, S::draining, S::closed, no,        S::closed},
      {no,          no,         no,          S::closing, S::closing, S::draining, S::closed, no,        S::closed},
      {no,          no,         no,          no,         no,         S::closed,   no,        S::closed, S::closed},
      {no,          no,         no,          no,         no,         no,          no,        S::closed, S::closed},
      {no,          no,         no,          no,         no,         no,          no,        no,        no},
  }};
  // clang-format on
  for (std::size_t state = 0; state < state_count; ++state) {
    for (std::size_t input = 0; input < input_count; ++input) {
      EXPECT_EQ(next(static_cast<State>(state), static_cast<Input>(input)), expected[state][input])
          << name(static_cast<State>(state)) << ", input " << input;
    }
  }
}

TEST(SessionState, ShowsFourStatesToTheOutside) {
  EXPECT_EQ(public_state(State::handshake), PublicState::handshake);
  EXPECT_EQ(public_state(State::active), PublicState::active);
  EXPECT_EQ(public_state(State::flushing), PublicState::active);
  EXPECT_EQ(public_state(State::closing), PublicState::closing);
  EXPECT_EQ(public_state(State::draining), PublicState::closing);
  EXPECT_EQ(public_state(State::closed), PublicState::closed);
}

//= STT-SESSION-002 test
//= STT-SESSION-019 test
TEST(SessionState, MovesDataOnlyWhileActive) {
  for (std::size_t i = 0; i < state_count; ++i) {
    const auto state = static_cast<State>(i);
    EXPECT_EQ(moves_data(state), public_state(state) == PublicState::active) << name(state);
    EXPECT_EQ(takes_new_data(state), state == State::active) << name(state);
  }
}

//= STT-SESSION-021 test
TEST(CloseTimer, AnswersFewerAndFewerFrames) {
  CloseTimer timer(start, pto);
  std::vector<int> answered;
  for (int frame = 1; frame <= 100; ++frame) {
    if (timer.answers_frame()) answered.push_back(frame);
  }
  EXPECT_EQ(answered, (std::vector{1, 2, 4, 8, 16, 32, 64}));
}

TEST(CloseTimer, IsOverAfterThreePto) {
  const CloseTimer timer(start + 1s, pto);
  EXPECT_EQ(timer.end(), start + 1s + 3 * pto);
  EXPECT_FALSE(timer.is_over(start + 1s + 3 * pto - 1ns));
  EXPECT_TRUE(timer.is_over(start + 1s + 3 * pto));
}

//= STT-SESSION-014 test
TEST(IdleTimer, TakesTheSmallerTimeoutThatIsNotZero) {
  const auto deadline = [](Duration own, Duration peer) {
    return IdleTimer(start, {own, peer, {}}).deadline(pto);
  };
  EXPECT_EQ(deadline(30s, 20s), start + 20s);
  EXPECT_EQ(deadline(20s, 30s), start + 20s);
  EXPECT_EQ(deadline(0s, 30s), start + 30s);
  EXPECT_EQ(deadline(30s, 0s), start + 30s);
  EXPECT_EQ(deadline(0s, 0s), std::nullopt);
  EXPECT_FALSE(IdleTimer(start, {}).is_over(start + 1'000h, pto));
}

TEST(IdleTimer, LastsThreePtoAtLeast) {
  const IdleTimer timer(start, {100ms, 100ms, {}});
  EXPECT_FALSE(timer.is_over(start + 300ms - 1ns, pto));
  EXPECT_TRUE(timer.is_over(start + 300ms, pto));
}

//= STT-SESSION-015 test
TEST(IdleTimer, StartsAgainWithReceptionAndTheFirstFrameSentAfterIt) {
  IdleTimer timer(start, {10s, 10s, {}});
  timer.on_sent(start + 1s, false);
  EXPECT_EQ(timer.deadline(pto), start + 10s);
  timer.on_sent(start + 2s, true);
  EXPECT_EQ(timer.deadline(pto), start + 12s);
  timer.on_sent(start + 3s, true);  // our own retransmissions keep no dead peer alive
  EXPECT_EQ(timer.deadline(pto), start + 12s);
  timer.on_received(start + 4s);
  EXPECT_EQ(timer.deadline(pto), start + 14s);
  timer.on_sent(start + 5s, true);
  EXPECT_EQ(timer.deadline(pto), start + 15s);
}

//= STT-SESSION-017 test
TEST(IdleTimer, AsksForAPingWhenNothingWasSent) {
  IdleTimer timer(start, {30s, 30s, 5s});
  EXPECT_FALSE(timer.keep_alive_due(start + 5s - 1ns));
  EXPECT_TRUE(timer.keep_alive_due(start + 5s));
  timer.on_sent(start + 5s, true);
  EXPECT_EQ(timer.keep_alive_at(), start + 10s);
  timer.on_sent(start + 6s, false);
  timer.on_received(start + 6s);
  EXPECT_EQ(timer.keep_alive_at(), start + 10s);
  EXPECT_EQ(IdleTimer(start, {30s, 30s, {}}).keep_alive_at(), std::nullopt);
}

TEST(IdleTimer, KeepsASessionAliveBeforeItsTimeout) {
  const IdleTimer timer(start, {30s, 10s, 10s});
  EXPECT_EQ(timer.keep_alive_at(), start + 5s);
}

//= STT-CONTROL-013 test
TEST(OwedReplies, OwesAPongForTheNewestPingOnly) {
  OwedReplies owed;
  EXPECT_TRUE(owed.empty());
  owed.on_ping(Sequence(3));
  owed.on_ping(Sequence(7));
  owed.on_ping(Sequence(5));
  EXPECT_FALSE(owed.empty());
  EXPECT_EQ(owed.poll_pong(), wire::Pong{Sequence(7)});
  EXPECT_EQ(owed.poll_pong(), std::nullopt);
  owed.on_ping(Sequence(6));  // came late: a newer one is answered
  EXPECT_EQ(owed.poll_pong(), std::nullopt);
  EXPECT_TRUE(owed.empty());
}

wire::PathChallenge challenge(std::uint8_t number) {
  return {{std::byte{number}}};
}

//= STT-CONTROL-014 test
//= STT-PATH-014 test
TEST(OwedReplies, AnswersAChallengeToWhereItCameFrom) {
  OwedReplies owed;
  const Address a = Address::ipv4(192, 0, 2, 1, 1);
  const Address b = Address::ipv4(192, 0, 2, 2, 2);
  owed.on_path_challenge(Sequence(1), a, challenge(1));
  owed.on_path_challenge(Sequence(2), b, challenge(2));
  const auto newer = owed.poll_path_response();
  ASSERT_TRUE(newer);
  EXPECT_EQ(newer->to, b);
  EXPECT_EQ(newer->message.data, challenge(2).data);
  const auto older = owed.poll_path_response();
  ASSERT_TRUE(older);
  EXPECT_EQ(older->to, a);
  EXPECT_EQ(older->message.data, challenge(1).data);
  EXPECT_FALSE(owed.poll_path_response());
}

//= STT-CONTROL-015 test
TEST(OwedReplies, OwesTheNewestFourChallengesOnly) {
  OwedReplies owed;
  for (const std::uint8_t number : std::array<std::uint8_t, 6>{10, 30, 20, 50, 40, 5}) {
    owed.on_path_challenge(Sequence(number), {}, challenge(number));
  }
  for (const std::uint8_t number : std::array<std::uint8_t, 4>{50, 40, 30, 20}) {
    const auto reply = owed.poll_path_response();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->message.data, challenge(number).data);
  }
  EXPECT_TRUE(owed.empty());
}

}  // namespace
}  // namespace stt::session
