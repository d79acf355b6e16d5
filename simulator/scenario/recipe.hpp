// What it takes to run a world again: a scenario, and a token that says it in one word.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <simulator/scenario/scenario.hpp>
#include <stt/base/bytes.hpp>
#include <tl/expected.hpp>

namespace stt::sim {

// Tokens:
//
//   seed:N               a world drawn from a seed
//   scenario:NAME:N      a shipped scenario, with its seed
//   json:TEXT            any scenario file, minimal, in base64url
//   ...+file:DIGEST      and a file with this SHA3-256 was moved, which has to be given again
struct Recipe {
  Scenario scenario;
  std::string token;
  std::optional<ByteArray<32>> file_digest;
};

using RecipeResult = tl::expected<Recipe, std::string>;  // or a sentence about what is wrong

Recipe recipe_of_seed(std::uint64_t seed);
// `seed` replaces the scenario's own.
RecipeResult recipe_of_shipped(std::string_view name, std::optional<std::uint64_t> seed = {});
RecipeResult recipe_of_json(std::string_view json, std::optional<std::uint64_t> seed = {});
RecipeResult recipe_of_token(std::string_view token);

// The token then names the file.
void add_file(Recipe& recipe, ByteView file);

}  // namespace stt::sim
