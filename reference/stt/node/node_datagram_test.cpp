// UDP datagrams with several frames, and custom frames as datagrams of the application.
#include <gtest/gtest.h>

#include <stt/node/scripted_peer.hpp>

namespace stt {
namespace {

using testing::Duel;
using testing::Fate;
using testing::joined;
using testing::Opened;
using testing::pattern;
using testing::ScriptedPeer;
using testing::Side;
using testing::TwoNodes;

constexpr auto custom = wire::FrameType::custom_first;

//= STT-DATAGRAM-001 test
//= STT-DATAGRAM-002 test
TEST(NodeDatagram, FramesOfOneDatagramAreJudgedOneByOneWhateverTheirSessions) {
  Duel duel;
  ScriptedPeer other(duel.side, "another node seed of thirty-two b.",
                     Address::ipv4(198, 51, 100, 67, 7));
  ASSERT_TRUE(other.connect(duel.now));
  const SessionHandle second = duel.side.last<Connected>()->session;
  duel.give(joined({duel.peer.seal(custom, StreamId{}, as_bytes("one")),
                    other.seal(custom, StreamId{}, as_bytes("two")),
                    duel.peer.seal(custom, StreamId{}, as_bytes("three"))}));
  EXPECT_EQ(duel.statistics().messages_received, 2U);
  EXPECT_EQ(duel.side.node.statistics(second)->messages_received, 1U);
}

//= STT-DATAGRAM-003 test
//= STT-DATAGRAM-005 test
TEST(NodeDatagram, AMalformedFrameEndsItAndOneThatIsDroppedDoesNot) {
  Duel duel;
  const auto datagram = [&](std::string_view text) {
    return duel.peer.seal(custom, StreamId{}, as_bytes(text));
  };
  Bytes forged = datagram("forged");
  forged.back() ^= std::byte{1};
  Bytes unknown = datagram("unknown");
  unknown[7] ^= std::byte{1};
  duel.give(joined({datagram("a"), forged, unknown, datagram("b")}));
  EXPECT_EQ(duel.statistics().messages_received, 2U);
  Bytes malformed = datagram("malformed");
  malformed[2] = std::byte{9};  // the version
  duel.give(joined({datagram("c"), malformed, datagram("d")}));
  EXPECT_EQ(duel.statistics().messages_received, 3U);
  EXPECT_EQ(duel.side.node.statistics().drops.count(Errc::frame_version), 1U);
}

//= STT-DATAGRAM-004 test
TEST(NodeDatagram, AFrameDoesNotSpanTwo) {
  Duel duel;
  const Bytes frame = duel.peer.seal(custom, StreamId{}, as_bytes("halves"));
  const auto half = static_cast<std::ptrdiff_t>(frame.size() / 2);
  duel.give(Bytes(frame.begin(), frame.begin() + half));
  duel.give(Bytes(frame.begin() + half, frame.end()));
  EXPECT_EQ(duel.statistics().messages_received, 0U);
  EXPECT_EQ(duel.side.node.statistics().drops.count(Errc::frame_incomplete), 1U);
  duel.give(frame);
  EXPECT_EQ(duel.statistics().messages_received, 1U);
}

//= STT-DATAGRAM-008 test
TEST(NodeDatagram, AnEmptyOneIsIgnored) {
  Duel duel;
  duel.give({});
  EXPECT_EQ(duel.side.node.statistics().drops.total(), 0U);
  EXPECT_TRUE(duel.active());
}

//= STT-DATAGRAM-006 test
//= STT-FRAME-040 test
TEST(NodeDatagram, DataIsDividedAndNoDatagramIsLongerThanThePathIsTrustedWith) {
  Duel duel;  // answers no probe of the path MTU
  const auto stream = duel.side.node.open_stream(duel.now, duel.session);
  const Bytes bytes = pattern(50'000);
  ASSERT_TRUE(duel.side.node.send(duel.now, duel.session, *stream, bytes));
  for (int i = 0; i < 30; ++i) {
    duel.wait(30ms);
    duel.give(duel.peer.seal_ack([](const Opened& frame) {
      const auto ping = frame.control<wire::Ping>();
      return ping && frame.datagram_bytes > 1'200;
    }));
  }
  Bytes received(bytes.size());
  std::size_t frames = 0;
  for (const Opened& frame : duel.peer.received) {
    if (frame.type != wire::FrameType::data) continue;
    EXPECT_LE(frame.datagram_bytes, 1'200U);
    const auto message = wire::decode_data(frame.payload);
    std::ranges::copy(message->bytes,
                      received.begin() + static_cast<std::ptrdiff_t>(message->offset.value()));
    ++frames;
  }
  EXPECT_GT(frames, 40U);
  EXPECT_EQ(received, bytes);
}

//= STT-DATAGRAM-010 test
TEST(NodeDatagram, WhatLeavesAtTheSameTimeSharesOne) {
  Duel duel;
  duel.wait_and_ack(3);
  duel.peer.received.clear();
  duel.side.node.handle_timeout(duel.now);
  ASSERT_TRUE(duel.side.node.send_datagram(duel.now, duel.session, custom, as_bytes("x")));
  const auto stream = duel.side.node.open_stream(duel.now, duel.session);
  ASSERT_TRUE(duel.side.node.send(duel.now, duel.session, *stream, as_bytes("y")));
  ASSERT_TRUE(duel.side.node.ping(duel.now, duel.session));
  duel.peer.collect(duel.now);
  ASSERT_GE(duel.peer.received.size(), 3U);
  const std::size_t datagram = duel.peer.received.front().datagram;
  for (const Opened& frame : duel.peer.received) {
    EXPECT_TRUE(frame.datagram_bytes >= 1'200 || frame.datagram == datagram);
  }
}

//= STT-DISPATCH-001 test
//= STT-DISPATCH-003 test
//= STT-DISPATCH-008 test
TEST(NodeDatagram, EveryCustomTypeIsHandedOverAsItIsInAnyOrderAndOnce) {
  Duel duel;
  std::vector<Bytes> frames;
  for (unsigned type = 0x80; type <= 0xFF; ++type) {
    frames.push_back(duel.peer.seal(static_cast<wire::FrameType>(type), StreamId{},
                                    pattern(type - 0x80)));  // the first is empty
  }
  for (auto i = frames.rbegin(); i != frames.rend(); ++i) duel.give(*i);
  for (const Bytes& frame : frames) duel.give(frame);
  ASSERT_EQ(duel.side.count<DatagramReceived>(), 128U);
  unsigned type = 0xFF;
  for (const Event& event : duel.side.events) {
    const auto* datagram = std::get_if<DatagramReceived>(&event);
    if (datagram == nullptr) continue;
    EXPECT_EQ(datagram->type, static_cast<wire::FrameType>(type));
    EXPECT_EQ(datagram->payload, pattern(type - 0x80));
    --type;
  }
  ASSERT_TRUE(duel.side.node.send_datagram(duel.now, duel.session, custom, {}));
  duel.peer.collect(duel.now);
  EXPECT_TRUE(std::ranges::any_of(duel.peer.received, [](const Opened& frame) {
    return frame.type == custom && frame.payload.empty();
  }));
}

//= STT-DISPATCH-004 test
TEST(NodeDatagram, ALostOneIsNotSentAgain) {
  Duel duel;
  ASSERT_TRUE(duel.side.node.send_datagram(duel.now, duel.session, custom, as_bytes("once")));
  duel.wait(5s);
  const auto is_custom = [](const Opened& frame) { return frame.type == custom; };
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(duel.side.node.ping(duel.now, duel.session));
    duel.wait(50ms);
    duel.give(duel.peer.seal_ack(is_custom));
  }
  EXPECT_GE(duel.statistics().frames_lost, 1U);
  EXPECT_EQ(std::ranges::count_if(duel.peer.received, is_custom), 1);
}

//= STT-DISPATCH-005 test
TEST(NodeDatagram, AFullQueueDropsTheNewestAndIsEmptiedByReading) {
  Config config;
  config.datagram_queue_max = 10;
  Duel duel(config);
  for (unsigned round = 0; round < 3; ++round) {
    duel.side.events.clear();
    for (int i = 0; i < 15; ++i) {
      Bytes frame = duel.peer.seal(custom, StreamId{}, pattern(static_cast<std::size_t>(i)));
      duel.side.node.handle_datagram(duel.now, duel.peer.address, frame);
    }
    duel.peer.collect(duel.now);
    EXPECT_EQ(duel.side.count<DatagramReceived>(), 10U);
    EXPECT_EQ(duel.side.last<DatagramReceived>()->payload, pattern(9));
    EXPECT_EQ(duel.statistics().drops.count(Errc::queue_full), 5U * (round + 1));
  }
}

//= STT-DISPATCH-006 test
//= STT-DISPATCH-010 test
TEST(NodeDatagram, TheyKeepTheCongestionWindowAndNeedNoCredit) {
  handshake::HandshakeConfig theirs;
  theirs.parameters.initial_session_credit = 0;
  theirs.parameters.initial_stream_credit = 0;
  Duel duel({}, theirs);
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(duel.side.node.send_datagram(duel.now, duel.session, custom, Bytes(1'000)));
  }
  const auto sent = [&] {
    return std::ranges::count_if(duel.peer.received,
                                 [](const Opened& frame) { return frame.type == custom; });
  };
  duel.wait(20ms);  // no probe time-out yet
  EXPECT_GE(sent(), 5);
  EXPECT_LE(duel.statistics().bytes_in_flight, duel.statistics().congestion_window_bytes);
  EXPECT_LE(sent(), 12);
  duel.wait_and_ack(100);
  EXPECT_EQ(sent(), 100);
}

//= STT-DISPATCH-007 test
TEST(NodeDatagram, OneThatDoesNotFitThePathIsRefused) {
  Duel duel;
  std::size_t most = 1'200;
  while (!duel.side.node.send_datagram(duel.now, duel.session, custom, Bytes(most))) --most;
  EXPECT_EQ(duel.side.node.send_datagram(duel.now, duel.session, custom, Bytes(most + 1)),
            fail(Errc::datagram_too_large));
  duel.peer.collect(duel.now);
  const auto& frame = *std::ranges::find_if(
      duel.peer.received, [](const Opened& opened) { return opened.type == custom; });
  EXPECT_EQ(frame.datagram_bytes, 1'200U);
  EXPECT_EQ(frame.payload.size(), most);
}

// Accepted for a path that has shrunk since, while they waited for the window.
TEST(NodeDatagram, OnesThatFitThePathNoMoreAreDroppedAndHoldUpNothing) {
  TwoNodes net;
  ASSERT_TRUE(net.connect());
  const auto statistics = [&] { return *net.a.node.statistics(net.a_session); };
  ASSERT_TRUE(net.run_until([&] { return statistics().datagram_bytes == 1'452U; }, 10s));
  net.filter = [](Side&, Bytes& bytes) { return Fate{.deliver = bytes.size() <= 1'250}; };
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(net.a.node.send_datagram(net.now, net.a_session, custom, Bytes(1'300)));
  }
  ASSERT_TRUE(net.a.node.send_datagram(net.now, net.a_session, custom, as_bytes("small")));
  ASSERT_TRUE(net.run_until([&] { return net.b.last<DatagramReceived>() != nullptr; }, 20s));
  EXPECT_EQ(net.b.count<DatagramReceived>(), 1U);
  EXPECT_TRUE(equal(net.b.last<DatagramReceived>()->payload, as_bytes("small")));
  EXPECT_EQ(statistics().datagram_bytes, 1'200U);
  EXPECT_GT(statistics().drops.count(Errc::datagram_too_large), 0U);
}

// Of a frame without a payload, too, the header needs room.
TEST(NodeDatagram, EmptyOnesFillUdpDatagramsWhateverRoomIsLeft) {
  for (std::size_t first = 0; first < 80; ++first) {
    Duel duel;
    constexpr std::size_t count = 60;
    ASSERT_TRUE(duel.side.node.send_datagram(duel.now, duel.session, custom, Bytes(first)));
    for (std::size_t i = 1; i < count; ++i) {
      ASSERT_TRUE(duel.side.node.send_datagram(duel.now, duel.session, custom, {}));
    }
    duel.peer.collect(duel.now);
    EXPECT_EQ(std::ranges::count(duel.peer.received, custom, &Opened::type), count);
  }
}

TEST(NodeDatagram, QueueOfWhatIsToBeSentIsBounded) {
  Config config;
  config.datagram_queue_max = 5;
  Duel duel(config);
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(duel.side.node.send_datagram(duel.now, duel.session, custom, Bytes(10)));
  }
  EXPECT_EQ(duel.side.node.send_datagram(duel.now, duel.session, custom, Bytes(10)),
            fail(Errc::queue_full));
}

}  // namespace
}  // namespace stt
