// What the subcommands of `stt sim` take: a name, a file or a token, all in one place.
#pragma once

#include <optional>
#include <string>

#include <simulator/scenario/recipe.hpp>

namespace stt::tool {

// The whole file; nothing if it cannot be read.
std::optional<std::string> read_whole(const std::string& path);

// A token, a scenario's file (a slash, or .json at the end), or the name of one that ships.
// `seed` replaces the scenario's own.
sim::RecipeResult recipe_of_target(const std::string& target,
                                   std::optional<std::uint64_t> seed = {});

}  // namespace stt::tool
