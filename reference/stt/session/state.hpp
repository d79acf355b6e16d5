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

#include <stt/base/transitions.hpp>

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

using Row = Transition<State, Input>;
//= STT-SESSION-001
inline constexpr std::array transitions{
    Row{State::handshake, Input::peer_verified, State::active},
    Row{State::handshake, Input::handshake_failed, State::closed},

    Row{State::active, Input::close_requested, State::flushing},
    Row{State::active, Input::fault, State::closing},
    Row{State::active, Input::close_received, State::draining},
    Row{State::active, Input::idle, State::closed},
    Row{State::active, Input::connection_lost, State::closed},

    Row{State::flushing, Input::flushed, State::closing},
    Row{State::flushing, Input::fault, State::closing},
    Row{State::flushing, Input::close_received, State::draining},
    Row{State::flushing, Input::idle, State::closed},
    Row{State::flushing, Input::connection_lost, State::closed},

    Row{State::closing, Input::close_received, State::closed},
    Row{State::closing, Input::time_over, State::closed},
    Row{State::closing, Input::connection_lost, State::closed},

    Row{State::draining, Input::time_over, State::closed},
    Row{State::draining, Input::connection_lost, State::closed},
};

constexpr std::optional<State> next(State state, Input input) {
  return find_next(transitions, state, input);
}

static_assert(is_sound(transitions, State::closed, State::closed));
// Every move goes forward and only closed has no exit, so every session ends in closed.
static_assert(std::ranges::all_of(transitions,
                                  [](const Row& row) { return row.state < row.next; }));

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

}  // namespace stt::session
