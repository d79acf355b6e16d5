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

// To whom the node has something to send, of one transport.
std::vector<Address> transmits(Side& side, Instant now, Transport only) {
  std::vector<Address> out;
  Bytes buffer(65'536);
  while (const auto sent = side.node.poll_transmit(now, only, buffer)) out.push_back(sent->to);
  return out;
}

// One node, and two peers on connections of their own.
struct Pair {
  Pair() : other(duel.side, "another peer's node seed of 32 bytes", connection(4)) {
    EXPECT_TRUE(other.connect(duel.now));
    sessions = {duel.session, duel.side.last<Connected>()->session};
    for (const SessionHandle session : sessions) {
      streams.push_back(*duel.side.node.open_stream(duel.now, session));
    }
    transmits(duel.side, duel.now, Transport::websocket);
  }

  void send(std::size_t to) {
    EXPECT_TRUE(duel.side.node.send(duel.now, sessions[to], streams[to], as_bytes("hello")));
  }
  std::vector<Address> transmits_now() {
    return transmits(duel.side, duel.now, Transport::websocket);
  }

  Duel duel{{}, {}, connection(3)};
  testing::ScriptedPeer other;
  std::vector<SessionHandle> sessions;
  std::vector<StreamId> streams;
};

//= STT-NODE-019 test
TEST(NodeWebSocket, AFullConnectionIsPassedOverAndTheOthersGoOn) {
  Pair pair;
  Node& node = pair.duel.side.node;
  node.handle_connection_full(connection(3));
  node.handle_connection_full(connection(3));
  pair.send(0);
  pair.send(1);
  EXPECT_EQ(pair.transmits_now(), std::vector{connection(4)});
  pair.send(0);
  EXPECT_TRUE(pair.transmits_now().empty());
  node.handle_connection_writable(connection(3));
  node.handle_connection_writable(connection(3));
  EXPECT_EQ(pair.transmits_now(), std::vector{connection(3)});
  pair.send(0);
  EXPECT_EQ(pair.transmits_now(), std::vector{connection(3)});
}

//= STT-NODE-019 test
TEST(NodeWebSocket, AFullConnectionMayEndBeforeItIsWritable) {
  Pair pair;
  Node& node = pair.duel.side.node;
  node.handle_connection_full(connection(3));
  pair.send(0);
  EXPECT_TRUE(pair.transmits_now().empty());
  node.handle_connection_lost(pair.duel.now, connection(3));
  node.handle_connection_writable(connection(3));
  EXPECT_TRUE(pair.transmits_now().empty());
  EXPECT_EQ(node.statistics().sessions, 1U);
  pair.send(1);
  EXPECT_EQ(pair.transmits_now(), std::vector{connection(4)});

  // The other way to end: its own close() finds no room, and time runs out.
  node.handle_connection_full(connection(4));
  EXPECT_TRUE(node.close(pair.duel.now, pair.sessions[1]));
  EXPECT_TRUE(pair.transmits_now().empty());
  pair.duel.now += 10s;
  node.handle_timeout(pair.duel.now);
  EXPECT_TRUE(pair.transmits_now().empty());
  pair.duel.now += 10s;
  node.handle_timeout(pair.duel.now);
  EXPECT_EQ(node.statistics().sessions, 0U);
  node.handle_connection_writable(connection(4));
  EXPECT_TRUE(pair.transmits_now().empty());
}

TEST(NodeWebSocket, EachTransportCanBePolledByItself) {
  Pair pair;
  testing::ScriptedPeer distant(pair.duel.side, testing::mallory_seed, testing::mallory_address);
  ASSERT_TRUE(distant.connect(pair.duel.now));
  const SessionHandle session = pair.duel.side.last<Connected>()->session;
  Node& node = pair.duel.side.node;
  transmits(pair.duel.side, pair.duel.now, Transport::udp);
  const StreamId stream = *node.open_stream(pair.duel.now, session);
  ASSERT_TRUE(node.send(pair.duel.now, session, stream, as_bytes("hello")));
  pair.send(1);
  EXPECT_EQ(pair.transmits_now(), std::vector{connection(4)});
  EXPECT_EQ(transmits(pair.duel.side, pair.duel.now, Transport::udp),
            std::vector{testing::mallory_address});
}

//= STT-STREAM-046 test
TEST(NodeWebSocket, ADirectionIsDoneWhenItsCloseIsHandedOverAndOnUdpWhenItIsAcknowledged) {
  for (const bool reliable : {true, false}) {
    Duel duel({}, {}, reliable ? connection(3) : testing::mallory_address);
    duel.give(duel.peer.seal_data(StreamId(1), 0, as_bytes("x")));
    duel.give(duel.peer.seal(StreamId(1), wire::StreamClose{Position(2)}));
    ASSERT_TRUE(duel.side.node.receive(duel.now, duel.session, StreamId(1)));
    ASSERT_TRUE(duel.side.node.send(duel.now, duel.session, StreamId(1), as_bytes("y")));
    ASSERT_TRUE(duel.side.node.close_stream(duel.now, duel.session, StreamId(1)));
    EXPECT_EQ(duel.side.last<StreamClosed>(), nullptr);  // not handed over yet
    duel.peer.collect(duel.now);
    duel.wait(100ms);
    EXPECT_EQ(duel.side.last<StreamClosed>() != nullptr, reliable);
    duel.give(duel.peer.seal_ack());
    if (reliable) {
      EXPECT_EQ(duel.closed_by(), Errc::control_type);
    } else {
      EXPECT_NE(duel.side.last<StreamClosed>(), nullptr);
    }
  }
}

}  // namespace
}  // namespace stt
