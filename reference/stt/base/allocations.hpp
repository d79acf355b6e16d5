// Counts every allocation of a program that links stt_allocations: a test or a benchmark that shows
// that something allocates nothing. No part of the protocol uses it.
#pragma once

#include <cstdint>

namespace stt {

// Calls of operator new since the start, of any form and by any thread.
std::uint64_t allocations();

}  // namespace stt
