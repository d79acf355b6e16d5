// Control messages of a Node: what is answered, what is sent again, and what is not.
#include <gtest/gtest.h>

#include <set>

#include <stt/node/scripted_peer.hpp>

namespace stt {
namespace {

using testing::Duel;
using testing::Fate;
using testing::Opened;
using testing::pattern;
using testing::Side;
using testing::TwoNodes;

template <class M>
bool is(const Opened& frame) {
  return frame.control<M>().has_value();
}

// Whether an ACK of the node covers the sequence.
bool acknowledged(const Duel& duel, Sequence sequence) {
  return std::ranges::any_of(duel.peer.received, [&](const Opened& frame) {
    const auto ack = frame.control<wire::Ack>();
    return ack && std::ranges::any_of(ack->ranges, [&](const wire::SequenceRange& range) {
             return range.first <= sequence && sequence <= range.last;
           });
  });
}

//= STT-CONTROL-007 test
TEST(NodeControl, AcknowledgesWhatItStoresAndNotWhatItDrops) {
  Duel duel;
  const Sequence first = *duel.peer.sealer().next_sequence();
  for (std::uint64_t i = 0; i < 400; ++i) {
    duel.give(duel.peer.seal_data(StreamId(1), 2 * i + 1, as_bytes("x"), false));
  }
  duel.wait(1s);
  const std::uint64_t dropped = duel.statistics().drops.count(Errc::too_many_gaps);
  ASSERT_GT(dropped, 0U);
  EXPECT_TRUE(duel.active());
  std::uint64_t unacknowledged = 0;
  for (std::uint64_t i = 0; i < 400; ++i) {
    unacknowledged += acknowledged(duel, Sequence(first.value() + i)) ? 0 : 1;
  }
  EXPECT_EQ(unacknowledged, dropped);
}

//= STT-CONTROL-012 test
TEST(NodeControl, APingIsAnsweredByPongAndAck) {
  Duel duel;
  const Sequence sequence = *duel.peer.sealer().next_sequence();
  duel.give(duel.peer.seal(wire::Ping{10}));
  duel.wait(100ms);
  ASSERT_EQ(duel.peer.count<wire::Pong>(), 1U);
  EXPECT_EQ(duel.peer.last<wire::Pong>()->control<wire::Pong>()->sequence, sequence);
  EXPECT_TRUE(acknowledged(duel, sequence));
}

//= STT-CONTROL-010 test
TEST(NodeControl, LostAnswersAreNotSentAgain) {
  Duel duel;
  duel.give(duel.peer.seal(wire::Ping{}));
  duel.give(duel.peer.seal(wire::PathChallenge{}));
  ASSERT_EQ(duel.peer.count<wire::Pong>(), 1U);
  ASSERT_EQ(duel.peer.count<wire::PathResponse>(), 1U);
  const auto is_answer = [](const Opened& frame) {
    return is<wire::Pong>(frame) || is<wire::PathResponse>(frame);
  };
  // First by probe time-outs, then because later frames are acknowledged and these are not.
  duel.wait(5s);
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(duel.side.node.ping(duel.now, duel.session));
    duel.wait(50ms);
    duel.give(duel.peer.seal_ack(is_answer));
  }
  duel.wait(5s);
  EXPECT_GE(duel.statistics().frames_lost, 2U);
  EXPECT_EQ(duel.peer.count<wire::Pong>(), 1U);
  EXPECT_EQ(duel.peer.count<wire::PathResponse>(), 1U);
}

//= STT-CONTROL-017 test
//= STT-RECOVERY-026 test
TEST(NodeControl, LostSessionCreditIsSentAgainWithItsNewestValue) {
  Config config;
  config.parameters.max_message_bytes = 10'000;
  config.parameters.max_streams = 2;
  config.parameters.initial_stream_credit = 20'000;
  config.parameters.initial_session_credit = 60'000;
  config.receive_budget_bytes = 60'000;
  Duel duel(config);
  Bytes out(20'000);
  std::uint64_t offset = 0;
  const auto feed = [&] {
    for (int i = 0; i < 35; ++i) {
      duel.give(duel.peer.seal_data(StreamId(1), offset, Bytes(1'000), false));
      offset += 1'000;
      ASSERT_TRUE(duel.side.node.read(duel.now, duel.session, StreamId(1), out));
      duel.peer.collect(duel.now);
    }
  };
  feed();
  ASSERT_GE(duel.peer.count<wire::SessionCredit>(), 1U);
  const auto value = [&] {
    return duel.peer.last<wire::SessionCredit>()->control<wire::SessionCredit>()->position;
  };
  const std::uint64_t first = value();
  EXPECT_GT(first, 60'000U);
  const Sequence lost = duel.peer.last<wire::SessionCredit>()->sequence;
  feed();
  const std::uint64_t newest = value();
  EXPECT_GT(newest, first);
  const std::size_t sent = duel.peer.count<wire::SessionCredit>();
  // All of them are lost.
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(duel.side.node.ping(duel.now, duel.session));
    duel.wait(50ms);
    duel.give(duel.peer.seal_ack(is<wire::SessionCredit>));
  }
  duel.wait(2s);
  EXPECT_GT(duel.peer.count<wire::SessionCredit>(), sent);
  EXPECT_EQ(value(), newest);
  EXPECT_GT(duel.peer.last<wire::SessionCredit>()->sequence, lost);
}

//= STT-CONTROL-026 test
TEST(NodeControl, ALostErrorIsSentAgainAndAnAcknowledgedOneIsNot) {
  Duel duel;
  ASSERT_TRUE(duel.side.node.send_error(duel.now, duel.session, 70'001, "first"));
  duel.peer.collect(duel.now);
  ASSERT_EQ(duel.peer.count<wire::Error>(), 1U);
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(duel.side.node.ping(duel.now, duel.session));
    duel.wait(50ms);
    duel.give(duel.peer.seal_ack([&](const Opened& frame) {
      return is<wire::Error>(frame) && duel.peer.count<wire::Error>() == 1;
    }));
  }
  ASSERT_EQ(duel.peer.count<wire::Error>(), 2U);
  const auto again = *duel.peer.last<wire::Error>()->control<wire::Error>();
  EXPECT_EQ(again.code, 70'001U);
  EXPECT_TRUE(equal(again.reason, as_bytes("first")));
  duel.wait_and_ack(10, 500ms);
  EXPECT_EQ(duel.peer.count<wire::Error>(), 2U);
  // Acknowledged ones make room.
  for (int i = 0; i < 40; ++i) {
    ASSERT_TRUE(duel.side.node.send_error(duel.now, duel.session, 0, "again"));
    duel.wait_and_ack(1);
  }
  for (int i = 0; i < 16; ++i) {
    ASSERT_TRUE(duel.side.node.send_error(duel.now, duel.session, 0, "again"));
  }
  EXPECT_EQ(duel.side.node.send_error(duel.now, duel.session, 0, "again"), fail(Errc::queue_full));
}

//= STT-CONTROL-020 test
//= STT-ERROR-005 test
TEST(NodeControl, AnErrorIsToldAndChangesNothing) {
  Duel duel;
  duel.give(duel.peer.seal_data(StreamId(1), 0, as_bytes("before"), false));
  duel.give(duel.peer.seal(wire::Error{1'234'567, as_bytes("\xC3( not UTF-8")}));
  const auto* error = duel.side.last<PeerError>();
  ASSERT_NE(error, nullptr);
  EXPECT_EQ(error->code, 1'234'567U);
  EXPECT_EQ(error->reason, "\xC3( not UTF-8");
  duel.give(duel.peer.seal_data(StreamId(1), 6, as_bytes("after")));
  const auto message = duel.side.node.receive(duel.now, duel.session, StreamId(1));
  ASSERT_TRUE(message);
  EXPECT_TRUE(equal(message->bytes, as_bytes("beforeafter")));
}

// Unknown codes of RESET and STOP are handed on like known ones.
//= STT-ERROR-005 test
TEST(NodeControl, UnknownCodesOfResetAndStopAreHandedOn) {
  Duel duel;
  duel.give(duel.peer.seal_data(StreamId(1), 0, as_bytes("begun"), false));
  duel.give(duel.peer.seal(StreamId(1), wire::StreamReset{0xFFFF'FFFF'FFFF, Position(5)}));
  ASSERT_NE(duel.side.last<StreamReset>(), nullptr);
  EXPECT_EQ(duel.side.last<StreamReset>()->code, 0xFFFF'FFFF'FFFFU);
  duel.give(duel.peer.seal(StreamId(3), wire::StreamOpen{}));
  duel.give(duel.peer.seal(StreamId(3), wire::StreamStop{4'242}));
  EXPECT_EQ(duel.side.node.send(duel.now, duel.session, StreamId(3), as_bytes("x")),
            fail(Errc::stream_closed));
  EXPECT_TRUE(duel.active());
}

//= STT-CONTROL-024 test
TEST(NodeControl, APongThatNobodyAskedForIsIgnored) {
  Duel duel;
  duel.wait_and_ack(2);
  const std::size_t events = duel.side.events.size();
  const auto before = duel.statistics();
  duel.give(duel.peer.seal(wire::Pong{Sequence(1'000'000)}));
  duel.give(duel.peer.seal(wire::Pong{Sequence(~std::uint64_t{0})}));
  EXPECT_TRUE(duel.active());
  EXPECT_EQ(duel.side.events.size(), events);
  EXPECT_EQ(duel.statistics().rtt, before.rtt);
  EXPECT_EQ(duel.statistics().drops.total(), before.drops.total());
}

//= STT-CONTROL-025 test
TEST(NodeControl, AnAckIsNotAnsweredByAnAck) {
  Duel duel;
  duel.wait_and_ack(3);
  duel.wait(3s);
  duel.give(duel.peer.seal(wire::Ping{}));
  duel.wait(1s);
  const std::size_t sent = duel.peer.count<wire::Ack>();
  EXPECT_GT(sent, 0U);
  for (int i = 0; i < 100; ++i) duel.give(duel.peer.seal_ack());
  duel.wait(2s);
  EXPECT_EQ(duel.peer.count<wire::Ack>(), sent);
}

//= STT-RECOVERY-025 test
TEST(NodeControl, ARetransmissionIsANewFrameWithTheOldContent) {
  Duel duel;
  const auto stream = duel.side.node.open_stream(duel.now, duel.session);
  ASSERT_TRUE(duel.side.node.send(duel.now, duel.session, *stream, as_bytes("again and again")));
  duel.wait(8s);
  std::set<Sequence> sequences;
  for (const Opened& frame : duel.peer.received) {
    if (frame.type != wire::FrameType::data) continue;
    EXPECT_TRUE(sequences.insert(frame.sequence).second);
    const auto message = wire::decode_data(frame.payload);
    EXPECT_EQ(message->offset, Position(0));
    EXPECT_TRUE(equal(message->bytes, as_bytes("again and again")));
  }
  EXPECT_GE(sequences.size(), 3U);
  const std::set<Bytes> different(duel.peer.datagrams.begin(), duel.peer.datagrams.end());
  EXPECT_EQ(different.size(), duel.peer.datagrams.size());
}

//= STT-RECOVERY-001 test
TEST(NodeControl, DataStreamControlAndCreditArriveOnALossyPath) {
  Config config;
  config.parameters.initial_session_credit = 30'000;
  config.parameters.initial_stream_credit = 10'000;
  TwoNodes net(config, config);
  ASSERT_TRUE(net.connect());
  std::uint32_t state = 5;
  net.filter = [&](Side&, Bytes&) {
    return Fate{.deliver = (state = state * 1664525 + 1013904223) >> 24 >= 77};  // 30 % are lost
  };
  std::map<StreamId, Bytes> received;
  net.b.on_event = [&](const Event& event) {
    const auto* readable = std::get_if<StreamReadable>(&event);
    if (readable == nullptr) return;
    Bytes out(1'000);
    while (const auto part = net.b.node.read(net.now, readable->session, readable->stream, out)) {
      append(received[readable->stream], ByteView(out).first(part->bytes));
    }
  };
  for (std::uint32_t i = 0; i < 4; ++i) {
    const auto stream = net.a.node.open_stream(net.now, net.a_session);
    ASSERT_EQ(net.a.node.send(net.now, net.a_session, *stream, pattern(60'000, i)), 60'000U);
    ASSERT_TRUE(net.a.node.close_stream(net.now, net.a_session, *stream));
  }
  net.run_until([&] { return net.b.count<StreamFinished>() == 4; }, 120s);
  ASSERT_EQ(received.size(), 4U);
  std::uint32_t i = 0;
  for (const auto& [stream, bytes] : received) EXPECT_EQ(bytes, pattern(60'000, i++));
}

}  // namespace
}  // namespace stt
