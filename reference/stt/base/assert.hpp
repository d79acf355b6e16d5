// STT_ASSERT is for our own bugs only, is on in every build, and ends the process: what a peer
// did, or a call that has to be refused, is a Result.
#pragma once

namespace stt::detail {

[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);

}  // namespace stt::detail

#define STT_ASSERT(expression)   \
  (static_cast<bool>(expression) \
       ? static_cast<void>(0)    \
       : ::stt::detail::assertion_failed(#expression, __FILE__, __LINE__))
