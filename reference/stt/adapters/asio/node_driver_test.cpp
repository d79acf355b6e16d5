// Two nodes on two drivers and one loop, over real sockets.
#include <stt/adapters/asio/node_driver.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stt/adapters/asio/recording_node.hpp>

namespace stt::adapters {
namespace {

using namespace testing;

struct Party : RecordingNode {
  Party(EventLoop& loop, std::string_view seed, const UdpOptions& options)
      : RecordingNode(seed),
        driver(loop, node, [this](Instant now, const Event& event) { take(now, event); }) {
    EXPECT_TRUE(driver.open_udp(options));
    EXPECT_TRUE(node.start(loop.now()));
  }

  NodeDriver driver;
};

UdpOptions on(const char* ip, bool offload = true) {
  UdpOptions options;
  options.bind = parse_ip(ip, 0);
  options.socket.offload = offload;
  return options;
}

class NodeDriverTest : public TwoNodes {
 protected:
  bool connect(Party& a, Party& b) {
    const Address to = b.driver.local_addresses().front();
    EXPECT_TRUE(a.node.connect(loop_.now(), {to, a.hint, std::nullopt}));
    return run_until(a, b, [&] { return a.last<Connected>() && b.last<Connected>(); });
  }
};

//= STT-NODE-006 test
//= STT-NODE-012 test
TEST_F(NodeDriverTest, MovesBytesOverIpv4) {
  Party a(loop_, alice_seed, on("127.0.0.1"));
  Party b(loop_, bob_seed, on("127.0.0.1"));
  ASSERT_TRUE(connect(a, b));
  EXPECT_EQ(a.last<Connected>()->peer, b.node.id());
  EXPECT_EQ(b.last<Connected>()->address, a.driver.local_addresses().front());
  EXPECT_TRUE(move(a, b, 1'000'000));
}

//= STT-NODE-016 test
TEST_F(NodeDriverTest, MovesBytesOverIpv6) {
  if (!UdpSocket::open(*parse_ip("::1", 0), {})) return;  // a machine without
  Party a(loop_, alice_seed, on("::1"));
  Party b(loop_, bob_seed, on("::1"));
  ASSERT_TRUE(connect(a, b));
  EXPECT_TRUE(move(a, b, 100'000));
}

TEST_F(NodeDriverTest, MovesBytesWithoutTheHelpOfTheSystem) {
  Party a(loop_, alice_seed, on("127.0.0.1", false));
  Party b(loop_, bob_seed, on("127.0.0.1", false));
  ASSERT_TRUE(connect(a, b));
  EXPECT_TRUE(move(a, b, 300'000));
}

TEST_F(NodeDriverTest, ListensOnBothFamiliesWithOnePort) {
  Party a(loop_, alice_seed, {});
  const auto addresses = a.driver.local_addresses();
  for (const Address& address : addresses) EXPECT_EQ(address.port, addresses.front().port);
  EXPECT_NE(addresses.front().port, 0);
  EXPECT_TRUE(a.driver.can_reach(Address::ipv4(127, 0, 0, 1, 1)));
  EXPECT_EQ(a.driver.can_reach(*parse_ip("::1", 1)), addresses.size() == 2);
  Address elsewhere;
  elsewhere.transport = Transport::websocket;
  EXPECT_FALSE(a.driver.can_reach(elsewhere));
}

//= STT-PATH-013 test
TEST_F(NodeDriverTest, APeerThatAppearsLateIsReachedInSpiteOfIcmpErrors) {
  Party a(loop_, alice_seed, on("127.0.0.1"));
  Address place;
  {
    const Party gone(loop_, bob_seed, on("127.0.0.1"));
    place = gone.driver.local_addresses().front();
  }
  ASSERT_TRUE(a.node.connect(loop_.now(), {place, a.hint, std::nullopt}));
  a.driver.pump();
  loop_.run_for(100ms);  // the first HELLO meets a closed port
  UdpOptions options = on("127.0.0.1");
  options.port = place.port;
  Party b(loop_, bob_seed, options);
  EXPECT_TRUE(run_until(a, b, [&] { return a.last<Connected>() != nullptr; }));
}

TEST_F(NodeDriverTest, AnUnreachableFamilyIsCountedAndEndsNothing) {
  Party a(loop_, alice_seed, on("127.0.0.1"));
  ASSERT_TRUE(a.node.connect(loop_.now(), {*parse_ip("::1", 9), a.hint, std::nullopt}));
  a.driver.pump();
  EXPECT_GE(a.driver.counters().unroutable, 1U);
}

TEST_F(NodeDriverTest, StopsCleanlyOnBothSides) {
  Party a(loop_, alice_seed, on("127.0.0.1"));
  Party b(loop_, bob_seed, on("127.0.0.1"));
  ASSERT_TRUE(connect(a, b));
  a.node.stop(loop_.now());
  EXPECT_TRUE(run_until(a, b, [&] { return a.last<Stopped>() && b.last<Closed>(); }));
  EXPECT_TRUE(b.last<Closed>()->by_peer);
}

TEST_F(NodeDriverTest, ADriverMayDieWhileItsLoopGoesOn) {
  Party a(loop_, alice_seed, on("127.0.0.1"));
  {
    Party b(loop_, bob_seed, on("127.0.0.1"));
    ASSERT_TRUE(connect(a, b));
    EXPECT_TRUE(a.node.ping(loop_.now(), a.last<Connected>()->session));
    a.driver.pump();
  }
  EXPECT_FALSE(loop_.run_for(50ms));
}

// A batch of datagrams takes a few system calls, not one each.
TEST_F(NodeDriverTest, BatchesWhatTheSystemCanBatch) {
  Party a(loop_, alice_seed, on("127.0.0.1"));
  Party b(loop_, bob_seed, on("127.0.0.1"));
  ASSERT_TRUE(connect(a, b));
  ASSERT_TRUE(move(a, b, 4'000'000));
  const UdpSocketCounters sent = a.driver.socket_counters();
  EXPECT_LT(sent.send_calls, sent.datagrams_sent / 3);
}

}  // namespace
}  // namespace stt::adapters
