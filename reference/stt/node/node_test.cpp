// The Node as a whole: two of them and a wire.
#include <gtest/gtest.h>

#include <stt/node/two_nodes.hpp>

namespace stt {
namespace {

using testing::Fate;
using testing::Side;
using testing::TwoNodes;

Bytes pattern(std::size_t size) {
  Bytes bytes(size);
  std::uint32_t state = 1;
  for (std::byte& byte : bytes)
    byte = static_cast<std::byte>((state = state * 1664525 + 1013904223) >> 24);
  return bytes;
}

// Sends `bytes` as one message on a stream of a, and returns what b received.
Bytes transfer(TwoNodes& net, const Bytes& bytes, Duration limit = 120s) {
  const auto stream = net.a.node.open_stream(net.now, net.a_session);
  EXPECT_TRUE(stream);
  std::size_t sent = 0;
  bool complete = false;
  Bytes received;
  const auto offer = [&] {
    while (sent < bytes.size()) {
      const auto taken =
          net.a.node.send(net.now, net.a_session, *stream, ByteView(bytes).subspan(sent));
      if (!taken || *taken == 0) break;
      sent += *taken;
    }
  };
  net.a.on_event = [&](const Event& event) {
    if (std::holds_alternative<StreamWritable>(event)) offer();
  };
  net.b.on_event = [&](const Event& event) {
    const auto* readable = std::get_if<StreamReadable>(&event);
    if (readable == nullptr) return;
    Bytes part(1 << 16);
    while (const auto read = net.b.node.read(net.now, readable->session, readable->stream, part)) {
      append(received, ByteView(part).first(read->bytes));
      complete |= read->end_of_message;
    }
  };
  offer();
  net.run_until([&] { return complete; }, limit);
  net.a.on_event = nullptr;
  net.b.on_event = nullptr;
  return received;
}

//= STT-NODE-003 test
TEST(Node, ConnectsAndBothSidesAgree) {
  TwoNodes net;
  ASSERT_TRUE(net.connect());
  const Connected& a = *net.a.last<Connected>();
  const Connected& b = *net.b.last<Connected>();
  EXPECT_EQ(a.session_id, b.session_id);
  EXPECT_EQ(a.peer, net.b.node.id());
  EXPECT_EQ(b.peer, net.a.node.id());
  EXPECT_EQ(a.role, Role::initiator);
  EXPECT_EQ(b.role, Role::responder);
}

TEST(Node, MovesAMegabyte) {
  TwoNodes net;
  ASSERT_TRUE(net.connect());
  const Bytes bytes = pattern(1 << 20);
  EXPECT_EQ(transfer(net, bytes), bytes);
  const auto statistics = *net.a.node.statistics(net.a_session);
  EXPECT_EQ(statistics.bytes_sent, bytes.size());
  EXPECT_EQ(statistics.frames_lost, 0U);
}

TEST(Node, MovesAMegabyteThroughLossDuplicationAndReordering) {
  TwoNodes net;
  ASSERT_TRUE(net.connect());
  std::uint32_t state = 7;
  net.filter = [&](Side&, Bytes&) {
    const auto draw = [&] { return (state = state * 1664525 + 1013904223) >> 24; };
    return Fate{.deliver = draw() >= 51,
                .delay = 5ms + std::chrono::microseconds(draw() * 20),
                .copies = draw() < 20 ? 2U : 1U};
  };
  const Bytes bytes = pattern(1 << 20);
  EXPECT_EQ(transfer(net, bytes), bytes);
  EXPECT_GT(net.a.node.statistics(net.a_session)->retransmissions, 0U);
}

//= STT-SESSION-018 test
TEST(Node, CloseFlushesTellsThePeerAndFreesBothSessions) {
  TwoNodes net;
  ASSERT_TRUE(net.connect());
  const auto stream = net.a.node.open_stream(net.now, net.a_session);
  const Bytes bytes = pattern(10'000);
  ASSERT_EQ(net.a.node.send(net.now, net.a_session, *stream, bytes), bytes.size());
  ASSERT_TRUE(net.a.node.close(net.now, net.a_session, 65'542, "done"));
  Bytes received;
  net.b.on_event = [&](const Event& event) {
    if (const auto* readable = std::get_if<StreamReadable>(&event)) {
      if (auto message = net.b.node.receive(net.now, readable->session, readable->stream)) {
        received = message->bytes;
      }
    }
  };
  net.run_until([&] {
    return net.a.node.statistics().sessions == 0 && net.b.node.statistics().sessions == 0;
  });
  EXPECT_EQ(received, bytes);
  ASSERT_NE(net.b.last<Closed>(), nullptr);
  EXPECT_TRUE(net.b.last<Closed>()->by_peer);
  EXPECT_EQ(net.b.last<Closed>()->code, 65'542U);
  EXPECT_EQ(net.b.last<Closed>()->text, "done");
  EXPECT_EQ(net.a.last<Closed>()->reason, Errc::no_error);
  EXPECT_EQ(net.a.node.send(net.now, net.a_session, *stream, bytes), fail(Errc::session_closed));
}

//= STT-SESSION-026 test
TEST(Node, AcceptsNewSessionsAfterClose) {
  TwoNodes net;
  for (int i = 0; i < 3; ++i) {
    net.a.events.clear();
    net.b.events.clear();
    ASSERT_TRUE(net.connect());
    ASSERT_TRUE(net.a.node.close(net.now, net.a_session));
    net.run_until([&] { return net.b.last<Closed>() != nullptr; });
  }
}

TEST(Node, WrongSeedIsMetWithSilence) {
  TwoNodes net;
  const auto other = net.a.node.add_shared_seed(as_bytes("another seed that nobody else has"));
  ASSERT_TRUE(other);
  const auto session = net.a.node.connect(net.now, {net.b.address, *other, std::nullopt});
  ASSERT_TRUE(session);
  bool b_sent = false;
  net.filter = [&](Side& side, Bytes&) {
    b_sent |= &side == &net.b;
    return Fate{};
  };
  net.run_until([&] { return net.a.last<ConnectFailed>() != nullptr; });
  EXPECT_EQ(net.a.last<ConnectFailed>()->reason, Errc::handshake_timeout);
  EXPECT_FALSE(b_sent);
}

TEST(Node, RotatesKeysUnderATransfer) {
  Config config;
  config.rotate_after_bytes = 50'000;
  TwoNodes net(config);
  ASSERT_TRUE(net.connect());
  const Bytes bytes = pattern(1 << 20);
  EXPECT_EQ(transfer(net, bytes), bytes);
  EXPECT_GT(net.b.node.statistics(net.b_session)->receive_epoch.value(), 5U);
}

TEST(Node, IdleSessionEndsOnBothSides) {
  TwoNodes net;
  ASSERT_TRUE(net.connect());
  net.run_until([&] { return net.a.last<Closed>() != nullptr && net.b.last<Closed>() != nullptr; },
                120s);
  EXPECT_EQ(net.a.last<Closed>()->reason, Errc::idle_timeout);
  EXPECT_EQ(net.a.node.statistics().sessions, 0U);
}

TEST(Node, KeepAliveKeepsAnIdleSession) {
  Config config;
  config.parameters.keep_alive_ms = 10'000;
  TwoNodes net(config);
  ASSERT_TRUE(net.connect());
  net.run_for(300s);
  EXPECT_EQ(net.a.last<Closed>(), nullptr);
  EXPECT_EQ(net.b.last<Closed>(), nullptr);
}

TEST(Node, StopClosesSessionsAndSaysSo) {
  TwoNodes net;
  ASSERT_TRUE(net.connect());
  net.a.node.stop(net.now);
  net.run_until([&] { return net.a.last<Stopped>() != nullptr; });
  EXPECT_EQ(net.a.node.state(), NodeState::stopped);
  EXPECT_NE(net.b.last<Closed>(), nullptr);
  EXPECT_EQ(net.a.node.connect(net.now, {net.b.address, net.hint, std::nullopt}),
            fail(Errc::state_violation));
}

TEST(Node, DatagramsArriveAtMostOnceWithTheirType) {
  TwoNodes net;
  ASSERT_TRUE(net.connect());
  const auto type = static_cast<wire::FrameType>(0x80);
  ASSERT_TRUE(net.a.node.send_datagram(net.now, net.a_session, type, as_bytes("ping")));
  net.filter = [](Side&, Bytes&) { return Fate{.copies = 2}; };
  net.run_for(1s);
  ASSERT_EQ(net.b.count<DatagramReceived>(), 1U);
  EXPECT_EQ(net.b.last<DatagramReceived>()->type, type);
  EXPECT_TRUE(equal(net.b.last<DatagramReceived>()->payload, as_bytes("ping")));
  EXPECT_EQ(net.a.node.send_datagram(net.now, net.a_session, type, Bytes(1'400)),
            fail(Errc::datagram_too_large));
  EXPECT_EQ(net.a.node.send_datagram(net.now, net.a_session, wire::FrameType::data, {}),
            fail(Errc::stream_type_reserved));
}

TEST(Node, PathMtuDiscoveryRaisesTheDatagramSize) {
  TwoNodes net;
  net.filter = [](Side&, Bytes& bytes) { return Fate{.deliver = bytes.size() <= 1'400}; };
  ASSERT_TRUE(net.connect());
  const Bytes bytes = pattern(1 << 20);
  EXPECT_EQ(transfer(net, bytes), bytes);
  const auto statistics = *net.a.node.statistics(net.a_session);
  EXPECT_GT(statistics.datagram_bytes, 1'370U);
  EXPECT_LE(statistics.datagram_bytes, 1'400U);
}

TEST(Node, RebindingOfThePeerMovesThePath) {
  TwoNodes net;
  ASSERT_TRUE(net.connect());
  net.a.address = Address::ipv4(198, 51, 100, 7, 4444);
  const Bytes bytes = pattern(1 << 18);
  EXPECT_EQ(transfer(net, bytes), bytes);
  net.run_for(2s);
  ASSERT_NE(net.b.last<PeerAddressChanged>(), nullptr);
  EXPECT_EQ(net.b.last<PeerAddressChanged>()->address, net.a.address);
}

}  // namespace
}  // namespace stt
