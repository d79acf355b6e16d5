#include <simulator/network.hpp>

#include <gtest/gtest.h>

namespace stt::sim {
namespace {

class Inbox final : public Receiver {
 public:
  void receive(const Address& from, MutableByteView bytes) override {
    senders.push_back(from);
    last = to_bytes(bytes);
  }
  std::vector<Address> senders;
  Bytes last;
};

class Idle final : public Entity {
 public:
  void handle(const Event&) override {}
};

// Two hosts, 10 ms apart; the NAT of host 0 changes as the test says.
class NetworkTest : public testing::Test {
 protected:
  void build(const std::vector<Rebind>& rebinds) {
    network.add_host(engine.add(idle[0]), inbox[0], rebinds);
    network.add_host(engine.add(idle[1]), inbox[1], {});
    LinkPlan plan;
    plan.initial.delay = 10ms;
    network.add_link({0, 1, plan, plan});
  }
  void run() {
    while (engine.step()) {
    }
  }
  void run_until(Instant at) {
    while (engine.queue().next_at() && *engine.queue().next_at() <= at) engine.step();
  }

  Engine engine{1, false};
  Network network{engine};
  std::array<Inbox, 2> inbox;
  std::array<Idle, 2> idle;
  Bytes bytes = Bytes(5, std::byte{9});
};

TEST_F(NetworkTest, CarriesBytesAndTheSendersAddress) {
  build({});
  network.send(0, network.address_of(1), bytes);
  run();
  ASSERT_EQ(inbox[1].senders.size(), 1U);
  EXPECT_EQ(inbox[1].senders[0], network.address_of(0));
  EXPECT_EQ(inbox[1].last, bytes);
  EXPECT_EQ(engine.now(), Instant(10ms));
  EXPECT_TRUE(inbox[0].senders.empty());
}

TEST_F(NetworkTest, NobodyHasAnUnknownAddress) {
  build({});
  network.send(0, Address::ipv4(192, 0, 2, 1, 9), bytes);
  run();
  EXPECT_EQ(engine.counters().count(Kind::unrouted), 1U);
  EXPECT_EQ(engine.packets().in_flight(), 0U);
}

TEST_F(NetworkTest, ANewPortKeepsTheIp) {
  build({{5ms, false}});
  const Address before = network.address_of(0);
  run();
  EXPECT_EQ(network.address_of(0).ip, before.ip);
  EXPECT_NE(network.address_of(0).port, before.port);
  EXPECT_EQ(engine.counters().count(Kind::rebound), 1U);
}

TEST_F(NetworkTest, ANewAddressIsAnotherIp) {
  build({{5ms, true}});
  const Address before = network.address_of(0);
  run();
  EXPECT_NE(network.address_of(0).ip, before.ip);
}

TEST_F(NetworkTest, TheNatForgetsTheOldAddress) {
  build({{5ms, false}});
  const Address old = network.address_of(0);
  network.send(1, old, bytes);  // on its way when the address changes
  run_until(Instant(5ms));
  network.send(0, network.address_of(1), bytes);
  run();
  EXPECT_TRUE(inbox[0].senders.empty());
  EXPECT_EQ(engine.counters().count(Kind::unbound), 1U);
  ASSERT_EQ(inbox[1].senders.size(), 1U);
  EXPECT_EQ(inbox[1].senders[0], network.address_of(0));
}

}  // namespace
}  // namespace stt::sim
