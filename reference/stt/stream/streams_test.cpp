#include <gtest/gtest.h>

#include <stt/stream/joined_test.hpp>

namespace stt::stream {
namespace {

using Kind = StreamEvent::Kind;
using testing::Joined;
using testing::pattern;

Joined joined(wire::Parameters parameters = {}) {
  return {parameters, parameters, 32U << 20};
}

StreamEvent event(Kind kind, unsigned id) {
  return {kind, StreamId(static_cast<std::uint16_t>(id))};
}

TEST(Streams, CarryAMessageAndTellBothSides) {
  Joined pair = joined();
  const StreamId id = *pair[0].open();
  EXPECT_EQ(id, StreamId(1));
  const Bytes message = pattern(5'000);
  EXPECT_EQ(pair[0].send(id, message, true), message.size());
  pair.settle();
  EXPECT_EQ(pair.events(1), (std::vector{event(Kind::opened, 1), event(Kind::readable, 1)}));
  const auto received = pair[1].receive(id);
  ASSERT_TRUE(received);
  EXPECT_EQ(received->bytes, message);
  EXPECT_EQ(received->type, wire::FrameType::data);
  EXPECT_EQ(pair[1].receive(id).error(), Errc::would_block);
  EXPECT_TRUE(pair[0].flushed());
  EXPECT_EQ(pair[0].counters().bytes_sent, 5'000U);
  EXPECT_EQ(pair[0].counters().messages_sent, 1U);
  EXPECT_EQ(pair[1].counters().bytes_received, 5'000U);
  EXPECT_EQ(pair[1].counters().messages_received, 1U);
}

//= STT-STREAM-016 test
//= STT-STREAM-002 test
TEST(Streams, TakeIdsOfTheirOwnParity) {
  Joined pair = joined();
  EXPECT_EQ(pair[0].open(), StreamId(1));
  EXPECT_EQ(pair[0].open(), StreamId(3));
  EXPECT_EQ(pair[1].open(), StreamId(2));
  EXPECT_EQ(pair[1].open(), StreamId(4));
}

//= STT-STREAM-017 test
//= STT-STREAM-018 test
TEST(Streams, RunOutOfIds) {
  Joined pair = joined();
  std::uint32_t last = 0;
  for (std::uint32_t i = 0; i < 32'768; ++i) {
    const auto id = pair[0].open();
    ASSERT_TRUE(id);
    ASSERT_GT(id->value(), last);
    last = id->value();
    ASSERT_TRUE(pair[0].reset(*id, 0));
    ASSERT_TRUE(pair[0].handle_stream_control(*id, wire::StreamReset{0, Position(0)}));
    pair[0].on_acked(pair[0].poll_frame(1'000)->carried);
    ASSERT_EQ(pair[0].open_count(), 0U);
    pair.events(0);
  }
  EXPECT_EQ(last, 65'535U);
  EXPECT_EQ(pair[0].open().error(), Errc::stream_ids_exhausted);
  EXPECT_EQ(pair[1].open(), StreamId(2));
}

//= STT-STREAM-023 test
//= STT-STREAM-024 test
TEST(Streams, AreLimitedByBothSides) {
  wire::Parameters few;
  few.max_streams = 2;
  Joined pair(few, wire::Parameters{}, 32U << 20);
  EXPECT_TRUE(pair[0].open());
  EXPECT_TRUE(pair[1].open());
  pair.settle();
  EXPECT_EQ(pair[0].open().error(), Errc::stream_limit);
  EXPECT_EQ(pair[1].open().error(), Errc::stream_limit);
}

//= STT-STREAM-004 test
//= STT-STREAM-001 test
TEST(Streams, DoNotWaitForEachOther) {
  Joined pair = joined();
  const StreamId stuck = *pair[0].open();
  const StreamId other = *pair[0].open();
  EXPECT_EQ(pair[0].send(stuck, pattern(200'000), true), 200'000U);
  EXPECT_EQ(pair[0].send(stuck, pattern(800'000), true), 800'000U);
  EXPECT_EQ(pair[0].send(other, pattern(10), true), 10U);
  pair.settle();
  EXPECT_EQ(pair[1].receive(other)->bytes, pattern(10));
  EXPECT_EQ(pair[1].receive(stuck)->bytes, pattern(200'000));
  pair.settle();
  EXPECT_EQ(pair[1].receive(stuck)->bytes, pattern(800'000));
}

//= STT-STREAM-009 test
TEST(Streams, KeepEmptyMessagesApart) {
  Joined pair = joined();
  const StreamId id = *pair[0].open();
  EXPECT_EQ(pair[0].send(id, as_bytes("abc"), true), 3U);
  EXPECT_EQ(pair[0].send(id, {}, true), 0U);
  EXPECT_EQ(pair[0].send(id, as_bytes("d"), true), 1U);
  pair.settle();
  EXPECT_EQ(pair[1].receive(id)->bytes, to_bytes(as_bytes("abc")));
  EXPECT_TRUE(pair[1].receive(id)->bytes.empty());
  EXPECT_EQ(pair[1].receive(id)->bytes, to_bytes(as_bytes("d")));
  EXPECT_EQ(pair[1].receive(id).error(), Errc::would_block);
}

//= STT-DISPATCH-002 test
//= STT-DISPATCH-009 test
TEST(Streams, CarryTypedMessagesInOrder) {
  Joined pair = joined();
  const StreamId id = *pair[0].open();
  const auto custom = wire::FrameType::custom_first;
  EXPECT_EQ(pair[0].send(id, pattern(2'000), true, custom), 2'000U);
  EXPECT_EQ(pair[0].send(id, pattern(2'000), false), 2'000U);
  EXPECT_EQ(pair[0].send(id, pattern(1), true, custom).error(), Errc::message_type_changed);
  EXPECT_EQ(pair[0].send(id, pattern(1), true), 1U);
  EXPECT_EQ(pair[0].send(id, {}, true, wire::FrameType::custom_last), 0U);
  EXPECT_EQ(pair[0].send(id, {}, true, wire::FrameType::control).error(),
            Errc::stream_type_reserved);
  pair.settle();
  EXPECT_EQ(pair[1].receive(id)->type, custom);
  ByteArray<1'500> out{};
  const auto part = pair[1].read(id, out);
  EXPECT_EQ(part->type, wire::FrameType::data);
  EXPECT_FALSE(part->end_of_message);
  EXPECT_EQ(pair[1].receive(id)->bytes.size(), 501U);
  EXPECT_EQ(pair[1].receive(id)->type, wire::FrameType::custom_last);
}

//= STT-STREAM-015 test
TEST(Streams, AreReadInPartsThroughAFixedWindow) {
  wire::Parameters small;
  small.max_message_bytes = 10'000;
  Joined pair(small, small, 0);
  const StreamId id = *pair[0].open();
  const Bytes message = pattern(3'000'000);
  std::size_t given = 0;
  Bytes received;
  bool ended = false;
  ByteArray<777> out{};
  while (!ended) {
    if (given < message.size()) {
      given += *pair[0].send(id, ByteView(message).subspan(given), true);
    }
    pair.step();
    while (const auto part = pair[1].read(id, out)) {
      append(received, ByteView(out).first(part->bytes));
      ended = part->end_of_message;
    }
    ASSERT_LT(pair[1].memory_bytes(), 1'500'000U);
  }
  EXPECT_EQ(received, message);
  EXPECT_FALSE(pair.failure());
}

//= STT-STREAM-013 test
//= STT-STREAM-014 test
TEST(Streams, RefuseAMessageThatIsTooLargeToBeGivenWhole) {
  wire::Parameters small;
  small.max_message_bytes = 200'000;
  Joined pair = joined(small);
  const StreamId id = *pair[0].open();
  EXPECT_TRUE(pair[0].send(id, pattern(200'000), true));
  EXPECT_TRUE(pair[0].send(id, pattern(200'001), true));
  Result<MessageOut> message = fail(Errc::would_block);
  while (!message && message.error() == Errc::would_block && pair.step()) {
    message = pair[1].receive(id);
  }
  EXPECT_EQ(message->bytes, pattern(200'000));
  pair.events(1);
  pair.settle();
  message = pair[1].receive(id);
  EXPECT_EQ(message.error(), Errc::message_too_large);
  pair.settle();
  EXPECT_EQ(pair[0].send(id, pattern(1), true).error(), Errc::stream_closed);
  EXPECT_TRUE(pair[1].close(id));
  pair.settle();
  EXPECT_EQ(pair.events(0).back(),
            (StreamEvent{Kind::closed, id, Errc::stream_stopped,
                         static_cast<std::uint64_t>(Errc::message_too_large)}));
  EXPECT_EQ(pair.events(1).back(), (StreamEvent{Kind::closed, id, Errc::message_too_large, 0}));
}

TEST(Streams, TellTheSenderWhenThereIsRoomAgain) {
  Joined pair(wire::Parameters{}, wire::Parameters{}, 32U << 20, 1'000);
  const StreamId id = *pair[0].open();
  EXPECT_EQ(pair[0].send(id, pattern(1'500), true), 1'000U);
  EXPECT_EQ(pair[0].send(id, pattern(1), true), 0U);
  EXPECT_EQ(pair[0].send(id, {}, true).error(), Errc::would_block);
  EXPECT_TRUE(pair.events(0).empty());
  pair.settle();
  EXPECT_EQ(pair.events(0), (std::vector{event(Kind::writable, 1)}));
  // The END_OF_MESSAGE of a full buffer is never asked for twice.
  EXPECT_EQ(pair[0].send(id, pattern(1'000), true), 1'000U);
  pair.settle();
  EXPECT_EQ(pair[1].receive(id)->bytes.size(), 2'000U);
}

//= STT-STREAM-041 test
//= STT-STREAM-042 test
//= STT-STREAM-044 test
TEST(Streams, CloseEachDirectionForItself) {
  Joined pair = joined();
  const StreamId id = *pair[0].open();
  EXPECT_TRUE(pair[0].send(id, pattern(100'000), true));
  EXPECT_TRUE(pair[0].close(id));
  EXPECT_TRUE(pair[0].close(id));
  EXPECT_EQ(pair[0].send(id, pattern(1), true).error(), Errc::stream_closed);
  EXPECT_FALSE(pair[0].flushed());
  while (pair.step() || pair[1].receive(id)) {
  }
  EXPECT_TRUE(pair[0].flushed());
  EXPECT_EQ(pair[1].receive(id).error(), Errc::stream_closed);
  EXPECT_EQ(pair.events(1).back(), event(Kind::finished, 1));
  EXPECT_EQ(pair[1].open_count(), 1U);
  EXPECT_TRUE(pair[1].send(id, as_bytes("answer"), true));
  EXPECT_TRUE(pair[1].close(id));
  pair.settle();
  EXPECT_EQ(pair[0].receive(id)->bytes, to_bytes(as_bytes("answer")));
  pair.settle();
  EXPECT_EQ(pair[0].open_count(), 0U);
  EXPECT_EQ(pair[1].open_count(), 0U);
  EXPECT_EQ(pair.events(0).back(), event(Kind::closed, 1));
  EXPECT_EQ(pair.events(1), (std::vector{event(Kind::closed, 1)}));
  EXPECT_EQ(pair[0].send(id, {}, true).error(), Errc::stream_closed);
  EXPECT_EQ(pair[0].receive(id).error(), Errc::stream_closed);
}

//= STT-STREAM-045 test
TEST(Streams, ReportAnUnfinishedMessageAfterAllWholeOnes) {
  Joined pair = joined();
  const StreamId id = *pair[0].open();
  EXPECT_TRUE(pair[0].send(id, pattern(10), true));
  EXPECT_TRUE(pair[0].send(id, pattern(10), false));
  EXPECT_TRUE(pair[0].close(id));
  pair.settle();
  EXPECT_EQ(pair[1].receive(id)->bytes, pattern(10));
  EXPECT_EQ(pair[1].receive(id).error(), Errc::message_incomplete);
  EXPECT_TRUE(pair[1].close(id));
  pair.settle();
  EXPECT_EQ(pair.events(1).back(), (StreamEvent{Kind::closed, id, Errc::message_incomplete, 0}));
}

//= STT-STREAM-043 test
//= STT-STREAM-057 test
//= STT-STREAM-059 test
TEST(Streams, ResetDropsWhatIsUnsentAndTellsTheCode) {
  Joined pair = joined();
  const StreamId id = *pair[0].open();
  EXPECT_TRUE(pair[0].send(id, pattern(500'000), true));
  pair.settle();
  EXPECT_TRUE(pair[0].reset(id, 70'000));
  EXPECT_TRUE(pair[0].reset(id, 70'001));
  EXPECT_LT(pair[0].memory_bytes(), 2'000'000U);
  pair.settle();
  EXPECT_EQ(pair[1].receive(id).error(), Errc::stream_reset);
  const auto told = pair.events(1);
  EXPECT_NE(std::ranges::find(told, StreamEvent{Kind::reset, id, Errc::stream_reset, 70'000}),
            told.end());
  EXPECT_EQ(pair[0].send(id, pattern(1), true).error(), Errc::stream_closed);
  EXPECT_TRUE(pair[1].close(id));
  pair.settle();
  EXPECT_EQ(pair[1].open_count(), 0U);
  EXPECT_EQ(pair.events(1).back(), (StreamEvent{Kind::closed, id, Errc::stream_reset, 70'000}));
  EXPECT_EQ(pair[1].receive(id).error(), Errc::stream_reset);
  EXPECT_EQ(pair.events(0).back(), (StreamEvent{Kind::closed, id, Errc::stream_cancelled, 0}));
}

//= STT-STREAM-056 test
TEST(Streams, StopIsAnsweredByReset) {
  Joined pair = joined();
  const StreamId id = *pair[0].open();
  EXPECT_TRUE(pair[0].send(id, pattern(500'000), true));
  pair.settle();
  EXPECT_TRUE(pair[1].stop(id, 99'999));
  EXPECT_EQ(pair[1].read(id, {}).error(), Errc::stream_cancelled);
  pair.settle();
  EXPECT_EQ(pair[0].send(id, pattern(1), true).error(), Errc::stream_closed);
  EXPECT_TRUE(pair[1].close(id));
  pair.settle();
  EXPECT_EQ(pair[0].open_count(), 0U);
  EXPECT_EQ(pair[1].open_count(), 0U);
  EXPECT_EQ(pair.events(0).back(), (StreamEvent{Kind::closed, id, Errc::stream_stopped, 99'999}));
}

//= STT-STREAM-028 test
//= STT-STREAM-029 test
TEST(Streams, TakeTurnsWithinAPriority) {
  Joined pair = joined();
  Streams& sender = pair[0];
  for (int i = 0; i < 4; ++i) {
    const StreamId id = *sender.open();
    EXPECT_TRUE(sender.send(id, pattern(5'000), true));
  }
  EXPECT_TRUE(sender.set_priority(StreamId(5), 7));
  std::vector<unsigned> order;
  while (const auto frame = sender.poll_frame(3'000)) order.push_back(frame->stream.value());
  EXPECT_EQ(order, (std::vector<unsigned>{5, 5, 1, 3, 7, 1, 3, 7}));
}

TEST(Streams, OpenByDataIfThereIsAnyAndByItselfOtherwise) {
  Joined pair = joined();
  const StreamId with_data = *pair[0].open();
  EXPECT_TRUE(pair[0].send(with_data, pattern(1), true));
  EXPECT_EQ(pair[0].poll_frame(1'000)->type, wire::FrameType::data);
  EXPECT_FALSE(pair[0].wants_to_send());
  const StreamId without = *pair[0].open();
  const auto frame = pair[0].poll_frame(1'000);
  EXPECT_EQ(frame->type, wire::FrameType::stream_control);
  EXPECT_EQ(frame->stream, without);
  EXPECT_FALSE(pair[0].poll_frame(1'000));
  pair[0].on_lost(frame->carried);
  EXPECT_EQ(pair[0].poll_frame(1'000)->stream, without);
  pair[0].on_acked(frame->carried);
  pair[0].on_lost(frame->carried);
  EXPECT_FALSE(pair[0].wants_to_send());
}

//= STT-STREAM-010 test
TEST(Streams, CutAnewWhatIsSentAgain) {
  Joined pair = joined();
  const StreamId id = *pair[0].open();
  EXPECT_TRUE(pair[0].send(id, pattern(1'000), true));
  const auto whole = pair[0].poll_frame(2'000);
  EXPECT_TRUE(whole->carried.end_of_message);
  pair[0].on_lost(whole->carried);
  std::size_t bytes = 0;
  bool ended = false;
  while (const auto piece = pair[0].poll_frame(100)) {
    EXPECT_TRUE(piece->again);
    EXPECT_LE(piece->payload_bytes, 100U);
    EXPECT_EQ(piece->carried.offset.value(), bytes);
    bytes += piece->carried.bytes;
    ended = piece->carried.end_of_message;
  }
  EXPECT_EQ(bytes, 1'000U);
  EXPECT_TRUE(ended);
  EXPECT_EQ(pair[0].counters().bytes_sent, 1'000U);
}

TEST(Streams, EndWithTheSessionNeverAsIfComplete) {
  Joined pair = joined();
  const StreamId whole = *pair[0].open();
  const StreamId cut = *pair[0].open();
  EXPECT_TRUE(pair[0].send(whole, pattern(10), true));
  EXPECT_TRUE(pair[0].close(whole));
  EXPECT_TRUE(pair[0].send(cut, pattern(10), true));
  EXPECT_TRUE(pair[0].send(cut, pattern(10), false));
  pair.settle();
  EXPECT_TRUE(pair[1].close(whole));
  pair.settle();
  pair.events(1);
  pair[1].end_all();
  const auto told = pair.events(1);
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0], (StreamEvent{Kind::closed, whole}));
  EXPECT_EQ(told[1], (StreamEvent{Kind::closed, cut, Errc::stream_incomplete, 0}));
  EXPECT_EQ(pair[1].receive(whole)->bytes, pattern(10));
  EXPECT_EQ(pair[1].receive(whole).error(), Errc::stream_closed);
  EXPECT_EQ(pair[1].receive(cut)->bytes, pattern(10));
  EXPECT_EQ(pair[1].receive(cut).error(), Errc::stream_incomplete);
  EXPECT_EQ(pair[1].open().error(), Errc::session_closed);
  EXPECT_FALSE(pair[1].wants_to_send());
}

TEST(Streams, RefuseUnknownIds) {
  Joined pair = joined();
  EXPECT_EQ(pair[0].send(StreamId(1), {}, true).error(), Errc::stream_unknown);
  EXPECT_EQ(pair[0].receive(StreamId(2)).error(), Errc::stream_unknown);
  EXPECT_EQ(pair[0].close(StreamId(9)).error(), Errc::stream_unknown);
}

}  // namespace
}  // namespace stt::stream
