#include <algorithm>
#include <set>
#include <vector>

#include <fuzz/captive.hpp>
#include <fuzz/capture.hpp>
#include <fuzz/fuzz.hpp>

namespace stt::fuzz {

// The input is what comes over the network, sealed and all: sealed_frames_mutator.cpp opens it,
// changes it and seals it again. What nobody sealed, or what came before, leads to nothing.
void run(ByteView input) {
  constexpr std::size_t datagrams_max = 60;
  Captive captive;
  std::set<Sequence> taken;
  std::size_t count = 0;
  for (const Bytes& datagram : read_capture(input)) {
    if (++count > datagrams_max) return;
    const Yield before = captive.yield();
    const std::vector<Sequence> sequences = captive.give(datagram);
    const bool may_lead_somewhere = std::ranges::any_of(
        sequences, [&](Sequence sequence) { return !taken.contains(sequence); });
    const Yield after = captive.yield();
    if (!may_lead_somewhere) STT_FUZZ_PROMISE(after == before);
    // A frame that was refused, as one of an epoch to come, may be taken another time.
    if (after.frames - before.frames == sequences.size()) {
      taken.insert(sequences.begin(), sequences.end());
    }
    captive.let_time_pass(20ms);
  }
}

}  // namespace stt::fuzz
