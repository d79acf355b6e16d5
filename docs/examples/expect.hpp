// How an example says what is true at that point: if it is not, the program ends as failed.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <source_location>

namespace example {

inline void expect(bool as_told,
                   const std::source_location& where = std::source_location::current()) {
  if (as_told) return;
  std::fprintf(stderr, "%s:%u: not as told\n", where.file_name(),
               static_cast<unsigned>(where.line()));
  std::exit(1);
}

}  // namespace example
