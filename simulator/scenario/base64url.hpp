// Bytes as one word without quotes, slashes or padding (RFC 4648, section 5).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace stt::sim {

std::string to_base64url(std::string_view bytes);
// Nothing unless it is what to_base64url() writes.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace stt::sim
