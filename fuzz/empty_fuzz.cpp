// Nothing: what the fuzzer itself costs, for `./dev fuzz speed`.
#include <fuzz/fuzz.hpp>

void stt::fuzz::run(ByteView) {}
