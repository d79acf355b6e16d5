// The adapters that `stt conform adapter new` writes, compiled in.
#pragma once

#include <span>
#include <string_view>

namespace stt::tool {

struct Skeleton {
  std::string_view language;
  std::string_view file;  // its name
  std::string_view text;
  std::string_view run;  // how it is started, in the folder where it stands
};

std::span<const Skeleton> skeletons();

}  // namespace stt::tool
