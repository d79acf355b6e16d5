// Which congestion controller a session uses: named here so that a configuration need not see one.
#pragma once

#include <cstdint>

namespace stt {

enum class CongestionControl : std::uint8_t { new_reno, cubic, bbr };

}  // namespace stt
