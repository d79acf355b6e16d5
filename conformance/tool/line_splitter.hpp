// Lines out of bytes that come in pieces.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace stt::tool {

class LineSplitter {
 public:
  // Longer lines come in several, none of which ends within a character of UTF-8.
  // `line_bytes_max` is at least 4.
  explicit LineSplitter(std::size_t line_bytes_max) : line_bytes_max_(line_bytes_max) {}

  void add(std::string_view bytes);
  // No more will come: what is left is a line, too.
  void end() { ended_ = true; }
  // The next line without its end; nothing while it is not complete.
  std::optional<std::string> next();

 private:
  std::size_t line_bytes_max_;
  std::string bytes_;
  std::size_t taken_ = 0;  // of them
  bool ended_ = false;
};

}  // namespace stt::tool
