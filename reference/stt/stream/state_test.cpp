#include <stt/stream/state.hpp>

#include <gtest/gtest.h>

namespace stt::stream {
namespace {

// Every (state, input) pair: the tables of docs/spec/streams.md, written down a second time.
//= STT-STREAM-040 test
TEST(StreamStates, FollowTheTable) {
  using enum StreamState;
  constexpr auto none = std::nullopt;
  // frame, shut, both_done, session_ends
  constexpr std::optional<StreamState> expected[4][4] = {
      {open, closing, none, closed},
      {none, closing, none, closed},
      {none, none, closed, closed},
      {none, none, none, none},
  };
  for (std::uint8_t state = 0; state < 4; ++state) {
    for (std::uint8_t input = 0; input < 4; ++input) {
      EXPECT_EQ(next(StreamState{state}, StreamInput{input}), expected[state][input])
          << int{state} << ' ' << int{input};
    }
  }
}

//= STT-STREAM-040 test
TEST(SendStates, FollowTheTable) {
  using enum SendState;
  constexpr auto none = std::nullopt;
  // send, close, sent_all, all_acked, cut, cut_acked
  constexpr std::optional<SendState> expected[6][6] = {
      {sending, flushing, none, none, reset_sent, none},
      {sending, flushing, none, none, reset_sent, none},
      {none, none, closed_sent, none, reset_sent, none},
      {none, none, none, done, reset_sent, none},
      {none, none, none, none, none, done},
      {none, none, none, none, none, none},
  };
  for (std::uint8_t state = 0; state < 6; ++state) {
    for (std::uint8_t input = 0; input < 6; ++input) {
      EXPECT_EQ(next(SendState{state}, SendInput{input}), expected[state][input])
          << int{state} << ' ' << int{input};
    }
  }
}

//= STT-STREAM-040 test
TEST(ReceiveStates, FollowTheTable) {
  using enum ReceiveState;
  constexpr auto none = std::nullopt;
  // data, close, drained, reset, stop
  constexpr std::optional<ReceiveState> expected[4][5] = {
      {receiving, size_known, none, done, stopped},
      {size_known, none, done, done, stopped},
      {stopped, stopped, done, done, none},
      {none, none, none, none, none},
  };
  for (std::uint8_t state = 0; state < 4; ++state) {
    for (std::uint8_t input = 0; input < 5; ++input) {
      EXPECT_EQ(next(ReceiveState{state}, ReceiveInput{input}), expected[state][input])
          << int{state} << ' ' << int{input};
    }
  }
}

}  // namespace
}  // namespace stt::stream
