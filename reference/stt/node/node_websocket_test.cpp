// Sessions on a reliable connection, as the Node sees it.
#include <gtest/gtest.h>

#include <stt/node/scripted_peer.hpp>

namespace stt {
namespace {

using testing::Duel;
using testing::Fate;
using testing::Opened;
using testing::pattern;
using testing::Side;
using testing::TwoNodes;

Address connection(std::uint8_t number) {
  Address address{.transport = Transport::websocket};
  address.ip[15] = std::byte{number};
  return address;
}

// Two nodes on one connection: both know it by the same number here.
struct Wire : TwoNodes {
  explicit Wire(const Config& config = {}) : TwoNodes(config, config) {
    a.address = connection(1);
    b.address = connection(2);
  }
};

//= STT-WS-009 test
//= STT-WS-010 test
TEST(NodeWebSocket, MovesDataWithoutAckProbeOrRetransmission) {
  Wire net;
  ASSERT_TRUE(net.connect());
  const auto stream = net.a.node.open_stream(net.now, net.a_session);
  const Bytes bytes = pattern(900'000);
  ASSERT_EQ(net.a.node.send(net.now, net.a_session, *stream, bytes), bytes.size());
  std::optional<Message> message;
  net.b.on_event = [&](const Event& event) {
    const auto* readable = std::get_if<StreamReadable>(&event);
    if (readable == nullptr) return;
    if (auto got = net.b.node.receive(net.now, readable->session, readable->stream)) {
      message = std::move(*got);
    }
  };
  net.run_until([&] { return message.has_value(); }, 10s);
  EXPECT_EQ(message->bytes, bytes);
  net.run_for(1s);
  const std::size_t sent = net.datagrams;
  net.run_for(5s);
  EXPECT_EQ(net.datagrams, sent);
  EXPECT_EQ(net.a.node.statistics(net.a_session)->retransmissions, 0U);

  Duel duel({}, {}, connection(3));
  duel.give(duel.peer.seal_data(StreamId(1), 0, as_bytes("x")));
  duel.wait(1s);
  EXPECT_EQ(duel.peer.count<wire::Ack>(), 0U);
  EXPECT_EQ(duel.peer.count<wire::PathChallenge>(), 0U);
  EXPECT_EQ(duel.statistics().bytes_received, 1U);
}

//= STT-WS-014 test
TEST(NodeWebSocket, APingIsAnsweredByPongOnly) {
  Duel duel({}, {}, connection(3));
  const Sequence sequence = *duel.peer.sealer().next_sequence();
  duel.peer.received.clear();
  duel.give(duel.peer.seal(wire::Ping{}));
  ASSERT_EQ(duel.peer.received.size(), 1U);
  const auto pong = duel.peer.received.front().control<wire::Pong>();
  ASSERT_TRUE(pong);
  EXPECT_EQ(pong->sequence, sequence);
}

//= STT-WS-015 test
TEST(NodeWebSocket, AckAndPathMessagesCloseTheSession) {
  wire::Ack ack;
  ack.ranges.push_back({Sequence(0), Sequence(0)});
  const std::vector<wire::ControlMessage> messages = {ack, wire::PathChallenge{},
                                                      wire::PathResponse{}};
  for (const wire::ControlMessage& message : messages) {
    Duel duel({}, {}, connection(3));
    duel.give(duel.peer.seal(message));
    EXPECT_EQ(duel.closed_by(), Errc::control_type);
  }
}

//= STT-WS-005 test
//= STT-WS-006 test
TEST(NodeWebSocket, FramesOnAnotherConnectionOrTransportAreDropped) {
  for (const bool reliable : {false, true}) {
    Duel duel({}, {}, reliable ? connection(3) : testing::mallory_address);
    const std::uint64_t received = duel.statistics().frames_received;
    duel.peer.give_from(duel.now, connection(4), duel.peer.seal(wire::Ping{}));
    EXPECT_EQ(duel.statistics().drops.count(Errc::wrong_transport), 1U);
    if (reliable) {
      duel.peer.give_from(duel.now, testing::mallory_address, duel.peer.seal(wire::Ping{}));
      EXPECT_EQ(duel.statistics().drops.count(Errc::wrong_transport), 2U);
    }
    EXPECT_EQ(duel.statistics().frames_received, received);
    EXPECT_TRUE(duel.active());
  }
}

//= STT-WS-018 test
TEST(NodeWebSocket, ClosingLastsThreeSeconds) {
  Duel duel({}, {}, connection(3));
  ASSERT_TRUE(duel.side.node.close(duel.now, duel.session));
  duel.peer.collect(duel.now);
  ASSERT_EQ(duel.peer.count<wire::Close>(), 1U);
  duel.wait(2'999ms);
  EXPECT_EQ(duel.side.node.statistics().sessions, 1U);
  duel.wait(1ms);
  EXPECT_EQ(duel.side.node.statistics().sessions, 0U);
}

//= STT-WS-004 test
TEST(NodeWebSocket, TheSessionEndsWithItsConnectionAndNoOther) {
  Duel duel({}, {}, connection(3));
  duel.give(duel.peer.seal_data(StreamId(1), 0, as_bytes("whole")));
  duel.side.node.handle_connection_lost(duel.now, connection(4));
  duel.peer.collect(duel.now);
  EXPECT_TRUE(duel.active());
  duel.side.node.handle_connection_lost(duel.now, connection(3));
  duel.peer.collect(duel.now);
  EXPECT_EQ(duel.closed_by(), Errc::transport_failed);
  EXPECT_TRUE(duel.side.node.receive(duel.now, duel.session, StreamId(1)));
  EXPECT_EQ(duel.side.node.statistics().sessions, 0U);
}

}  // namespace
}  // namespace stt
