// More than one session between the same two nodes.
#include <gtest/gtest.h>

#include <stt/node/two_nodes.hpp>

namespace stt {
namespace {

using testing::Side;
using testing::TwoNodes;

TEST(NodeCrossing, SimultaneousConnectsAreTwoSessions) {
  TwoNodes net;
  ASSERT_TRUE(net.a.node.connect(net.now, {net.b.address, net.hint, std::nullopt}));
  ASSERT_TRUE(net.b.node.connect(net.now, {net.a.address, net.hint, std::nullopt}));
  net.run_for(5s);
  EXPECT_EQ(net.a.node.statistics().sessions, 2U);
  EXPECT_EQ(net.b.node.statistics().sessions, 2U);
  EXPECT_EQ(net.a.last<Closed>(), nullptr);
}

// The one session that both nodes still have is the same, and of use.
void expect_that_one_session_carries(TwoNodes& net) {
  const auto left = [](Side& side) {
    std::optional<Connected> found;
    for (const Event& event : side.events) {
      const auto* connected = std::get_if<Connected>(&event);
      if (connected && side.node.statistics(connected->session)) found = *connected;
    }
    return found;
  };
  const auto at_a = left(net.a);
  const auto at_b = left(net.b);
  ASSERT_TRUE(at_a && at_b);
  EXPECT_EQ(at_a->session_id, at_b->session_id);
  const auto stream = net.a.node.open_stream(net.now, at_a->session);
  ASSERT_TRUE(stream);
  ASSERT_TRUE(net.a.node.send(net.now, at_a->session, *stream, as_bytes("still here")));
  net.run_for(1s);
  const auto message = net.b.node.receive(net.now, at_b->session, *stream);
  ASSERT_TRUE(message);
  EXPECT_TRUE(equal(message->bytes, as_bytes("still here")));
}

//= STT-HANDSHAKE-075 test
TEST(NodeCrossing, OfTwoSessionsTheOneOfTheSmallerNodeStaysIfAskedFor) {
  Config config;
  config.single_session_per_peer = true;
  for (const int first : {0, 1, 2}) {
    TwoNodes net(config, config);
    const auto connect = [&](Side& from, Side& to) {
      ASSERT_TRUE(from.node.connect(net.now, {to.address, net.hint, std::nullopt}));
    };
    if (first != 1) connect(net.a, net.b);
    if (first != 0) connect(net.b, net.a);
    if (first != 2) net.run_for(500ms);
    if (first == 1) connect(net.a, net.b);
    if (first == 0) connect(net.b, net.a);
    net.run_for(10s);
    const Role expected = net.a.node.id() < net.b.node.id() ? Role::initiator : Role::responder;
    for (Side* side : {&net.a, &net.b}) {
      EXPECT_EQ(side->node.statistics().sessions, 1U);
      for (const Event& event : side->events) {
        const auto* connected = std::get_if<Connected>(&event);
        if (connected == nullptr) continue;
        const bool stays = side->node.statistics(connected->session).has_value();
        EXPECT_EQ(stays, connected->role == (side == &net.a ? expected : opposite(expected)));
      }
    }
    const std::uint64_t duplicate = static_cast<std::uint64_t>(Errc::duplicate_session);
    for (Side* side : {&net.a, &net.b}) {
      EXPECT_EQ(side->count<Connected>(), 2U);
      ASSERT_EQ(side->count<Closed>(), 1U);
      const auto* closed = side->last<Closed>();
      EXPECT_TRUE(closed->reason == Errc::duplicate_session || closed->code == duplicate);
    }
    expect_that_one_session_carries(net);
  }
}

//= STT-HANDSHAKE-075 test
TEST(NodeCrossing, OfTwoSessionsOfOneInitiatorTheNewerStays) {
  Config config;
  config.single_session_per_peer = true;
  TwoNodes net(config, config);
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(net.a.node.connect(net.now, {net.b.address, net.hint, std::nullopt}));
    net.run_for(5s);
  }
  for (Side* side : {&net.a, &net.b}) {
    ASSERT_EQ(side->count<Connected>(), 2U);
    ASSERT_EQ(side->count<Closed>(), 1U);
    EXPECT_NE(side->last<Closed>()->session, side->last<Connected>()->session);
  }
  expect_that_one_session_carries(net);
}

}  // namespace
}  // namespace stt
