#include <fuzz/fuzz.hpp>
#include <stt/wire/parameters.hpp>

// Parameters that decode are in range and survive a round trip; without unknown ids (which are
// skipped, so they make the input longer) they are the one form of their values.
void stt::fuzz::run(ByteView input) {
  const auto parameters = wire::decode_parameters(input);
  if (!parameters) return;
  STT_FUZZ_PROMISE(wire::check(*parameters).has_value());
  const std::size_t size = wire::encoded_size(*parameters);
  STT_FUZZ_PROMISE(size <= input.size());
  Bytes bytes(size);
  wire::Writer writer(bytes);
  wire::encode(writer, *parameters);
  STT_FUZZ_PROMISE(writer.room() == 0);
  const auto again = wire::decode_parameters(bytes);
  STT_FUZZ_PROMISE(again.has_value() && *again == *parameters);
  if (size == input.size()) STT_FUZZ_PROMISE(equal(bytes, input));
}
