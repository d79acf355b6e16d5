#include <simulator/scenario/recipe.hpp>

#include <simulator/scenario/base64url.hpp>
#include <simulator/scenario/catalogue.hpp>
#include <simulator/scenario/scenario_json.hpp>
#include <simulator/scenario/swarm.hpp>
#include <simulator/scenario/units.hpp>
#include <stt/base/hex.hpp>
#include <stt/crypto/sha3.hpp>

namespace stt::sim {
namespace {

constexpr std::string_view seed_prefix = "seed:";
constexpr std::string_view shipped_prefix = "scenario:";
constexpr std::string_view json_prefix = "json:";
constexpr std::string_view file_infix = "+file:";

RecipeResult malformed(std::string_view token) {
  return tl::unexpected("\"" + std::string(token) +
                        "\" is not a replay token; tokens look like seed:7, scenario:NAME:7 or "
                        "json:TEXT, and are printed by `stt sim run`");
}

RecipeResult recipe_of_bare_token(std::string_view token) {
  if (token.starts_with(seed_prefix)) {
    const auto seed = parse_whole(token.substr(seed_prefix.size()));
    return seed ? RecipeResult(recipe_of_seed(*seed)) : malformed(token);
  }
  if (token.starts_with(shipped_prefix)) {
    const std::string_view rest = token.substr(shipped_prefix.size());
    const std::size_t colon = rest.rfind(':');
    if (colon == std::string_view::npos) return malformed(token);
    const auto seed = parse_whole(rest.substr(colon + 1));
    return seed ? recipe_of_shipped(rest.substr(0, colon), seed) : malformed(token);
  }
  if (token.starts_with(json_prefix)) {
    const auto json = from_base64url(token.substr(json_prefix.size()));
    return json ? recipe_of_json(*json) : malformed(token);
  }
  return malformed(token);
}

}  // namespace

Recipe recipe_of_seed(std::uint64_t seed) {
  return {draw_scenario(seed), std::string(seed_prefix) + std::to_string(seed), {}};
}

RecipeResult recipe_of_shipped(std::string_view name, std::optional<std::uint64_t> seed) {
  for (const ShippedScenario& shipped : shipped_scenarios()) {
    if (shipped.name != name) continue;
    RecipeResult recipe = recipe_of_json(shipped.json, seed);
    if (!recipe) return recipe;
    recipe->token = std::string(shipped_prefix) + std::string(name) + ":" +
                    std::to_string(recipe->scenario.seed);
    return recipe;
  }
  return tl::unexpected("no scenario is called \"" + std::string(name) +
                        "\"; `stt sim list` shows them");
}

RecipeResult recipe_of_json(std::string_view json, std::optional<std::uint64_t> seed) {
  auto scenario = parse_scenario(json);
  if (!scenario) return tl::unexpected(scenario.error().text());
  if (seed) scenario->seed = *seed;
  const std::string text = minimal_json(json, scenario->seed);
  return Recipe{std::move(*scenario), std::string(json_prefix) + to_base64url(text), {}};
}

RecipeResult recipe_of_token(std::string_view token) {
  const std::size_t infix = token.find(file_infix);
  RecipeResult recipe = recipe_of_bare_token(token.substr(0, infix));
  if (!recipe || infix == std::string_view::npos) return recipe;
  const auto digest = from_hex(token.substr(infix + file_infix.size()));
  if (!digest || digest->size() != 32) return malformed(token);
  std::ranges::copy(*digest, recipe->file_digest.emplace().begin());
  recipe->token = token;
  return recipe;
}

void add_file(Recipe& recipe, ByteView file) {
  const ByteArray<32> digest = crypto::sha3_256(file);
  if (!recipe.file_digest) recipe.token += std::string(file_infix) + to_hex(digest);
  recipe.file_digest = digest;
}

}  // namespace stt::sim
