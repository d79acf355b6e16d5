// Datagrams as they stand in an input: each after its length, in two bytes.
#pragma once

#include <vector>

#include <stt/wire/writer.hpp>

namespace stt::fuzz {

// Whatever bytes are a capture: the last datagram may be shorter than it says.
inline std::vector<Bytes> read_capture(ByteView bytes) {
  std::vector<Bytes> datagrams;
  while (bytes.size() >= 2) {
    const std::size_t announced =
        std::to_integer<std::size_t>(bytes[0]) << 8U | std::to_integer<std::size_t>(bytes[1]);
    bytes = bytes.subspan(2);
    datagrams.push_back(to_bytes(bytes.first(std::min(announced, bytes.size()))));
    bytes = bytes.subspan(datagrams.back().size());
  }
  return datagrams;
}

// As many of them as there is room for. Each is shorter than 64 KiB.
inline Bytes write_capture(const std::vector<Bytes>& datagrams, std::size_t bytes_max) {
  Bytes bytes;
  for (const Bytes& datagram : datagrams) {
    if (bytes.size() + 2 + datagram.size() > bytes_max) break;
    bytes.push_back(static_cast<std::byte>(datagram.size() >> 8U));
    bytes.push_back(static_cast<std::byte>(datagram.size()));
    append(bytes, datagram);
  }
  return bytes;
}

}  // namespace stt::fuzz
