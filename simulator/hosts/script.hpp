// What one direction of a stream has to carry. Both ends hold the same script, so a receiver knows
// every byte that must come, and nobody stores it.
#pragma once

#include <vector>

#include <simulator/engine/draws.hpp>

namespace stt::sim {

// Stands in every drawn message; must never be seen on the wire.
inline constexpr std::size_t marker_bytes = 16;
using Marker = ByteArray<marker_bytes>;
// Each 256 bytes of a script begin with the marker, so that any datagram in the clear shows one.
inline constexpr std::uint64_t marker_every = 256;

class Script {
 public:
  // Messages of these sizes, their bytes drawn.
  Script(Draws content, std::vector<std::uint64_t> sizes, const Marker& marker);
  // One message: the file, which outlives the script.
  explicit Script(ByteView file);

  std::size_t messages() const { return sizes_.size(); }
  std::uint64_t size(std::size_t message) const { return sizes_[message]; }
  std::uint64_t total_bytes() const;
  // Bytes of a message, from `offset`; `out` ends within it.
  void fill(std::size_t message, std::uint64_t offset, MutableByteView out) const;

 private:
  Draws content_;
  std::vector<std::uint64_t> sizes_;
  std::vector<std::uint64_t> starts_;  // of each message in the whole script
  Marker marker_{};
  ByteView file_;
  bool is_file_ = false;
};

// What a sender looks at of one script: each byte is made once, however little is taken at a time.
class ScriptWindow {
 public:
  // The bytes of a message from `offset` on, as many as are there and one at least, unless the
  // message ends there. Always of the same script; valid until the next call.
  ByteView look(const Script& script, std::size_t message, std::uint64_t offset);

 private:
  std::size_t message_ = 0;
  std::uint64_t start_ = 0;  // of bytes_ in the message
  Bytes bytes_;
};

}  // namespace stt::sim
