#include <conformance/suite/fuzzing/edits.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace stt::conform {
namespace {

using nlohmann::json;
using Pointer = json::json_pointer;

// Everything in `value` that can be changed: lists and what is no object.
void collect(const json& value, const Pointer& at, std::vector<Pointer>& places) {
  if (!value.is_object() && !at.empty()) places.push_back(at);
  if (value.is_object()) {
    for (const auto& [name, member] : value.items()) collect(member, at / name, places);
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) collect(value[i], at / i, places);
  }
}

std::vector<Pointer> places_of(const json& in) {
  std::vector<Pointer> places;
  collect(in, Pointer(), places);
  return places;
}

bool is_hex(const std::string& text) {
  return text.size() % 2 == 0 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}
bool is_decimal(const std::string& text) {
  constexpr std::size_t digits_max = 20;
  return !text.empty() && text.size() <= digits_max &&
         text.find_first_not_of("0123456789") == std::string::npos;
}

std::uint64_t number_in(const std::string& text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string hex_byte(std::uint64_t value) {
  constexpr std::string_view digits = "0123456789abcdef";
  return {digits[value >> 4U & 15U], digits[value & 15U]};
}

// Where codecs go wrong: ends of ranges, and where one more byte is needed.
std::uint64_t interesting(sim::Draws& draws) {
  const std::uint64_t power = std::uint64_t{1} << draws.below(64);
  switch (draws.below(4)) {
    case 0: return draws.below(300);
    case 1: return power;
    case 2: return power - 1;
    default: return ~draws.below(4);
  }
}

void change_hex(std::string& text, const std::string& other, sim::Draws& draws) {
  const std::size_t bytes = text.size() / 2;
  const std::size_t at = bytes == 0 ? 0 : 2 * draws.below(bytes);
  constexpr std::array<std::uint64_t, 8> bytes_of_interest{0, 1, 2, 4, 0x7F, 0x80, 0x81, 0xFF};
  switch (draws.below(7)) {
    case 0: text.resize(at); break;
    case 1: text.insert(at, hex_byte(draws.below(256))); break;
    case 2: text.erase(at, 2); break;
    case 3: text.insert(at, text.substr(at, 2 * draws.between(1, 8))); break;
    case 4:
      if (is_hex(other) && !other.empty()) {
        text = text.substr(0, at) + other.substr(2 * draws.below(other.size() / 2));
      }
      break;
    case 5:
      if (bytes > 0) text.replace(at, 2, hex_byte(bytes_of_interest[draws.below(8)]));
      break;
    default:
      if (bytes > 0) {
        const std::uint64_t before = std::stoul(text.substr(at, 2), nullptr, 16);
        text.replace(at, 2, hex_byte(before ^ std::uint64_t{1} << draws.below(8)));
      }
      break;
  }
}

void change_text(json& value, const json& other, sim::Draws& draws) {
  auto text = value.get<std::string>();
  const std::string from = other.is_string() ? other.get<std::string>() : std::string();
  // "300" is a number or a byte and a half; "30" may be both.
  const bool decimal = is_decimal(text) && (!is_hex(text) || draws.below(2) == 0);
  if (decimal) {
    const std::uint64_t number = number_in(text);
    const std::uint64_t step = draws.below(3) - 1;
    text = std::to_string(draws.below(2) == 0 ? interesting(draws) : number + step);
  } else if (is_hex(text)) {
    change_hex(text, from, draws);
  } else {
    text = from;
  }
  value = text;
}

void change_list(json& list, const json& other, sim::Draws& draws) {
  if (list.empty()) {
    if (other.is_array() && !other.empty()) list = other;
    return;
  }
  const std::size_t at = draws.below(list.size());
  switch (draws.below(4)) {
    case 0: list.erase(at); break;
    case 1: std::swap(list[at], list[draws.below(list.size())]); break;
    case 2:
      if (other.is_array() && !other.empty()) list[at] = other[draws.below(other.size())];
      break;
    default: {
      const json copy = list[at];
      list.push_back(copy);
      break;
    }
  }
}

void change_place(json& in, const json& all_of_other, sim::Draws& draws) {
  const std::vector<Pointer> places = places_of(in);
  if (places.empty()) return;
  const Pointer& at = places[draws.below(places.size())];
  const json other = all_of_other.contains(at) ? all_of_other[at] : json();
  json& value = in[at];
  if (value.is_string()) {
    change_text(value, other, draws);
  } else if (value.is_array()) {
    change_list(value, other, draws);
  } else if (value.is_boolean()) {
    value = !value.get<bool>();
  } else if (value.is_number_unsigned()) {
    value = draws.below(2) == 0 ? draws.below(300) : value.get<std::uint64_t>() + draws.below(2);
  }
}

// `text` without pieces of it, in steps of a power of two, and then with zeros.
std::vector<std::string> smaller_hex(const std::string& text) {
  std::vector<std::string> out;
  std::size_t piece = 2;
  while (piece * 2 <= text.size()) piece *= 2;
  for (; piece >= 2; piece /= 2) {
    for (std::size_t at = 0; at + piece <= text.size(); at += piece) {
      out.push_back(text.substr(0, at) + text.substr(at + piece));
    }
  }
  for (std::size_t at = 0; at + 2 <= text.size(); at += 2) {
    if (text.compare(at, 2, "00") == 0) continue;
    out.push_back(text.substr(0, at) + "00" + text.substr(at + 2));
  }
  return out;
}

std::vector<json> smaller_values(const json& value) {
  std::vector<json> out;
  if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      out.push_back(value);
      out.back().erase(i);
    }
  } else if (value.is_string()) {
    const auto text = value.get<std::string>();
    if (is_decimal(text) && text != "0") {
      out.emplace_back("0");
      out.emplace_back(std::to_string(number_in(text) / 2));
      out.emplace_back(std::to_string(number_in(text) - 1));
    }
    if (is_hex(text)) {
      for (std::string& each : smaller_hex(text)) out.emplace_back(std::move(each));
    }
  } else if (value.is_number_unsigned() && value.get<std::uint64_t>() > 0) {
    out.emplace_back(value.get<std::uint64_t>() / 2);
  }
  return out;
}

}  // namespace

json changed(const json& in, const json& other, sim::Draws& draws) {
  json out = in;
  for (std::uint64_t changes = draws.between(1, 3); changes > 0; --changes) {
    change_place(out, other, draws);
  }
  return out;
}

std::vector<json> smaller(const json& in) {
  std::vector<json> out;
  for (const Pointer& at : places_of(in)) {
    for (const json& value : smaller_values(in[at])) {
      out.push_back(in);
      out.back()[at] = value;
    }
  }
  return out;
}

}  // namespace stt::conform
