#include <fuzz/allocation_bound.hpp>

#include <fuzz/fuzz.hpp>

#if defined(__SANITIZE_ADDRESS__)
#define STT_SEES_ALLOCATIONS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define STT_SEES_ALLOCATIONS 1
#endif
#endif

#ifdef STT_SEES_ALLOCATIONS
// Of <sanitizer/allocator_interface.h>, which g++ 12 does not install.
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*malloc_hook)(const volatile void*,
                                                                             std::size_t),
                                                         void (*free_hook)(const volatile void*));
#endif

namespace stt::fuzz {
namespace {

std::size_t allocated_bytes = 0;

#ifdef STT_SEES_ALLOCATIONS
void on_malloc(const volatile void*, std::size_t bytes) {
  allocated_bytes += bytes;
}
void on_free(const volatile void*) {}

void begin_to_count() {
  static const bool counts = __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free) > 0;
  STT_FUZZ_PROMISE(counts);
}
#else
void begin_to_count() {}
#endif

}  // namespace

AllocationBound::AllocationBound(std::size_t bytes_max) : bytes_max_(bytes_max) {
  begin_to_count();
  before_ = allocated_bytes;
}

AllocationBound::~AllocationBound() {
  STT_FUZZ_PROMISE(allocated_bytes - before_ <= bytes_max_);
}

}  // namespace stt::fuzz
