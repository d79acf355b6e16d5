// Counts every allocation of a program that links allocations.cpp.
#pragma once

#include <cstdint>

namespace stt::bench {

// Calls of operator new since the start.
std::uint64_t allocations();

}  // namespace stt::bench
