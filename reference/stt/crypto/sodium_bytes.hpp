// libsodium, ready for use, and our bytes as it wants them. For the .cpp files of this folder.
#pragma once

#include <stt/base/bytes.hpp>

namespace stt::crypto {

// libsodium chooses its vectorised code in sodium_init(); before that it gives the same bytes at a
// third of the speed. Whoever includes this header has it done before main().
bool start_sodium();
inline const bool sodium_is_started = start_sodium();

// libsodium wants a pointer even where it reads or writes nothing: an empty view gets one to here.
inline unsigned char nothing = 0;

inline const unsigned char* in(ByteView bytes) {
  return bytes.empty() ? &nothing : reinterpret_cast<const unsigned char*>(bytes.data());
}
inline unsigned char* out(MutableByteView bytes) {
  return bytes.empty() ? &nothing : reinterpret_cast<unsigned char*>(bytes.data());
}

}  // namespace stt::crypto
