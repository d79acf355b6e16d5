// One side alone, against peers that break the rules, or stretch them.
#include <gtest/gtest.h>

#include <stt/stream/chunk_pool.hpp>
#include <stt/stream/joined_test.hpp>

namespace stt::stream {
namespace {

using testing::pattern;
using wire::FrameType;

constexpr std::uint64_t last_position = ~std::uint64_t{0};

wire::Parameters small() {
  wire::Parameters all;
  all.max_streams = 4;
  all.initial_stream_credit = 10'000;
  all.max_message_bytes = 10'000;
  return all;
}

// The responder; the peer is whoever the test plays.
Streams responder(const wire::Parameters& ours = small()) {
  return Streams({Role::responder, ours, wire::Parameters{}, 0, 1U << 20});
}

StreamId id(unsigned value) {
  return StreamId(static_cast<std::uint16_t>(value));
}

// NOLINTNEXTLINE(readability-function-size): a row of a test is read as a row
Result<Taken> data(Streams& streams, unsigned stream, std::uint64_t offset, std::string_view text,
                   bool end = false, FrameType type = FrameType::data) {
  return streams.handle_data(type, id(stream), {end, Position(offset), as_bytes(text)});
}

std::vector<Outgoing> frames(Streams& streams) {
  std::vector<Outgoing> all;
  while (const auto frame = streams.poll_frame(1'000)) all.push_back(*frame);
  return all;
}

//= STT-STREAM-008 test
TEST(StreamsPeer, MayNotGoBeyondTheLastPosition) {
  Streams streams = responder();
  EXPECT_EQ(data(streams, 1, last_position, "a").error(), Errc::position_overflow);
  EXPECT_EQ(data(streams, 1, last_position - 1, "a", true).error(), Errc::position_overflow);
  EXPECT_EQ(data(streams, 1, last_position - 1, "a").error(), Errc::stream_credit_exceeded);
  EXPECT_EQ(data(streams, 1, last_position - 1, "", true).error(), Errc::stream_credit_exceeded);
}

//= STT-FLOW-001 test
//= STT-FLOW-002 test
//= STT-FLOW-004 test
TEST(StreamsPeer, MayUseItsStreamCreditAndNoMore) {
  Streams streams = responder();
  EXPECT_EQ(data(streams, 1, 9'999, "a"), Taken::stored);
  EXPECT_EQ(data(streams, 3, 9'999, "", true), Taken::stored);
  EXPECT_EQ(data(streams, 5, 9'999, "a", true).error(), Errc::stream_credit_exceeded);
  EXPECT_EQ(streams.handle_stream_control(id(7), wire::StreamClose{Position(10'001)}).error(),
            Errc::stream_credit_exceeded);
}

//= STT-FLOW-003 test
//= STT-FLOW-004 test
TEST(StreamsPeer, MayUseTheSessionCreditThatItWasTold) {
  wire::Parameters all = small();
  all.initial_session_credit = 15'000;
  Streams streams = responder(all);
  EXPECT_EQ(data(streams, 1, 9'999, "a"), Taken::stored);
  EXPECT_EQ(data(streams, 1, 5, "counts once"), Taken::stored);
  EXPECT_EQ(data(streams, 3, 4'999, "a"), Taken::stored);
  EXPECT_EQ(data(streams, 3, 5'000, "a").error(), Errc::session_credit_exceeded);
  EXPECT_EQ(streams.handle_stream_control(id(5), wire::StreamReset{0, Position(1)}).error(),
            Errc::session_credit_exceeded);
  EXPECT_EQ(frames(streams).at(0).carried.offset, Position(50'000));
  EXPECT_EQ(data(streams, 3, 5'000, "a"), Taken::stored);
  streams.check_invariants();
}

//= STT-STREAM-019 test
//= STT-STREAM-020 test
//= STT-STREAM-022 test
TEST(StreamsPeer, OpensItsOwnIdsInAnyOrderAndNoneOfOurs) {
  Streams streams = responder();
  EXPECT_EQ(data(streams, 9, 0, "x"), Taken::stored);
  EXPECT_EQ(streams.open_count(), 1U);
  EXPECT_EQ(streams.handle_stream_control(id(3), wire::StreamOpen{}), Taken::stored);
  EXPECT_EQ(data(streams, 1, 0, "", true, FrameType::custom_first), Taken::stored);
  EXPECT_EQ(streams.open_count(), 3U);
  EXPECT_EQ(data(streams, 2, 0, "x").error(), Errc::stream_not_opened);
  EXPECT_EQ(streams.handle_stream_control(id(4), wire::StreamOpen{}).error(),
            Errc::stream_not_opened);
  EXPECT_EQ(data(streams, 0, 0, "x").error(), Errc::frame_stream_id);
  EXPECT_EQ(streams.read(id(7), {}).error(), Errc::stream_unknown);
}

//= STT-STREAM-023 test
//= STT-STREAM-025 test
TEST(StreamsPeer, IsRefusedMoreStreamsThanAllowed) {
  Streams streams = responder();
  for (unsigned stream = 1; stream <= 7; stream += 2) {
    EXPECT_EQ(data(streams, stream, 0, "x"), Taken::stored);
  }
  EXPECT_EQ(data(streams, 9, 0, "refused"), Taken::stored);
  EXPECT_EQ(streams.open_count(), 4U);
  const auto sent = frames(streams);
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].stream, id(9));
  EXPECT_EQ(sent[0].carried.message_type,
            static_cast<std::uint8_t>(wire::StreamControlType::reset));
  EXPECT_EQ(sent[0].code, static_cast<std::uint64_t>(Errc::stream_refused));
  EXPECT_EQ(sent[0].carried.offset, Position(0));
  EXPECT_EQ(streams.read(id(9), {}).error(), Errc::stream_closed);
  // Over, for both sides, with the credit that it used.
  streams.on_acked(sent[0].carried);
  EXPECT_EQ(streams.handle_stream_control(id(9), wire::StreamReset{1, Position(9'000)}),
            Taken::stored);
  streams.check_invariants();
  EXPECT_EQ(data(streams, 9, 0, "late"), Taken::stored);
  while (const auto event = streams.poll_event()) EXPECT_NE(event->stream, id(9));
}

// To the peer a stream is over once our CLOSE has arrived; that we do not know yet is no reason to
// refuse the next one. A peer that never acknowledges gets twice the limit and no more.
//= STT-STREAM-023 test
TEST(StreamsPeer, MayOpenAnotherStreamBeforeItAcknowledgesTheLastClose) {
  Streams streams = responder();
  for (unsigned stream = 1; stream <= 7; stream += 2) {
    EXPECT_EQ(streams.handle_stream_control(id(stream), wire::StreamClose{Position(0)}),
              Taken::stored);
  }
  EXPECT_TRUE(streams.close(id(1)));
  EXPECT_EQ(frames(streams).size(), 1U);  // CLOSE has left, and nobody has acknowledged it
  EXPECT_EQ(data(streams, 9, 0, "next"), Taken::stored);
  EXPECT_TRUE(frames(streams).empty());
  EXPECT_EQ(data(streams, 11, 0, "refused"), Taken::stored);
  EXPECT_EQ(frames(streams).at(0).code, static_cast<std::uint64_t>(Errc::stream_refused));
  streams.check_invariants();
}

//= STT-STREAM-023 test
TEST(StreamsPeer, MayNotPileUpStreamsByNotAcknowledging) {
  Streams streams = responder();
  unsigned stream = 1;
  for (; stream < 2 * 8; stream += 2) {
    EXPECT_EQ(streams.handle_stream_control(id(stream), wire::StreamClose{Position(0)}),
              Taken::stored);
    EXPECT_TRUE(streams.close(id(stream)));
    EXPECT_EQ(frames(streams).size(), 1U);
  }
  EXPECT_EQ(streams.open_count(), 8U);
  EXPECT_EQ(data(streams, stream, 0, "refused"), Taken::stored);
  EXPECT_EQ(streams.open_count(), 8U);
  streams.check_invariants();
}

TEST(StreamsPeer, IsSlowedDownWhenItIgnoresRefusals) {
  Streams streams = responder();
  Result<Taken> taken = Taken::stored;
  unsigned stream = 1;
  for (; taken == Taken::stored; stream += 2) taken = data(streams, stream, 0, "x");
  EXPECT_EQ(taken, Taken::refused);
  EXPECT_EQ(stream, 2 * (4 + refused_max) + 3);
  EXPECT_EQ(streams.open_count(), 4U);
}

//= STT-STREAM-026 test
TEST(StreamsPeer, EndsAStreamByRefusingIt) {
  Streams streams = responder();
  const StreamId ours = *streams.open();
  EXPECT_TRUE(streams.send(ours, as_bytes("hello"), true));
  frames(streams);
  const wire::StreamReset refusal{static_cast<std::uint64_t>(Errc::stream_refused), Position(0)};
  EXPECT_EQ(streams.handle_stream_control(ours, refusal), Taken::stored);
  const auto sent = frames(streams);
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].carried.offset, Position(6));
  streams.on_acked(sent[0].carried);
  EXPECT_EQ(streams.open_count(), 0U);
  std::optional<StreamEvent> last;
  while (const auto event = streams.poll_event()) last = event;
  EXPECT_EQ(last->kind, StreamEvent::Kind::closed);
  EXPECT_EQ(last->reason, Errc::stream_refused);
}

//= STT-STREAM-053 test
//= STT-STREAM-054 test
//= STT-STREAM-055 test
TEST(StreamsPeer, HasOneFinalPosition) {
  Streams streams = responder();
  EXPECT_EQ(data(streams, 1, 0, "abc", true), Taken::stored);
  const auto close = [&](std::uint64_t at) {
    return streams.handle_stream_control(id(1), wire::StreamClose{Position(at)});
  };
  EXPECT_EQ(close(3).error(), Errc::final_position);
  EXPECT_EQ(close(8), Taken::stored);
  EXPECT_EQ(close(8), Taken::stored);
  EXPECT_EQ(close(9).error(), Errc::final_position);
  EXPECT_EQ(data(streams, 1, 8, "x").error(), Errc::final_position);
  EXPECT_EQ(data(streams, 1, 7, "", true), Taken::stored);
  EXPECT_EQ(streams.handle_stream_control(id(1), wire::StreamReset{0, Position(7)}).error(),
            Errc::final_position);
  EXPECT_EQ(streams.handle_stream_control(id(1), wire::StreamReset{0, Position(8)}), Taken::stored);
  EXPECT_EQ(close(9).error(), Errc::final_position);
}

//= STT-STREAM-021 test
TEST(StreamsPeer, IsIgnoredOnClosedIds) {
  Streams streams = responder();
  EXPECT_EQ(streams.handle_stream_control(id(1), wire::StreamReset{0, Position(0)}), Taken::stored);
  EXPECT_TRUE(streams.reset(id(1), 0));
  for (const Outgoing& frame : frames(streams)) streams.on_acked(frame.carried);
  EXPECT_EQ(streams.open_count(), 0U);
  EXPECT_EQ(data(streams, 1, last_position - 10, "anything"), Taken::stored);
  EXPECT_EQ(streams.handle_stream_control(id(1), wire::StreamStop{1}), Taken::stored);
  EXPECT_FALSE(streams.wants_to_send());
  EXPECT_EQ(streams.open_count(), 0U);
}

//= STT-STREAM-012 test
TEST(StreamsPeer, KeepsOneTypeWithinAMessage) {
  const auto custom = FrameType::custom_first;
  {
    Streams streams = responder();
    EXPECT_EQ(data(streams, 1, 0, "abc"), Taken::stored);
    EXPECT_EQ(data(streams, 1, 3, "def", false, custom).error(), Errc::message_type_changed);
  }
  {
    Streams streams = responder();
    EXPECT_EQ(data(streams, 1, 3, "def"), Taken::stored);
    EXPECT_EQ(data(streams, 1, 0, "abc", false, custom).error(), Errc::message_type_changed);
    EXPECT_EQ(data(streams, 1, 0, "ab", true, custom), Taken::stored);
  }
  {
    Streams streams = responder();
    EXPECT_EQ(data(streams, 1, 0, "abc", true), Taken::stored);
    EXPECT_EQ(data(streams, 1, 4, "def", true, custom), Taken::stored);
    ByteArray<10> out{};
    EXPECT_EQ(streams.read(id(1), out)->type, FrameType::data);
    EXPECT_EQ(streams.read(id(1), out)->type, custom);
  }
  {
    Streams streams = responder();
    ByteArray<10> out{};
    EXPECT_EQ(data(streams, 1, 0, "abc", false, custom), Taken::stored);
    EXPECT_EQ(streams.read(id(1), out)->type, custom);
    EXPECT_EQ(data(streams, 1, 3, "d").error(), Errc::message_type_changed);
  }
}

//= STT-STREAM-027 test
TEST(StreamsPeer, MakesAtMost256Gaps) {
  Streams streams = responder();
  for (unsigned i = 0; i < 256; ++i) {
    ASSERT_EQ(data(streams, 1, 2 * i + 1, "x"), Taken::stored) << i;
  }
  EXPECT_EQ(data(streams, 1, 513, "x"), Taken::dropped);
  EXPECT_EQ(data(streams, 1, 512, "y"), Taken::stored);  // touches the last piece
  EXPECT_EQ(data(streams, 1, 514, "x"), Taken::dropped);
  EXPECT_EQ(data(streams, 1, 0, "a"), Taken::stored);  // closes the first gap
  EXPECT_EQ(data(streams, 1, 514, "x"), Taken::stored);
  EXPECT_LT(streams.memory_bytes(), 30'000U);
}

//= STT-STREAM-011 test
TEST(StreamsPeer, CannotChangeWhatCameFirst) {
  Streams streams = responder();
  EXPECT_EQ(data(streams, 1, 2, "CD"), Taken::stored);
  EXPECT_EQ(data(streams, 1, 0, "abcdef", true), Taken::stored);
  EXPECT_EQ(data(streams, 1, 0, "zzzzzz"), Taken::stored);
  EXPECT_EQ(streams.receive(id(1))->bytes, to_bytes(as_bytes("abCDef")));
}

//= STT-STREAM-058 test
//= STT-STREAM-061 test
//= STT-FLOW-017 test
//= STT-FLOW-015 test
TEST(StreamsPeer, GivesCreditThatOnlyRises) {
  wire::Parameters theirs;
  theirs.initial_stream_credit = 0;
  Streams streams({Role::initiator, small(), theirs, 0, 1U << 20});
  const StreamId ours = *streams.open();
  EXPECT_TRUE(streams.send(ours, pattern(100), true));
  const auto opening = frames(streams);
  ASSERT_EQ(opening.size(), 1U);  // OPEN, so that the peer knows whom to give credit
  EXPECT_EQ(opening[0].type, FrameType::stream_control);
  const auto credit = [&](std::uint64_t position) {
    return streams.handle_stream_control(ours, wire::StreamCredit{Position(position)});
  };
  EXPECT_TRUE(credit(40));
  EXPECT_TRUE(credit(10));
  const auto sent = frames(streams);
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].carried.bytes, 40U);
  EXPECT_TRUE(credit(last_position));
  EXPECT_EQ(frames(streams).at(0).carried.bytes, 60U);
}

TEST(StreamsPeer, HoldsBackTheSessionUntilItsCreditRises) {
  wire::Parameters theirs;
  theirs.initial_session_credit = 50;
  Streams streams({Role::initiator, small(), theirs, 0, 1U << 20});
  const StreamId one = *streams.open();
  const StreamId two = *streams.open();
  EXPECT_TRUE(streams.send(one, pattern(100), true));
  EXPECT_TRUE(streams.send(two, pattern(100), true));
  const auto first = frames(streams);
  std::size_t bytes = 0;
  for (const Outgoing& frame : first) bytes += frame.carried.bytes;
  EXPECT_EQ(bytes, 50U);
  EXPECT_FALSE(streams.wants_to_send());
  for (const Outgoing& frame : first) streams.on_lost(frame.carried);
  EXPECT_EQ(frames(streams).size(), first.size());  // again needs no new credit
  streams.handle_session_credit(40);
  EXPECT_FALSE(streams.wants_to_send());
  streams.handle_session_credit(last_position);
  EXPECT_TRUE(streams.wants_to_send());
}

//= STT-FLOW-006 test
//= STT-FLOW-012 test
TEST(StreamsPeer, GetsBackWhatAResetStreamUsed) {
  wire::Parameters all = small();
  all.initial_session_credit = 50'000;
  Streams streams = responder(all);
  for (unsigned stream = 1; stream < 201; stream += 2) {
    ASSERT_EQ(data(streams, stream, 5'000, "a"), Taken::stored);
    ASSERT_EQ(streams.handle_stream_control(id(stream), wire::StreamReset{1, Position(10'000)}),
              Taken::stored);
    ASSERT_TRUE(streams.reset(id(stream), 1));
    std::uint64_t granted = 0;
    for (const Outgoing& frame : frames(streams)) {
      if (frame.type == FrameType::control) granted = frame.carried.offset.value();
      streams.on_acked(frame.carried);
    }
    // All that was used came back: the budget beyond it is free.
    if (granted != 0) {
      EXPECT_EQ(granted, (stream + 1) / 2 * 10'000 + 50'000);
    }
    streams.check_invariants();
  }
}

//= STT-FLOW-011 test
//= STT-FLOW-008 test
TEST(StreamsPeer, CannotGetMoreCreditThanTheBudget) {
  Streams streams = responder();
  const Bytes bytes = pattern(10'000);
  std::array<std::uint64_t, 4> granted{10'000, 10'000, 10'000, 10'000};
  std::array<std::uint64_t, 4> sent{};
  for (int round = 0; round < 50; ++round) {
    for (unsigned i = 0; i < 4; ++i) {
      const auto size =
          static_cast<std::size_t>(std::min<std::uint64_t>(granted[i] - sent[i], bytes.size()));
      if (size == 0) continue;
      ASSERT_EQ(streams.handle_data(FrameType::data, id(2 * i + 1),
                                    {false, Position(sent[i]), ByteView(bytes).first(size)}),
                Taken::stored);
      sent[i] += size;
    }
    for (const Outgoing& frame : frames(streams)) {
      if (frame.carried.message_type != 4 || frame.type != FrameType::stream_control) continue;
      granted[(frame.stream.value() - 1) / 2] = frame.carried.offset.value();
    }
    streams.check_invariants();
  }
  // Nobody reads: the lowest id holds the reservation, the others stand where they began.
  EXPECT_EQ(granted, (std::array<std::uint64_t, 4>{20'000, 10'000, 10'000, 10'000}));
  EXPECT_LT(streams.memory_bytes(), 50'000U + 16 * sizeof(Chunk));
}

}  // namespace
}  // namespace stt::stream
