#include <fuzz/fuzz.hpp>
#include <stt/wire/control_message.hpp>

namespace stt::fuzz {
namespace {

void expect_sound(const wire::Ack& ack) {
  STT_FUZZ_PROMISE(!ack.ranges.empty());
  for (std::size_t i = 0; i < ack.ranges.size(); ++i) {
    STT_FUZZ_PROMISE(ack.ranges[i].first <= ack.ranges[i].last);
    if (i == 0) continue;
    // At least one sequence lies between two ranges.
    STT_FUZZ_PROMISE(ack.ranges[i - 1].first > ack.ranges[i].last.next());
  }
}

}  // namespace

// A control message that decodes is the one form of its fields, and keeps what it promises.
void run(ByteView input) {
  const auto message = wire::decode_control(input);
  if (!message) return;
  if (const auto* ack = std::get_if<wire::Ack>(&*message)) expect_sound(*ack);
  expect_canonical(*message, input);
}

}  // namespace stt::fuzz
