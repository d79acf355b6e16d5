#include <conformance/suite/foreign/line.hpp>

#include <conformance/suite/foreign/fault.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

constexpr int depth_max = 64;
constexpr std::size_t shown_bytes_max = 60;

// The beginning of a line, fit to be shown and to stand in a report.
std::string shown(std::string_view line) {
  std::string text;
  for (const char each : line.substr(0, shown_bytes_max)) {
    text += each >= ' ' && each <= '~' ? each : '?';
  }
  return "'" + text + (line.size() > shown_bytes_max ? "...'" : "'");
}

struct TooDeep {};

}  // namespace

std::string numbered_line(std::uint64_t id, const json& message) {
  const std::string text = message.dump();
  return "{\"id\":" + std::to_string(id) + (text.size() > 2 ? "," : "") + text.substr(1) + "\n";
}

json parse_bounded(std::string_view text) {
  const auto shallow = [](int depth, json::parse_event_t, const json&) {
    if (depth > depth_max) throw TooDeep{};
    return true;
  };
  try {
    return json::parse(text, shallow, false);
  } catch (const TooDeep&) {
    return json(json::value_t::discarded);
  }
}

json reply_of_line(std::string_view line, std::uint64_t id) {
  json reply = parse_bounded(line);
  if (!reply.is_object()) {
    throw ForeignError(Fault::not_json,
                       "a line that is no JSON object, where a reply must stand: " + shown(line));
  }
  const auto found = reply.find("id");
  if (found == reply.end() || !found->is_number_unsigned()) {
    throw ForeignError(Fault::wrong_id, "a reply without the id of its request: " + shown(line));
  }
  const auto got = found->get<std::uint64_t>();
  if (got > 0 && got < id) {
    throw ForeignError(Fault::chatty, "a second reply to a request: " + shown(line));
  }
  if (got != id) {
    throw ForeignError(Fault::wrong_id, "a reply to a request that was not asked: " + shown(line));
  }
  reply.erase(found);
  return reply;
}

}  // namespace stt::conform
