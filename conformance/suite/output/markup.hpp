// Text within XML and HTML.
#pragma once

#include <string>
#include <string_view>

namespace stt::conform {

// What has a meaning in markup becomes an entity, and what XML cannot hold, which are control
// characters and two that are none, becomes the replacement character. `text` is UTF-8.
std::string escaped(std::string_view text);

}  // namespace stt::conform
