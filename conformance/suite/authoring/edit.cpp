#include <conformance/suite/authoring/edit.hpp>

#include <fmt/format.h>
#include <conformance/suite/case.hpp>

namespace stt::conform {

using nlohmann::json;

namespace {

// Long values are shortened: the words are for people, the whole bytes stand in "in".
std::string shown(std::string_view hex) {
  if (hex.empty()) return "nothing";
  if (hex.size() <= 48) return std::string(hex);
  return fmt::format("{}.. ({} bytes)", hex.substr(0, 32), hex.size() / 2);
}

std::string& hex_of(json& in, const std::string& field) {
  if (!in.contains(field) || !in[field].is_string()) {
    throw SuiteError("an edit names the field \"" + field + "\", which the base does not have");
  }
  return in[field].get_ref<std::string&>();
}

}  // namespace

Edit replace(const char* field, std::size_t at, std::string_view was, std::string_view now) {
  const std::string text =
      fmt::format("{}, byte {}: {} becomes {}", field, at, shown(was), shown(now));
  return {text, [field = std::string(field), at, was = std::string(was), now = std::string(now),
                 text](json& in) {
            std::string& hex = hex_of(in, field);
            if (hex.size() < 2 * at || hex.compare(2 * at, was.size(), was) != 0) {
              throw SuiteError("an edit does not fit its base: " + text);
            }
            hex.replace(2 * at, was.size(), now);
          }};
}

Edit flip(const char* field, std::size_t at) {
  return {fmt::format("{}, byte {}: its lowest bit changes", field, at),
          [field = std::string(field), at](json& in) {
            std::string& hex = hex_of(in, field);
            if (hex.size() < 2 * (at + 1)) throw SuiteError("an edit flips what is not there");
            // 0 and 1, 2 and 3, ... e and f differ in their lowest bit only.
            constexpr std::string_view digits = "0123456789abcdef";
            char& digit = hex[2 * at + 1];
            digit = digits[digits.find(digit) ^ 1U];
          }};
}

Edit cut(const char* field, std::size_t count) {
  return {fmt::format("{}: the last {} bytes go", field, count),
          [field = std::string(field), count](json& in) {
            std::string& hex = hex_of(in, field);
            if (hex.size() < 2 * count) throw SuiteError("an edit cuts more than there is");
            hex.resize(hex.size() - 2 * count);
          }};
}

Edit extend(const char* field, std::string_view hex) {
  return {
      fmt::format("{}: {} is added at the end", field, shown(hex)),
      [field = std::string(field), hex = std::string(hex)](json& in) { hex_of(in, field) += hex; }};
}

Edit set(const char* field, json value) {
  const std::string text = fmt::format("{}: becomes {}", field, value.dump());
  return described(text, field, std::move(value));
}

Edit push(const char* field, json value) {
  return {fmt::format("{}: {} is added at the end", field, value.dump()),
          [field = std::string(field), value = std::move(value)](json& in) {
            in.at(field).push_back(value);
          }};
}

Edit described(std::string text, const char* field, json value) {
  return {std::move(text),
          [field = std::string(field), value = std::move(value)](json& in) { in[field] = value; }};
}

std::string times(std::size_t count, std::string_view hex) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += hex;
  return out;
}

}  // namespace stt::conform
