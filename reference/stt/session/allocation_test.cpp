// Steady sealing and opening allocates nothing.
#include <stt/base/allocations.hpp>
#include <stt/session/session_fixture.hpp>

namespace stt::session {
namespace {

TEST(Allocation, SteadySealingOpeningAndRotatingAllocatesNothing) {
  FakeRandom random;
  Sealer sealer = make_sealer(random);
  Opener opener(some_chain(), Reliability::unreliable);
  Bytes buffer(1'200);
  const std::size_t before = allocations();
  for (int i = 0; i < 1'000; ++i) {
    if (i % 100 == 99) {
      sealer.on_acked(*opener.largest());
      static_cast<void>(sealer.rotate(start, random));
    }
    const auto header = sealer.next_header(wire::FrameType::data, session_id, StreamId(1));
    wire::Writer writer(buffer);
    const wire::FrameSlots slots = wire::lay_out_frame(
        writer, *header, wire::payload_bytes_max(*header, buffer.size()).value());
    sealer.seal(*header, slots);
    const auto parsed = wire::parse_frame(buffer);
    const auto* frame = std::get_if<wire::FrameView>(&parsed);
    const bool opened = frame != nullptr && opener.open(start, pto, buffer, *frame).has_value();
    if (!opened) FAIL() << "frame " << i;
  }
  EXPECT_EQ(allocations(), before);
  EXPECT_EQ(opener.epoch(), Epoch(10));
}

}  // namespace
}  // namespace stt::session
