// libFuzzer's entry.
#include <fuzz/fuzz.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  stt::fuzz::run({reinterpret_cast<const std::byte*>(data), size});
  return 0;
}
