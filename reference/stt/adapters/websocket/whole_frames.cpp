#include <stt/adapters/websocket/whole_frames.hpp>

#include <stt/wire/frame.hpp>

namespace stt::adapters {

bool is_whole_frames(ByteView message) {
  do {
    const wire::ParseResult parsed = wire::parse_frame(message);
    const auto* const frame = std::get_if<wire::FrameView>(&parsed);
    if (frame == nullptr) return false;
    message = message.subspan(frame->whole.size());
  } while (!message.empty());
  return true;
}

}  // namespace stt::adapters
