#include <fuzz/fuzz.hpp>
#include <stt/wire/reader.hpp>

// A varint that decodes is the shortest form of its value, and a reader stays inside its input.
void stt::fuzz::run(ByteView input) {
  wire::Reader reader(input);
  const std::uint64_t value = reader.varint();
  STT_FUZZ_PROMISE(reader.position() <= input.size());
  if (!reader.ok()) {
    STT_FUZZ_PROMISE(value == 0 && reader.varint() == 0);
    return;
  }
  Bytes bytes(wire::varint_size(value));
  wire::Writer(bytes).varint(value);
  STT_FUZZ_PROMISE(equal(bytes, input.first(reader.position())));
}
