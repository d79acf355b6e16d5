#include <simulator/scenario/units.hpp>

#include <array>
#include <charconv>
#include <limits>

namespace stt::sim {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;  // how many of the smallest unit
};

constexpr std::array durations{Unit{"ns", 1}, Unit{"us", 1'000}, Unit{"ms", 1'000'000},
                               Unit{"s", 1'000'000'000}, Unit{"min", 60'000'000'000}};
constexpr std::array shares{Unit{"%", ppm_always / 100}};
constexpr std::array rates{Unit{"bit", 1}, Unit{"kbit", 1'000}, Unit{"mbit", 1'000'000},
                           Unit{"gbit", 1'000'000'000}};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// "1.5" in units of 1000 is 1500; nothing if it cannot be written as an integer.
std::optional<std::uint64_t> scaled(std::string_view number, std::uint64_t factor) {
  const std::size_t point = number.find('.');
  const auto integer = parse_whole(number.substr(0, point));
  constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max() / 2;
  if (!integer || *integer > most / factor) return std::nullopt;
  std::uint64_t value = *integer * factor;
  if (point == std::string_view::npos) return value;
  const std::string_view decimals = number.substr(point + 1);
  if (decimals.empty()) return std::nullopt;
  for (const char digit : decimals) {
    if (!is_digit(digit) || factor % 10 != 0) return std::nullopt;
    factor /= 10;
    value += static_cast<std::uint64_t>(digit - '0') * factor;
  }
  return value;
}

template <std::size_t N>
std::optional<std::uint64_t> parse(std::string_view text, const std::array<Unit, N>& units) {
  std::size_t size = 0;
  while (size < text.size() && (is_digit(text[size]) || text[size] == '.')) ++size;
  for (const Unit& unit : units) {
    if (text.substr(size) == unit.name) return scaled(text.substr(0, size), unit.factor);
  }
  return std::nullopt;
}

template <std::size_t N>
std::string text_of(std::uint64_t value, const std::array<Unit, N>& units) {
  const Unit* best = &units.front();
  for (const Unit& unit : units) {
    if (value != 0 && value % unit.factor == 0) best = &unit;
  }
  return std::to_string(value / best->factor) + std::string(best->name);
}

}  // namespace

std::optional<std::uint64_t> parse_whole(std::string_view digits) {
  std::uint64_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stopped, failure] = std::from_chars(digits.data(), end, value);
  if (failure != std::errc{} || stopped != end) return std::nullopt;
  return value;
}

std::optional<Duration> parse_duration(std::string_view text) {
  const auto value = parse(text, durations);
  constexpr std::uint64_t century = 3'155'760'000U * std::uint64_t{1'000'000'000};
  if (!value || *value > century) return std::nullopt;
  return Duration(static_cast<Duration::rep>(*value));
}

std::optional<Ppm> parse_share(std::string_view text) {
  const auto value = parse(text, shares);
  if (!value || *value > ppm_always) return std::nullopt;
  return static_cast<Ppm>(*value);
}

std::optional<std::uint64_t> parse_rate(std::string_view text) {
  if (text == "unlimited") return 0;
  const auto value = parse(text, rates);
  // What a packet's time is computed with must not overflow.
  if (!value || *value == 0 || *value > 1'000'000'000'000) return std::nullopt;
  return value;
}

std::string duration_text(Duration duration) {
  return text_of(static_cast<std::uint64_t>(duration.count()), durations);
}

std::string share_text(Ppm share) {
  std::string text = std::to_string(share / 10'000);
  if (share % 10'000 != 0) {
    const std::string decimals = std::to_string(10'000 + share % 10'000).substr(1);
    text += "." + decimals.substr(0, decimals.find_last_not_of('0') + 1);
  }
  return text + "%";
}

std::string rate_text(std::uint64_t bits_per_second) {
  return bits_per_second == 0 ? "unlimited" : text_of(bits_per_second, rates);
}

}  // namespace stt::sim
