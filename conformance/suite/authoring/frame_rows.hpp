// Frames of streams, as the "frames" of stream.receive hold them.
#pragma once

#include <string>

#include <nlohmann/json.hpp>
#include <stt/base/bytes.hpp>
#include <stt/base/hex.hpp>
#include <stt/wire/writer.hpp>

namespace stt::conform {

inline std::string varint_hex(std::uint64_t value) {
  Bytes bytes(wire::varint_size(value));
  wire::Writer(bytes).varint(value);
  return to_hex(bytes);
}

inline nlohmann::json frame(unsigned type, unsigned stream, std::string payload) {
  return {{"type", type}, {"stream", stream}, {"payload", std::move(payload)}};
}

// A data message; `bytes` is hex.
inline nlohmann::json data(unsigned stream, std::uint64_t offset, const std::string& bytes,
                           bool end = false, unsigned type = 2) {
  return frame(type, stream, (end ? "01" : "00") + varint_hex(offset) + bytes);
}

inline nlohmann::json control(unsigned stream, std::string payload) {
  return frame(4, stream, std::move(payload));
}

}  // namespace stt::conform
