// Whether what is below loses and reorders frames.
#pragma once

#include <cstdint>

namespace stt::session {

enum class Reliability : std::uint8_t {
  unreliable,  // datagrams: acknowledgements, recovery, an old key kept for late frames
  reliable,    // one ordered connection: none of these
};

}  // namespace stt::session
