// Quantities as people write them in a scenario, in the forms of tc-netem; into integers, exactly.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <simulator/engine/draws.hpp>
#include <stt/base/time.hpp>

namespace stt::sim {

// Decimal digits and nothing else; what fits into 64 bits.
std::optional<std::uint64_t> parse_whole(std::string_view digits);
// "250us", "10ms", "1.5s", "2min". Whole nanoseconds, at most about 100 years.
std::optional<Duration> parse_duration(std::string_view text);
// "10%", "0.01%"; at most four digits after the point, 0% to 100%.
std::optional<Ppm> parse_share(std::string_view text);
// Bits per second: "56kbit", "2.5mbit", "10gbit", "unlimited" (0).
std::optional<std::uint64_t> parse_rate(std::string_view text);

// And back, in the largest unit that needs no point (a share: in percent).
std::string duration_text(Duration duration);  // not negative
std::string share_text(Ppm share);
std::string rate_text(std::uint64_t bits_per_second);

}  // namespace stt::sim
