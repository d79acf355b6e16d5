#include <simulator/network/network.hpp>

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

// Three hosts around two routers: a - r - s - b, and c at s.
class RoutedTest : public testing::Test {
 protected:
  void SetUp() override {
    for (std::size_t i = 0; i < 3; ++i) network.add_host(engine.add(idle[i]), inbox[i], {});
    for (int i = 0; i < 2; ++i) network.add_router();
    LinkPlan plan;
    plan.initial.delay = 10ms;
    for (const auto& [a, b] : {std::pair<PlaceIndex, PlaceIndex>{0, 3}, {3, 4}, {4, 1}, {4, 2}}) {
      network.add_link({a, b, plan, plan});
    }
  }
  void run() {
    while (engine.step()) {
    }
  }
  Engine engine{1, false};
  Network network{engine};
  std::array<Inbox, 3> inbox;
  std::array<Idle, 3> idle;
};

TEST_F(RoutedTest, RoutersPassOnWhatIsForOthers) {
  network.send(0, network.address_of(1), Bytes(5));
  run();
  EXPECT_EQ(engine.now(), Instant(30ms));
  network.send(1, network.address_of(2), Bytes(5));
  run();
  EXPECT_EQ(engine.now(), Instant(50ms));
  EXPECT_EQ(inbox[1].senders.size(), 1U);
  EXPECT_EQ(inbox[2].senders.size(), 1U);
  EXPECT_TRUE(inbox[0].senders.empty());
}

TEST(Network, HostsPassNothingOn) {
  Engine engine(1, false);
  Network network(engine);
  std::array<Inbox, 3> inbox;
  std::array<Idle, 3> idle;
  for (std::size_t i = 0; i < 3; ++i) network.add_host(engine.add(idle[i]), inbox[i], {});
  network.add_link({0, 1, {}, {}});
  network.add_link({1, 2, {}, {}});
  network.send(0, network.address_of(2), Bytes(5));
  network.send(1, network.address_of(2), Bytes(5));
  while (engine.step()) {
  }
  EXPECT_EQ(engine.counters().count(Kind::unrouted), 1U);
  EXPECT_EQ(inbox[2].senders.size(), 1U);
}

// A host behind a NAT that forgets it after a second of silence, and lets in only whom it wrote to.
class NatTest : public testing::Test {
 protected:
  void SetUp() override {
    network.add_host(engine.add(idle[0]), inbox[0], {}, {1s, true});
    for (std::size_t i = 1; i < 3; ++i) network.add_host(engine.add(idle[i]), inbox[i], {});
    for (const PlaceIndex other : {1U, 2U}) network.add_link({0, other, {}, {}});
    clock_id = engine.add(clock);
  }
  void at(Duration time) {
    engine.queue().schedule(Instant(time), clock_id, 0, 0);
    while (engine.step()) {
    }
  }
  Engine engine{1, false};
  Network network{engine};
  std::array<Inbox, 3> inbox;
  std::array<Idle, 3> idle;
  Idle clock;
  EntityId clock_id;
};

TEST_F(NatTest, LetsNobodyInBeforeTheHostHasSpoken) {
  network.send(1, network.address_of(0), Bytes(5));
  at(1ms);
  EXPECT_EQ(engine.counters().count(Kind::binding_expired), 1U);
}

TEST_F(NatTest, LetsInOnlyWhomTheHostWroteTo) {
  network.send(0, network.address_of(1), Bytes(5));
  network.send(1, network.address_of(0), Bytes(5));
  network.send(2, network.address_of(0), Bytes(5));
  at(1ms);
  EXPECT_EQ(inbox[0].senders.size(), 1U);
  EXPECT_EQ(engine.counters().count(Kind::filtered), 1U);
}

TEST_F(NatTest, ForgetsAfterSilenceAndGivesAnotherPort) {
  const Address before = network.address_of(0);
  network.send(0, network.address_of(1), Bytes(5));
  at(1s);
  network.send(1, before, Bytes(5));
  at(1'001ms);
  EXPECT_EQ(inbox[0].senders.size(), 1U);  // just in time
  network.send(1, before, Bytes(5));
  at(1'100ms);
  EXPECT_EQ(engine.counters().count(Kind::binding_expired), 1U);
  network.send(0, network.address_of(1), Bytes(5));
  at(1'200ms);
  EXPECT_EQ(inbox[1].senders.back(), network.address_of(0));
  EXPECT_NE(network.address_of(0).port, before.port);
  EXPECT_EQ(engine.counters().count(Kind::rebound), 1U);
}

// What is injected appears at the host's door, whoever it says it comes from.
TEST_F(NatTest, InjectedPacketsAreCounted) {
  network.inject(1, network.address_of(2), Bytes(5), Kind::reflected);
  at(1ms);
  EXPECT_EQ(inbox[1].senders, std::vector<Address>{network.address_of(2)});
  EXPECT_EQ(engine.counters().created(), engine.counters().count(Kind::delivered));
}

}  // namespace
}  // namespace stt::sim
