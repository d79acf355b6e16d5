// Our bytes as libsodium wants them. For the .cpp files of this folder.
#pragma once

#include <stt/base/bytes.hpp>

namespace stt::crypto {

inline const unsigned char* in(ByteView bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
inline unsigned char* out(MutableByteView bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

}  // namespace stt::crypto
