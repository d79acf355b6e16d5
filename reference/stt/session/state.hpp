// The life of a session, as one table. What is not in the table is refused.
//
//   outside      inside     meaning
//   Handshake    handshake  no session frame is sent or opened yet
//   Active       active     data flows
//                flushing   our application has closed; what it sent before still leaves
//   Closing      closing    our CLOSE is sent; valid frames are answered with it
//                draining   the peer's CLOSE has come; we are silent
//   Closed       closed     nothing is kept
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace stt::session {

enum class State : std::uint8_t { handshake, active, flushing, closing, draining, closed };

// The four states that the seed names and the outside sees.
enum class PublicState : std::uint8_t { handshake, active, closing, closed };

enum class Input : std::uint8_t {
  peer_verified,     // the peer's signature, pin and policy hold
  handshake_failed,  // refused, timed out, evicted, given up, or its connection is lost
  close_requested,   // close() of our application
  flushed,           // nothing of the streams is left to send, or the deadline is over
  fault,             // we end the session because of an error, and say so with CLOSE
  close_received,    // a valid CLOSE of the peer
  idle,              // the idle time-out; nobody is told
  time_over,         // 3 PTO in closing or draining
  connection_lost,   // the reliable connection below has ended
};

inline constexpr std::size_t state_count = 6;
inline constexpr std::size_t input_count = 9;

struct Transition {
  State from;
  Input input;
  State to;
};

//= STT-SESSION-001
inline constexpr std::array transitions{
    Transition{State::handshake, Input::peer_verified, State::active},
    Transition{State::handshake, Input::handshake_failed, State::closed},

    Transition{State::active, Input::close_requested, State::flushing},
    Transition{State::active, Input::fault, State::closing},
    Transition{State::active, Input::close_received, State::draining},
    Transition{State::active, Input::idle, State::closed},
    Transition{State::active, Input::connection_lost, State::closed},

    Transition{State::flushing, Input::flushed, State::closing},
    Transition{State::flushing, Input::fault, State::closing},
    Transition{State::flushing, Input::close_received, State::draining},
    Transition{State::flushing, Input::idle, State::closed},
    Transition{State::flushing, Input::connection_lost, State::closed},

    Transition{State::closing, Input::close_received, State::closed},
    Transition{State::closing, Input::time_over, State::closed},
    Transition{State::closing, Input::connection_lost, State::closed},

    Transition{State::draining, Input::time_over, State::closed},
    Transition{State::draining, Input::connection_lost, State::closed},
};

// Where `input` leads from `state`; nothing if it is refused there.
constexpr std::optional<State> next(State state, Input input) {
  for (const Transition& transition : transitions) {
    if (transition.from == state && transition.input == input) return transition.to;
  }
  return std::nullopt;
}

constexpr PublicState public_state(State state) {
  switch (state) {
    case State::handshake: return PublicState::handshake;
    case State::active:
    case State::flushing: return PublicState::active;
    case State::closing:
    case State::draining: return PublicState::closing;
    case State::closed: break;
  }
  return PublicState::closed;
}

// The application may open streams and send.
//= STT-SESSION-019
constexpr bool takes_new_data(State state) {
  return state == State::active;
}
// Frames are judged and their payload is used.
//= STT-SESSION-002
constexpr bool moves_data(State state) {
  return state == State::active || state == State::flushing;
}

constexpr std::string_view name(State state) {
  constexpr std::array<std::string_view, state_count> names{"handshake", "active",   "flushing",
                                                            "closing",   "draining", "closed"};
  return names[static_cast<std::size_t>(state)];
}

namespace detail {

// One answer per pair, always forward, no exit from closed, and a way to it from everywhere.
constexpr bool table_is_sound() {
  for (const Transition& a : transitions) {
    if (a.from >= a.to) return false;
    const auto answers = std::ranges::count_if(
        transitions, [&](const Transition& b) { return a.from == b.from && a.input == b.input; });
    if (answers != 1) return false;
  }
  for (std::size_t i = 0; i < state_count; ++i) {
    const auto state = static_cast<State>(i);
    const bool has_exit = std::ranges::any_of(
        transitions, [&](const Transition& transition) { return transition.from == state; });
    const bool has_entry = std::ranges::any_of(
        transitions, [&](const Transition& transition) { return transition.to == state; });
    if (has_exit == (state == State::closed)) return false;
    if (has_entry == (state == State::handshake)) return false;
  }
  return true;
}

}  // namespace detail

// Every move goes forward and only closed has no exit, so every session ends in closed.
static_assert(detail::table_is_sound());

}  // namespace stt::session
