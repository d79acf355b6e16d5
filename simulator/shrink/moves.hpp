// The moves by which a scenario file becomes smaller. They know its shape (lists of things with
// names and times), and little of what it means: what is no scenario any more is refused by the
// parser, and what does not fail any more by the world.
#pragma once

#include <functional>

#include <nlohmann/json.hpp>

namespace stt::sim {

using ScenarioJson = nlohmann::ordered_json;

// What a move promises, and how much a world must have become smaller for it.
enum class Gain : std::uint8_t {
  structure,  // the file is smaller: nothing more is asked
  amount,     // a number is smaller: the world must not have become larger
  luck,       // only the seed is another: there must be fewer faults
};

// Tries a candidate; if it is kept, it takes the place of `current` before this returns. False once
// the search is over: stop.
struct Attempt {
  bool kept = false;
  bool go_on = true;
};
using Try = std::function<Attempt(const ScenarioJson& candidate, Gain gain)>;

// All moves once, from the coarse to the fine. `current` changes whenever one is kept.
void try_all_moves(const ScenarioJson& current, const Try& attempt);

}  // namespace stt::sim
