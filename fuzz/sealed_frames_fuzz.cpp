#include <set>

#include <fuzz/captive.hpp>
#include <fuzz/capture.hpp>
#include <fuzz/fuzz.hpp>

namespace stt::fuzz {
namespace {

// Whether the datagram holds a frame of a holder of the keys that was not seen before.
bool holds_something_new(const Sealing& sealing, ByteView datagram, std::set<Sequence>& seen) {
  bool is_new = false;
  while (!datagram.empty()) {
    const auto parsed = wire::parse_frame(datagram);
    const auto* frame = std::get_if<wire::FrameView>(&parsed);
    if (frame == nullptr) break;
    datagram = datagram.subspan(frame->whole.size());
    if (sealing.open(*frame)) is_new = seen.insert(frame->header.sequence).second || is_new;
  }
  return is_new;
}

}  // namespace

// The input is what comes over the network, sealed and all: sealed_frames_mutator.cpp opens it,
// changes it and seals it again. What nobody sealed, or what came before, leads to nothing.
void run(ByteView input) {
  constexpr std::size_t datagrams_max = 60;
  Captive captive;
  std::set<Sequence> seen;
  std::size_t count = 0;
  for (const Bytes& datagram : read_capture(input)) {
    if (++count > datagrams_max) return;
    const bool may_lead_somewhere = holds_something_new(captive.sealing(), datagram, seen);
    // Some of these sequences are above what Captive would use itself.
    if (!seen.empty()) captive.use_up_to(*seen.rbegin());
    const Yield before = captive.yield();
    captive.give(datagram);
    if (!may_lead_somewhere) STT_FUZZ_PROMISE(captive.yield() == before);
    captive.let_time_pass(20ms);
  }
}

}  // namespace stt::fuzz
