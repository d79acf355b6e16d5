// What a WebSocket message of an STT peer is made of.
#pragma once

#include <stt/base/bytes.hpp>

namespace stt::adapters {

// One or more whole frames, and nothing else.
//= STT-WS-002
bool is_whole_frames(ByteView message);

}  // namespace stt::adapters
