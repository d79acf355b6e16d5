#include <vector>

#include <fuzz/captive.hpp>
#include <fuzz/fuzz.hpp>

namespace stt::fuzz {
namespace {

const Address elsewhere = Address::ipv4(203, 0, 113, 9, 9);

// A frame that is sealed as it should be, around any payload.
Bytes sealed_frame(Captive& captive, Input& input) {
  const auto type = static_cast<wire::FrameType>(input.byte());
  const StreamId stream(static_cast<std::uint16_t>(input.below(65'536)));
  const ByteView payload = input.bytes(1'500);
  return captive.seal(type, stream, Epoch(), payload);
}

// Bytes of somebody without the keys, from anywhere: nothing comes of them but a counted drop.
void give_unauthenticated(Captive& captive, ByteView datagram, bool from_elsewhere) {
  const Yield before = captive.yield();
  captive.give(datagram, from_elsewhere ? elsewhere : our_address);
  STT_FUZZ_PROMISE(captive.yield() == before);
}

}  // namespace

// A node is fed datagrams and time by the input, by a peer that holds the keys and by others that
// do not.
void run(ByteView bytes) {
  constexpr int steps_max = 60;
  Input input(bytes);
  Captive captive;
  std::vector<Bytes> given;
  for (int step = 0; step < steps_max && !input.empty(); ++step) {
    const std::size_t what = input.below(9);
    switch (what) {
      case 0:
      case 1:  // which may come over another path
        given.push_back(sealed_frame(captive, input));
        captive.give(given.back(), what == 0 ? our_address : elsewhere);
        break;
      case 2: {  // several frames in one datagram
        Bytes datagram;
        for (std::size_t frames = input.below(4); frames > 0; --frames) {
          append(datagram, sealed_frame(captive, input));
        }
        captive.give(datagram);
        break;
      }
      case 3: {
        const bool from_elsewhere = input.flag();
        give_unauthenticated(captive, input.bytes(1'500), from_elsewhere);
        break;
      }
      case 4:
        if (!given.empty()) {
          const bool from_elsewhere = input.flag();
          give_unauthenticated(captive, given[input.below(given.size())], from_elsewhere);
        }
        break;
      case 5: captive.command(input); break;
      case 6: captive.let_time_pass(1ms * input.below(65'536)); break;
      case 7: captive.use_up(input.byte()); break;
      default: captive.acknowledge(); break;
    }
  }
}

}  // namespace stt::fuzz
