// Lower-case hexadecimal, the form of bytes in vectors, tokens and reports.
#pragma once

#include <string>
#include <string_view>

#include <stt/base/bytes.hpp>
#include <stt/base/result.hpp>

namespace stt {

std::string to_hex(ByteView bytes);

// Accepts lower-case digits only, an even number of them; otherwise base.hex_malformed.
Result<Bytes> from_hex(std::string_view text);

}  // namespace stt
