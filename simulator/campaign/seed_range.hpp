// Seeds in a row.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace stt::sim {

// SQLite's integers have a sign.
inline constexpr std::uint64_t campaign_seed_max = 0x7FFF'FFFF'FFFF'FFFE;

struct SeedRange {
  std::uint64_t first = 1;
  std::uint64_t last = 0;  // included; before first: empty

  std::uint64_t size() const { return last + 1 - first; }
  bool operator==(const SeedRange&) const = default;
};

// "1:300" is 300 seeds. Nothing if it is not a range, or the wrong way round.
std::optional<SeedRange> parse_seed_range(std::string_view text);

// One of `count` nearly equal parts of a range; all parts together are the range.
struct Shard {
  std::uint64_t number = 1;  // from 1
  std::uint64_t count = 1;

  SeedRange of(SeedRange range) const;
};

// "3/10".
std::optional<Shard> parse_shard(std::string_view text);

}  // namespace stt::sim
