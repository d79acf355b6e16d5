#include <conformance/suite/peers/line.hpp>

#include <stt/base/hex.hpp>

namespace stt::conform::peers {

using nlohmann::json;

namespace {

// No case moves more on one stream.
constexpr std::uint64_t positions_max = std::uint64_t{1} << 24;

}  // namespace

std::optional<std::string> Line::put(std::size_t at, const Place& place) {
  if (at >= positions_.size()) positions_.resize(at + 1);
  Place& known = positions_[at];
  if (known.known && known != place) {
    return "STT-STREAM-003: position " + std::to_string(at) + " was sent with two contents";
  }
  known = place;
  return std::nullopt;
}

std::optional<std::string> Line::take(wire::FrameType type, const wire::DataMessage& message) {
  const std::uint64_t end = message.end().value();
  if (end > positions_max) return "STT-FLOW-002: position " + std::to_string(end) + " was sent";
  if (final_ && end > *final_) return "STT-STREAM-053: data beyond the final position";
  auto at = static_cast<std::size_t>(message.offset.value());
  for (const std::byte byte : message.bytes) {
    if (auto broken = put(at++, {true, false, byte, type})) return broken;
  }
  if (message.end_of_message) return put(at, {true, true, {}, type});
  return std::nullopt;
}

std::optional<std::string> Line::end_at(std::uint64_t final_position) {
  if (final_ && *final_ != final_position) return "STT-STREAM-054: two final positions";
  if (final_position < reach()) return "STT-STREAM-055: a final position below what was sent";
  final_ = final_position;
  return std::nullopt;
}

json Line::story() const {
  json messages = json::array();
  json types = json::array();
  Bytes bytes;
  for (const Place& place : positions_) {
    if (!place.known) break;
    if (!place.end) {
      bytes.push_back(place.byte);
      continue;
    }
    messages.push_back(to_hex(bytes));
    types.push_back(static_cast<unsigned>(place.type));
    bytes.clear();
  }
  json story{{"messages", messages}, {"types", types}, {"rest", to_hex(bytes)}};
  if (final_) story["final"] = std::to_string(*final_);
  return story;
}

}  // namespace stt::conform::peers
