#include <simulator/campaign/seed_range.hpp>

#include <simulator/scenario/units.hpp>

namespace stt::sim {
namespace {

struct Pair {
  std::uint64_t first;
  std::uint64_t second;
};

std::optional<Pair> pair_of(std::string_view text, char separator) {
  const std::size_t at = text.find(separator);
  if (at == std::string_view::npos) return std::nullopt;
  const auto first = parse_whole(text.substr(0, at));
  const auto second = parse_whole(text.substr(at + 1));
  if (!first || !second) return std::nullopt;
  return Pair{*first, *second};
}

// count * part / parts without overflow.
std::uint64_t fraction(std::uint64_t count, std::uint64_t part, std::uint64_t parts) {
  return count / parts * part + count % parts * part / parts;
}

}  // namespace

std::optional<SeedRange> parse_seed_range(std::string_view text) {
  const auto pair = pair_of(text, ':');
  if (!pair || pair->first > pair->second || pair->second > campaign_seed_max) return std::nullopt;
  return SeedRange{pair->first, pair->second};
}

SeedRange Shard::of(SeedRange range) const {
  const std::uint64_t begin = fraction(range.size(), number - 1, count);
  const std::uint64_t end = fraction(range.size(), number, count);
  return {range.first + begin, range.first + end - 1};
}

std::optional<Shard> parse_shard(std::string_view text) {
  const auto pair = pair_of(text, '/');
  constexpr std::uint64_t count_max = 1'000'000;
  if (!pair || pair->first < 1 || pair->first > pair->second || pair->second > count_max) {
    return std::nullopt;
  }
  return Shard{pair->first, pair->second};
}

}  // namespace stt::sim
