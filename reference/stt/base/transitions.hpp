// State machines as data: a table of (state, input, next). What is not in the table is refused.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

namespace stt {

template <class State, class Input>
struct Transition {
  State state;
  Input input;
  State next;
};

// Where `input` leads from `state`; nothing if it is refused there.
template <class State, class Input, std::size_t N>
constexpr std::optional<State> find_next(const std::array<Transition<State, Input>, N>& table,
                                         State state, Input input) {
  for (const auto& row : table) {
    if (row.state == state && row.input == input) return row.next;
  }
  return std::nullopt;
}

// For a static_assert beside each table. States count from 0, the first one; from
// `first_terminal` up to `last` they are terminal.
//   - every pair has one answer
//   - terminal states have no exit, every other one has
//   - every state is entered from another, except the first, which never is
template <class State, class Input, std::size_t N>
constexpr bool is_sound(const std::array<Transition<State, Input>, N>& table, State first_terminal,
                        State last) {
  for (std::size_t i = 0; i < N; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (table[i].state == table[j].state && table[i].input == table[j].input) return false;
    }
  }
  for (std::size_t number = 0; number <= static_cast<std::size_t>(last); ++number) {
    const auto state = static_cast<State>(number);
    bool left = false;
    bool entered = false;
    for (const auto& row : table) {
      left = left || row.state == state;
      entered = entered || (row.next == state && row.state != state);
    }
    if (left == (state >= first_terminal) || entered == (number == 0)) return false;
  }
  return true;
}

}  // namespace stt
