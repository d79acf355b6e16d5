// Bytes that must not be seen in the clear. Many of them are looked for at once: one pass over a
// datagram, however many there are.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include <stt/base/bytes.hpp>

namespace stt::sim {

class Secrets {
 public:
  // Shown as `what`. At least 8 bytes.
  void add(Bytes bytes, std::string what);
  // What stands in there first, if anything.
  std::optional<std::string> find_in(ByteView bytes) const;

 private:
  struct Entry {
    Bytes bytes;
    std::string what;
  };
  std::vector<Entry> entries_;
  // For every pair of bytes: whether one of the entries begins with it.
  std::array<bool, 65'536> begins_{};
};

}  // namespace stt::sim
