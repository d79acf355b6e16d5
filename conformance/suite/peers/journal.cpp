#include <conformance/suite/peers/journal.hpp>

#include <algorithm>

#include <conformance/suite/case.hpp>

#include <fmt/format.h>
#include <conformance/suite/peers/edits.hpp>

namespace stt::conform::peers {

using nlohmann::json;

namespace {

// More lines say nothing to a reader; the first ones tell how it began, so the newest are left out.
constexpr std::size_t ladder_lines_max = 400;
constexpr std::size_t line_characters_max = 160;

// What the subject says is no reason to throw.
std::optional<std::uint64_t> number_of(const json& value) {
  try {
    if (value.is_string() || value.is_number_unsigned()) return read_number(value);
  } catch (const SuiteError&) {
  }
  return std::nullopt;
}

bool value_fits(const json& wanted, const json& value) {
  if (wanted.is_array()) {
    if (value.is_array()) return wanted == value;
    return std::ranges::any_of(wanted, [&](const json& one) { return value_fits(one, value); });
  }
  if (!wanted.is_object()) return wanted == "*" || wanted == value;
  if (value.is_object()) return fits(wanted, value);
  const auto number_said = number_of(value);
  if (!number_said) return false;
  const std::uint64_t number = *number_said;
  return (!wanted.contains("at_least") || number >= read_number(wanted.at("at_least"))) &&
         (!wanted.contains("at_most") || number <= read_number(wanted.at("at_most")));
}

}  // namespace

bool fits(const json& pattern, const json& happening) {
  return std::ranges::all_of(pattern.items(), [&](const auto& member) {
    const auto found = happening.find(member.key());
    return found != happening.end() && value_fits(member.value(), *found);
  });
}

void Journal::note(std::int64_t now, const std::string& line) {
  if (ladder_.size() >= ladder_lines_max) return;
  const std::string whole = fmt::format("{:>11} {}", now, line);
  ladder_.push_back(
      whole.size() <= line_characters_max ? whole : whole.substr(0, line_characters_max) + "...");
}

void Journal::happened(std::int64_t now, json happening, Bytes raw) {
  note(now, (happening.contains("sent") ? "<- " : "<= ") + happening.dump());
  entries_.push_back({std::move(happening), std::move(raw)});
}

void Journal::did(std::int64_t now, const std::string& what) {
  note(now, "-> " + what);
}

std::optional<std::size_t> Journal::find(const json& pattern) const {
  for (std::size_t i = scope_; i < entries_.size(); ++i) {
    if (!entries_[i].taken && fits(pattern, entries_[i].happening)) return i;
  }
  return std::nullopt;
}

std::size_t Journal::count(const json& pattern) const {
  std::size_t count = 0;
  for (std::size_t i = scope_; i < entries_.size(); ++i) {
    count += fits(pattern, entries_[i].happening) ? 1 : 0;
  }
  return count;
}

std::size_t Journal::sum(const json& pattern, const std::string& member) const {
  std::size_t sum = 0;
  for (std::size_t i = scope_; i < entries_.size(); ++i) {
    const json& happening = entries_[i].happening;
    if (fits(pattern, happening)) sum += happening.value(member, std::size_t{0});
  }
  return sum;
}

std::optional<std::size_t> Journal::find_member(const char* member) const {
  for (std::size_t i = scope_; i < entries_.size(); ++i) {
    if (!entries_[i].taken && entries_[i].happening.contains(member)) return i;
  }
  return std::nullopt;
}

}  // namespace stt::conform::peers
