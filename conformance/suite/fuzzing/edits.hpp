// Changes to the "in" of a vector: at random, or to something smaller.
#pragma once

#include <vector>

#include <nlohmann/json.hpp>

#include <simulator/engine/draws.hpp>

namespace stt::conform {

// `in` with one to three changes. Hexadecimal stays hexadecimal and a decimal string mostly stays
// one, so that most of what comes out is a question. Pieces of `other`, an "in" of the same kind,
// may be taken over.
nlohmann::json changed(const nlohmann::json& in, const nlohmann::json& other, sim::Draws& draws);

// What `in` may be shrunk to in one step, the greatest steps first.
std::vector<nlohmann::json> smaller(const nlohmann::json& in);

}  // namespace stt::conform
