// What a frame carried, in the words of the wire: recovery hands it back when the frame was
// acknowledged or lost, and whoever made the frame knows from it what to send again.
#pragma once

#include <stt/wire/control_message.hpp>
#include <stt/wire/frame.hpp>
#include <stt/wire/stream_message.hpp>

namespace stt::wire {

struct Carried {
  FrameType type{};
  StreamId stream_id{};
  // CONTROL and STREAM_CONTROL: the message's type; 0 otherwise.
  std::uint8_t message_type = 0;
  // Stream data: END_OF_MESSAGE, the position of the first byte, and how many bytes.
  bool end_of_message = false;
  std::uint32_t bytes = 0;
  Position offset{};

  friend bool operator==(const Carried&, const Carried&) = default;
};

}  // namespace stt::wire
