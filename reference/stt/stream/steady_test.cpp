// A stream that has found its pace allocates nothing.
#include <gtest/gtest.h>

#include <stt/base/allocations.hpp>
#include <stt/stream/streams.hpp>

namespace stt::stream {
namespace {

TEST(SteadyStream, AllocatesNothing) {
  Streams sender({Role::initiator, {}, {}, 32U << 20, 256U << 10});
  Streams receiver({Role::responder, {}, {}, 32U << 20, 256U << 10});
  const StreamId id = *sender.open();
  ByteArray<2'000> message{};
  ByteArray<2'000> out{};
  ByteArray<1'200> payload{};
  const auto carry = [&](Streams& from, Streams& to) {
    while (const auto frame = from.poll_frame(1'100)) {
      wire::Writer writer(payload);
      from.write_payload(*frame, writer);
      const ByteView bytes = writer.written();
      if (frame->type == wire::FrameType::control) {
        to.handle_session_credit(frame->carried.offset.value());
      } else if (frame->type == wire::FrameType::stream_control) {
        (void)to.handle_stream_control(frame->stream, *wire::decode_stream_control(bytes));
      } else {
        (void)to.handle_data(frame->type, frame->stream, *wire::decode_data(bytes));
      }
      from.on_acked(frame->carried);
    }
  };
  std::size_t before = 0;
  for (int round = 0; round < 5'000; ++round) {
    if (round == 1'000) before = allocations();
    (void)sender.send(id, message, true);
    if (round % 7 != 0) continue;  // in bursts
    carry(sender, receiver);
    while (receiver.read(id, out)) {
    }
    carry(receiver, sender);
    while (receiver.poll_event()) {
    }
    while (sender.poll_event()) {
    }
  }
  EXPECT_EQ(allocations(), before);
  EXPECT_GT(receiver.counters().messages_received, 4'900U);
}

// Ten thousand sessions with a stream each fit into a small host.
TEST(IdleStream, CostsLittle) {
  Streams streams({Role::initiator, {}, {}, 32U << 20, 1U << 20});
  const StreamId id = *streams.open();
  (void)streams.send(id, as_bytes("hello"), true);
  EXPECT_LT(streams.memory_bytes(), 8'192U);
}

}  // namespace
}  // namespace stt::stream
