#include <conformance/tool/line_splitter.hpp>

namespace stt::tool {
namespace {

constexpr std::size_t character_bytes_max = 4;

bool begins_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
}

// Where a text that is longer than `bytes_max` is cut. What is not UTF-8 is cut anywhere.
std::size_t cut(std::string_view text, std::size_t bytes_max) {
  for (std::size_t back = 0; back < character_bytes_max; ++back) {
    if (begins_character(text[bytes_max - back])) return bytes_max - back;
  }
  return bytes_max;
}

}  // namespace

void LineSplitter::add(std::string_view bytes) {
  bytes_.erase(0, taken_);
  taken_ = 0;
  bytes_ += bytes;
}

std::optional<std::string> LineSplitter::next() {
  const std::string_view waiting = std::string_view(bytes_).substr(taken_);
  const std::size_t end = waiting.substr(0, line_bytes_max_ + 1).find('\n');
  std::size_t size = end;
  if (end != std::string_view::npos) {
    taken_ += end + 1;
  } else if (waiting.size() > line_bytes_max_) {
    size = cut(waiting, line_bytes_max_);
    taken_ += size;
  } else if (ended_ && !waiting.empty()) {
    size = waiting.size();
    taken_ += size;
  } else {
    return std::nullopt;
  }
  return std::string(waiting.substr(0, size));
}

}  // namespace stt::tool
