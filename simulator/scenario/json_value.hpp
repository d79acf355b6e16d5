// Reading JSON strictly: what is not known is refused, with its place and what would be allowed.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>
#include <simulator/engine/draws.hpp>
#include <stt/base/time.hpp>

namespace stt::sim::json {

using Json = nlohmann::json;

// Leaves parse_scenario() as a ScenarioError.
struct Malformed {
  std::string pointer;  // RFC 6901
  std::string what;
};

// A value and where it stands.
struct Value {
  const Json& json;
  std::string pointer;

  [[noreturn]] void refuse(const std::string& allowed) const;
  Value at(const std::string& key) const { return {json.at(key), pointer + "/" + key}; }
  Value at(std::size_t index) const {
    return {json.at(index), pointer + "/" + std::to_string(index)};
  }
};

struct Field {
  std::string name;
  std::function<void(const Value&)> read;
  bool required = false;
};
using Fields = std::vector<Field>;

// Fields are read in the order of `fields`, whatever their order in the file.
void read_object(const Value& value, const Fields& fields);
void read_list(const Value& value, const std::function<void(const Value&)>& each);
std::string text_of(const Value& value, const std::string& allowed);

inline constexpr std::uint64_t any_integer = std::uint64_t{1} << 62;
std::uint64_t number_of(const Value& value, std::uint64_t least, std::uint64_t most);

// One of these fits each type that a field may have.
void read(const Value& value, std::string& to);
void read(const Value& value, bool& to);
void read(const Value& value, Duration& to);
void read_share(const Value& value, Ppm& to);
void read_rate(const Value& value, std::uint64_t& to);

template <std::unsigned_integral T>
void read_number(const Value& value, T& to, std::uint64_t least, std::uint64_t most) {
  to = static_cast<T>(number_of(value, least, most));
}

template <class T>
using Choices = std::vector<std::pair<std::string, T>>;

template <class T>
void read_choice(const Value& value, T& to, const Choices<T>& choices) {
  std::string allowed;
  for (const auto& [word, meaning] : choices) {
    if (value.json.is_string() && value.json.get<std::string>() == word) {
      to = meaning;
      return;
    }
    allowed += (allowed.empty() ? "\"" : ", \"") + word + "\"";
  }
  value.refuse(allowed);
}

template <class T>
Field field(std::string name, T& to) {
  return {std::move(name), [&to](const Value& value) { read(value, to); }, false};
}
template <std::unsigned_integral T>
Field number(std::string name, T& to, std::uint64_t least, std::uint64_t most) {
  return {std::move(name),
          [&to, least, most](const Value& value) { read_number(value, to, least, most); }, false};
}
template <class T>
Field choice(std::string name, T& to, Choices<T> choices) {
  return {
      std::move(name),
      [&to, choices = std::move(choices)](const Value& value) { read_choice(value, to, choices); },
      false};
}
inline Field rate(std::string name, std::uint64_t& to) {
  return {std::move(name), [&to](const Value& value) { read_rate(value, to); }, false};
}
inline Field required(Field field) {
  field.required = true;
  return field;
}

}  // namespace stt::sim::json
