#include <fuzz/fuzz.hpp>
#include <stt/wire/stream_message.hpp>

// What travels on streams is the one form of its fields, and a data message takes positions.
void stt::fuzz::run(ByteView input) {
  if (const auto message = wire::decode_data(input)) {
    STT_FUZZ_PROMISE(message->end() > message->offset);
    expect_canonical(*message, input);
  }
  if (const auto message = wire::decode_stream_control(input)) expect_canonical(*message, input);
}
