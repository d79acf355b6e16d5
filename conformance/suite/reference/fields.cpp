#include <conformance/suite/reference/fields.hpp>

#include <charconv>

namespace stt::conform {

using nlohmann::json;

namespace {

[[noreturn]] void malformed(std::string_view name, std::string_view what) {
  throw AdapterError(std::string(name) + ": " + std::string(what));
}

Bytes read_bytes(const json& value, const char* name) {
  if (!value.is_string()) malformed(name, "a string of hexadecimal digits is needed");
  auto bytes = from_hex(value.get_ref<const std::string&>());
  if (!bytes) malformed(name, "is not lower-case hexadecimal");
  return std::move(*bytes);
}

std::uint64_t read_u64(const json& value, const char* name) {
  if (!value.is_string()) malformed(name, "a decimal string is needed");
  const auto& text = value.get_ref<const std::string&>();
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    malformed(name, "is not a decimal number of 64 bits");
  }
  return number;
}

}  // namespace

Fields::Fields(const json& object) : object_(object) {
  if (!object.is_object()) throw AdapterError("an object is needed");
}

const json& Fields::at(const char* name) const {
  const auto found = object_.find(name);
  if (found == object_.end()) malformed(name, "is missing");
  return *found;
}

std::string Fields::text(const char* name) const {
  const json& value = at(name);
  if (!value.is_string()) malformed(name, "a string is needed");
  return value;
}

bool Fields::flag(const char* name) const {
  const json& value = at(name);
  if (!value.is_boolean()) malformed(name, "true or false is needed");
  return value;
}

std::uint64_t Fields::number(const char* name, std::uint64_t max) const {
  const json& value = at(name);
  if (!value.is_number_unsigned() &&
      !(value.is_number_integer() && value.get<std::int64_t>() >= 0)) {
    malformed(name, "a whole number is needed");
  }
  const auto number = value.get<std::uint64_t>();
  if (number > max) malformed(name, "is too large");
  return number;
}

std::uint64_t Fields::u64(const char* name) const {
  return read_u64(at(name), name);
}

Bytes Fields::bytes(const char* name) const {
  return read_bytes(at(name), name);
}

std::vector<Bytes> Fields::bytes_list(const char* name) const {
  const json& list = at(name);
  if (!list.is_array()) malformed(name, "a list is needed");
  std::vector<Bytes> out;
  for (const json& value : list) out.push_back(read_bytes(value, name));
  return out;
}

std::vector<std::uint64_t> Fields::u64_list(const char* name) const {
  const json& list = at(name);
  if (!list.is_array()) malformed(name, "a list is needed");
  std::vector<std::uint64_t> out;
  for (const json& value : list) out.push_back(read_u64(value, name));
  return out;
}

wire::FrameHeader frame_header(const Fields& in) {
  using wire::FrameType;
  wire::FrameHeader header;
  header.type = static_cast<FrameType>(in.number("type", 0xFF));
  header.session_id = SessionId{in.array<8>("session_id")};
  header.stream_id = StreamId(static_cast<std::uint16_t>(in.number("stream_id", 0xFFFF)));
  header.sequence = Sequence(in.u64("sequence"));
  const bool handshake = header.type == FrameType::handshake;
  if (handshake) {
    header.selector = SeedHint{in.array<wire::hint_bytes>("hint")};
  } else {
    header.selector = Epoch(in.u64("epoch"));
  }
  const bool on_stream = header.type == FrameType::data || header.type == FrameType::stream_control;
  const bool unnumbered = handshake || header.type == FrameType::auth;
  const bool has_stream = header.stream_id != StreamId{};
  if (wire::is_reserved(header.type) || header.session_id.is_zero() != handshake ||
      (on_stream && !has_stream) || (!on_stream && !wire::is_custom(header.type) && has_stream) ||
      (unnumbered && header.sequence != Sequence{}) ||
      (header.type == FrameType::auth && std::get<Epoch>(header.selector) != Epoch{})) {
    throw AdapterError("this header breaks a rule of frames: no frame has it");
  }
  return header;
}

json accept(json out) {
  return {{"outcome", "accept"}, {"out", std::move(out)}};
}

json reject(std::string_view stage, Errc reason) {
  return {{"outcome", "reject"}, {"stage", stage}, {"reason", name(reason)}};
}

json need_more(std::size_t at_least) {
  return {{"outcome", "need_more"}, {"at_least", at_least}};
}

}  // namespace stt::conform
