#include <stt/node/utf8.hpp>

#include <cstdint>

namespace stt::node {

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto lead = static_cast<unsigned char>(text.front());
    std::size_t length = 1;
    std::uint32_t least = 0;  // that needs this length
    std::uint32_t point = lead;
    if (lead >= 0xF0 && lead <= 0xF4) {
      length = 4;
      least = 0x10000;
      point = lead & 0x07U;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
      length = 3;
      least = 0x800;
      point = lead & 0x0FU;
    } else if (lead >= 0xC2 && lead <= 0xDF) {
      length = 2;
      least = 0x80;
      point = lead & 0x1FU;
    } else if (lead >= 0x80) {
      return false;
    }
    if (text.size() < length) return false;
    for (const char next : text.substr(1, length - 1)) {
      const auto byte = static_cast<unsigned char>(next);
      if ((byte & 0xC0U) != 0x80) return false;
      point = point << 6U | (byte & 0x3FU);
    }
    const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
    if (point < least || surrogate || point > 0x10FFFF) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace stt::node
