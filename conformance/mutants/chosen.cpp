// Which mutant lives in this process. Linked into stt-mutants only.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <mutants/active.hpp>
#include <mutants/names.hpp>

namespace stt::mutants {
namespace {

constexpr int usage_error = 64;

int from_environment() {
  const char* wanted = std::getenv("STT_MUTANT");
  if (wanted == nullptr || *wanted == '\0') return -1;
  int number = 0;
  for (const char* name : names) {
    if (std::strcmp(name, wanted) == 0) return number;
    ++number;
  }
  std::fprintf(stderr, "stt-mutants: STT_MUTANT=%s is none of:\n", wanted);
  for (const char* name : names) std::fprintf(stderr, "  %s\n", name);
  std::exit(usage_error);
}

}  // namespace

// Asked before main, so that a wrong name is refused whatever the program is to do.
int living = chosen();

int chosen() {
  static const int number = from_environment();
  return number;
}

}  // namespace stt::mutants
