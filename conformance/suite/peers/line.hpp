// One direction of one stream as it was sent by the subject: every position, whatever pieces it
// came in. What does not fit what came before breaks a rule.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <stt/wire/frame.hpp>
#include <stt/wire/stream_message.hpp>

namespace stt::conform::peers {

class Line {
 public:
  // What rule the piece breaks, or nothing.
  std::optional<std::string> take(wire::FrameType type, const wire::DataMessage& message);
  std::optional<std::string> end_at(std::uint64_t final_position);

  // The end of what was sent so far.
  std::uint64_t reach() const { return positions_.size(); }
  // {"messages":["616263"],"types":[2],"rest":"","final":"4"}: whole messages from the first one,
  // the bytes after them, and the final position if it is known.
  nlohmann::json story() const;

 private:
  struct Place {
    bool known = false;
    bool end = false;  // an END_OF_MESSAGE
    std::byte byte{};
    wire::FrameType type{};
    friend bool operator==(const Place&, const Place&) = default;
  };
  std::optional<std::string> put(std::size_t at, const Place& place);

  std::vector<Place> positions_;
  std::optional<std::uint64_t> final_;
};

}  // namespace stt::conform::peers
