#include <simulator/network/on_path.hpp>

#include <gtest/gtest.h>

namespace stt::sim {
namespace {

class Sink final : public Port {
 public:
  explicit Sink(Engine& engine) : engine_(engine) {}
  void accept(PacketSlot slot) override {
    const Packet& packet = engine_.packets().at(slot);
    arrivals.emplace_back(engine_.now(), packet);
    engine_.observe(EntityId(9), Kind::delivered, packet.number);
    engine_.packets().release(slot);
  }
  std::vector<std::pair<Instant, Packet>> arrivals;

 private:
  Engine& engine_;
};

class OnPath : public testing::Test {
 protected:
  void send(const LinkConditions& conditions, const Bytes& content) {
    OnPathAttacker attacker(engine, next, back);
    Link link(engine, {conditions, {}}, attacker);
    attacker.watch(link);
    const PacketSlot packet = engine.packets().create(alice, bob, content);
    engine.observe(EntityId(9), Kind::sent, 1, content);
    link.accept(packet);
    while (engine.step()) {
    }
    EXPECT_EQ(engine.counters().created(),
              engine.counters().count(Kind::delivered) + engine.counters().dropped());
  }
  Engine engine{1, false};
  Sink next{engine};
  Sink back{engine};
  Address alice = Address::ipv4(10, 0, 0, 1, 1);
  Address bob = Address::ipv4(10, 0, 0, 2, 2);
  Bytes bytes = Bytes(500, std::byte{3});
};

TEST_F(OnPath, LetsPassWhatItDoesNotWant) {
  send({.hold = 1}, bytes);  // one in a million
  ASSERT_EQ(next.arrivals.size(), 1U);
  EXPECT_EQ(next.arrivals[0].second.bytes, bytes);
}

TEST_F(OnPath, Tampers) {
  send({.tamper = ppm_always}, bytes);
  ASSERT_EQ(next.arrivals.size(), 1U);
  EXPECT_NE(next.arrivals[0].second.bytes, bytes);
  EXPECT_EQ(engine.counters().count(Kind::tampered), 1U);
}

TEST_F(OnPath, Holds) {
  send({.delay = 5ms, .hold = ppm_always, .hold_for = 3s}, bytes);
  ASSERT_EQ(next.arrivals.size(), 1U);
  EXPECT_EQ(next.arrivals[0].first, Instant(3'005ms));
  EXPECT_EQ(engine.counters().count(Kind::held), 1U);
}

TEST_F(OnPath, Reflects) {
  send({.reflect = ppm_always}, bytes);
  ASSERT_EQ(next.arrivals.size(), 1U);
  ASSERT_EQ(back.arrivals.size(), 1U);
  EXPECT_EQ(back.arrivals[0].second.to, alice);
  EXPECT_EQ(back.arrivals[0].second.from, bob);
  EXPECT_EQ(back.arrivals[0].second.bytes, bytes);
  EXPECT_EQ(engine.counters().count(Kind::reflected), 1U);
}

TEST_F(OnPath, SwallowsByType) {
  Bytes frame(200);
  wire::Writer writer{frame};
  wire::FrameHeader header;
  header.type = wire::FrameType::auth;
  header.session_id.bytes[0] = std::byte{1};
  header.selector = Epoch{};
  frame.resize(lay_out_frame(writer, header, 20).whole.size());
  const LinkConditions conditions{.swallow = {wire::FrameType::auth}};
  send(conditions, frame);
  EXPECT_TRUE(next.arrivals.empty());
  EXPECT_EQ(engine.counters().count(Kind::swallowed), 1U);
  send(conditions, bytes);
  EXPECT_EQ(next.arrivals.size(), 1U);
}

}  // namespace
}  // namespace stt::sim
