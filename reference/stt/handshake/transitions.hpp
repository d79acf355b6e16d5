// The two state machines of a handshake, as in docs/spec/handshake.md: what is not in a table is
// refused.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include <stt/base/transitions.hpp>

namespace stt::handshake {

namespace initiator {

enum class State : std::uint8_t { idle, hello_sent, proof_sent, established, failed };
inline constexpr std::size_t state_count = 5;

enum class Input : std::uint8_t {
  start,
  response,    // a RESPONSE that passed every check
  final,       // a FINAL that passed every check
  bad_final,   // a FINAL that opened and failed a check
  resend_due,  // the same bytes again
  renew_due,   // no FINAL after the last resend: a new HELLO
  deadline,
  abandon,  // cancelled, connection lost, or no randomness for a new HELLO
};
inline constexpr std::size_t input_count = 8;

using Row = Transition<State, Input>;
//= STT-HANDSHAKE-080
inline constexpr std::array transitions{
    Row{State::idle, Input::start, State::hello_sent},
    Row{State::hello_sent, Input::response, State::proof_sent},
    Row{State::hello_sent, Input::resend_due, State::hello_sent},
    Row{State::hello_sent, Input::deadline, State::failed},
    Row{State::hello_sent, Input::abandon, State::failed},
    Row{State::proof_sent, Input::final, State::established},
    Row{State::proof_sent, Input::bad_final, State::failed},
    Row{State::proof_sent, Input::resend_due, State::proof_sent},
    Row{State::proof_sent, Input::renew_due, State::hello_sent},
    Row{State::proof_sent, Input::deadline, State::failed},
    Row{State::proof_sent, Input::abandon, State::failed},
};
static_assert(is_sound(transitions, State::established, State::failed));

constexpr std::optional<State> next(State state, Input input) {
  return find_next(transitions, state, input);
}
// A session stands on a verified FINAL only.
static_assert(next(State::proof_sent, Input::final) == State::established);
static_assert(!next(State::hello_sent, Input::final));

}  // namespace initiator

namespace responder {

enum class State : std::uint8_t { idle, response_sent, final_sent, established, failed };
inline constexpr std::size_t state_count = 5;

enum class Input : std::uint8_t {
  hello,          // a new HELLO that passed every check
  hello_again,    // the same bytes
  proof,          // an AUTH_PROOF that passed every check
  bad_proof,      // an AUTH_PROOF that opened and failed a check
  proof_again,    // the same bytes
  give_up,        // too old, evicted, or connection lost
  session_frame,  // a session frame of the initiator opened
  session_over,   // the session ended before that
};
inline constexpr std::size_t input_count = 8;

using Row = Transition<State, Input>;
inline constexpr std::array transitions{
    Row{State::idle, Input::hello, State::response_sent},
    Row{State::response_sent, Input::hello_again, State::response_sent},
    Row{State::response_sent, Input::proof, State::final_sent},
    Row{State::response_sent, Input::bad_proof, State::failed},
    Row{State::response_sent, Input::give_up, State::failed},
    Row{State::final_sent, Input::proof_again, State::final_sent},
    Row{State::final_sent, Input::session_frame, State::established},
    Row{State::final_sent, Input::session_over, State::failed},
};
static_assert(is_sound(transitions, State::established, State::failed));

constexpr std::optional<State> next(State state, Input input) {
  return find_next(transitions, state, input);
}
// Only a proof makes a session, and FINAL is never sent before one.
static_assert(next(State::response_sent, Input::proof) == State::final_sent);
static_assert(!next(State::idle, Input::proof));

}  // namespace responder

}  // namespace stt::handshake
