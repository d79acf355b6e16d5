#include <conformance/tool/sim_target.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace stt::tool {

std::optional<std::string> read_whole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::error_code failure;
  if (!in || std::filesystem::is_directory(path, failure)) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

sim::RecipeResult recipe_of_target(const std::string& target, std::optional<std::uint64_t> seed) {
  const bool is_path = target.find('/') != std::string::npos || target.ends_with(".json");
  if (is_path) {
    const std::optional<std::string> json = read_whole(target);
    if (!json) return tl::unexpected("cannot read " + target);
    sim::RecipeResult recipe = sim::recipe_of_json(*json, seed);
    if (!recipe) return tl::unexpected(target + ": " + recipe.error());
    return recipe;
  }
  if (target.find(':') != std::string::npos) return sim::recipe_of_token(target);
  return sim::recipe_of_shipped(target, seed);
}

}  // namespace stt::tool
