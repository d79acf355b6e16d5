#include <stt/base/assert.hpp>

#include <cstdio>
#include <cstdlib>

namespace stt::detail {

void assertion_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "stt: internal error: %s is false at %s:%d\n", expression, file, line);
  std::abort();
}

}  // namespace stt::detail
