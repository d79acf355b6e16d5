// What every fuzz target is: a function from bytes to nothing that aborts when a promise is broken.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include <stt/wire/writer.hpp>

// Ends the process with the promise that was broken; libFuzzer keeps the input.
#define STT_FUZZ_PROMISE(expression)                                                \
  do {                                                                              \
    if (!(expression)) {                                                            \
      std::fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #expression); \
      std::abort();                                                                 \
    }                                                                               \
  } while (false)

namespace stt::fuzz {

// The target's own code; one definition a target.
void run(ByteView input);

// One value has one encoding: what was decoded from `input` encodes to `input`.
template <class Message>
void expect_canonical(const Message& message, ByteView input) {
  Bytes bytes(encoded_size(message));
  STT_FUZZ_PROMISE(bytes.size() == input.size());
  wire::Writer writer(bytes);
  encode(writer, message);
  STT_FUZZ_PROMISE(writer.room() == 0);
  STT_FUZZ_PROMISE(equal(bytes, input));
}

}  // namespace stt::fuzz
