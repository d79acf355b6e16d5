// The two state machines of a handshake, as in docs/spec/handshake.md: what is not in a table is
// refused.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace stt::handshake {

// Every (state, input) pair has one answer: the next state, or none.
template <class StateType, class InputType>
struct Transition {
  StateType state;
  InputType input;
  StateType next;
};

template <class T>
constexpr std::optional<decltype(T::state)> find_next(std::span<const T> table,
                                                      decltype(T::state) state,
                                                      decltype(T::input) input) {
  for (const T& row : table) {
    if (row.state == state && row.input == input) return row.next;
  }
  return std::nullopt;
}

// No pair twice, terminal states have no exits, every state but the first can be entered.
template <class T>
constexpr bool table_is_sound(std::span<const T> table, std::size_t states,
                              std::size_t first_terminal) {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (static_cast<std::size_t>(table[i].state) >= first_terminal) return false;
    for (std::size_t j = i + 1; j < table.size(); ++j) {
      if (table[i].state == table[j].state && table[i].input == table[j].input) return false;
    }
  }
  for (std::size_t state = 1; state < states; ++state) {
    bool entered = false;
    for (const T& row : table) {
      entered = entered || (static_cast<std::size_t>(row.next) == state && row.state != row.next);
    }
    if (!entered) return false;
  }
  return true;
}

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
static_assert(table_is_sound(std::span<const Row>(transitions), state_count,
                             static_cast<std::size_t>(State::established)));

constexpr std::optional<State> next(State state, Input input) {
  return find_next(std::span<const Row>(transitions), state, input);
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
    Row{State::final_sent, Input::hello_again, State::final_sent},
    Row{State::final_sent, Input::proof_again, State::final_sent},
    Row{State::final_sent, Input::session_frame, State::established},
    Row{State::final_sent, Input::session_over, State::failed},
};
static_assert(table_is_sound(std::span<const Row>(transitions), state_count,
                             static_cast<std::size_t>(State::established)));

constexpr std::optional<State> next(State state, Input input) {
  return find_next(std::span<const Row>(transitions), state, input);
}
// Only a proof makes a session, and FINAL is never sent before one.
static_assert(next(State::response_sent, Input::proof) == State::final_sent);
static_assert(!next(State::idle, Input::proof));

}  // namespace responder

}  // namespace stt::handshake
