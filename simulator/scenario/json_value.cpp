#include <simulator/scenario/json_value.hpp>

#include <algorithm>

#include <simulator/scenario/units.hpp>

namespace stt::sim::json {

void Value::refuse(const std::string& allowed) const {
  throw Malformed{pointer, "is " + json.dump() + "; allowed: " + allowed};
}

void read_object(const Value& value, const Fields& fields) {
  if (!value.json.is_object()) value.refuse("an object");
  for (const auto& [key, _] : value.json.items()) {
    if (std::ranges::any_of(fields, [&](const Field& field) { return field.name == key; }))
      continue;
    std::string known;
    for (const Field& field : fields) known += (known.empty() ? "" : ", ") + field.name;
    throw Malformed{value.pointer + "/" + key, "is unknown; allowed: " + known};
  }
  for (const Field& field : fields) {
    if (value.json.contains(field.name)) {
      field.read(value.at(field.name));
    } else if (field.required) {
      throw Malformed{value.pointer, "lacks \"" + field.name + "\""};
    }
  }
}

void read_list(const Value& value, const std::function<void(const Value&)>& each) {
  if (!value.json.is_array()) value.refuse("a list");
  for (std::size_t i = 0; i < value.json.size(); ++i) each(value.at(i));
}

std::string text_of(const Value& value, const std::string& allowed) {
  if (!value.json.is_string()) value.refuse(allowed);
  return value.json.get<std::string>();
}

std::uint64_t number_of(const Value& value, std::uint64_t least, std::uint64_t most) {
  const bool fits = value.json.is_number_unsigned() && value.json.get<std::uint64_t>() >= least &&
                    value.json.get<std::uint64_t>() <= most;
  if (!fits)
    value.refuse("an integer from " + std::to_string(least) + " to " + std::to_string(most));
  return value.json.get<std::uint64_t>();
}

void read(const Value& value, std::string& to) {
  to = text_of(value, "a text");
}

void read(const Value& value, bool& to) {
  if (!value.json.is_boolean()) value.refuse("true, false");
  to = value.json.get<bool>();
}

void read(const Value& value, Duration& to) {
  const std::string allowed = "a time like \"250us\", \"10ms\", \"1.5s\", \"2min\"";
  const auto parsed = parse_duration(text_of(value, allowed));
  if (!parsed) value.refuse(allowed);
  to = *parsed;
}

void read_share(const Value& value, Ppm& to) {
  const std::string allowed = "a share like \"10%\" or \"0.01%\", from 0% to 100%";
  const auto parsed = parse_share(text_of(value, allowed));
  if (!parsed) value.refuse(allowed);
  to = *parsed;
}

void read_rate(const Value& value, std::uint64_t& to) {
  const std::string allowed = "a rate like \"56kbit\", \"2.5mbit\", \"1gbit\", or \"unlimited\"";
  const auto parsed = parse_rate(text_of(value, allowed));
  if (!parsed) value.refuse(allowed);
  to = *parsed;
}

}  // namespace stt::sim::json
