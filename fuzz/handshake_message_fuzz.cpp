#include <fuzz/fuzz.hpp>
#include <stt/wire/handshake_message.hpp>

// A handshake message that decodes is the one form of its fields, and no payload is two messages.
void stt::fuzz::run(ByteView input) {
  int decoded = 0;
  if (const auto message = wire::decode_hello(input)) {
    ++decoded;
    STT_FUZZ_PROMISE(!message->versions.empty() && !message->suites.empty());
    expect_canonical(*message, input);
  }
  if (const auto message = wire::decode_response(input)) {
    ++decoded;
    expect_canonical(*message, input);
  }
  for (const auto type : {wire::HandshakeType::auth_proof, wire::HandshakeType::final}) {
    if (const auto message = wire::decode_auth(input, type)) {
      ++decoded;
      STT_FUZZ_PROMISE(message->type == type);
      expect_canonical(*message, input);
    }
  }
  STT_FUZZ_PROMISE(decoded <= 1);
}
