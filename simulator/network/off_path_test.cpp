#include <simulator/network/off_path.hpp>

#include <gtest/gtest.h>

namespace stt::sim {
namespace {

class Inbox final : public Receiver, public Entity {
 public:
  void receive(const Address& from, MutableByteView bytes) override {
    senders.push_back(from);
    received.push_back(to_bytes(bytes));
  }
  void handle(const Event&) override {}
  std::vector<Address> senders;
  std::vector<Bytes> received;
};

class OffPath : public testing::Test {
 protected:
  void SetUp() override {
    for (Inbox& each : inbox) network.add_host(engine.add(each), each, {});
    network.add_link({0, 1, {}, {}});
    genuine.resize(300);
    wire::Writer writer{genuine};
    wire::FrameHeader header;
    header.type = wire::FrameType::data;
    header.session_id.bytes[0] = std::byte{1};
    header.stream_id = StreamId(1);
    header.sequence = Sequence(7);
    header.selector = Epoch(2);
    genuine.resize(lay_out_frame(writer, header, 100).whole.size());
  }
  // One genuine datagram at first; then the attack on host 1, ten times.
  void attack(AttackPlan plan) {
    plan.target = 1;
    plan.from = 10ms;
    plan.until = 19ms;
    plan.every = 1ms;
    OffPathAttacker attacker(engine, network, plan);
    engine.watch(attacker);
    network.send(0, network.address_of(1), genuine);
    while (engine.step()) {
    }
  }
  Engine engine{1, false};
  Network network{engine};
  std::array<Inbox, 2> inbox;
  Bytes genuine;
};

TEST_F(OffPath, FloodsWithNoise) {
  attack({.what = Attack::flood, .bytes = 77});
  ASSERT_EQ(inbox[1].received.size(), 11U);
  EXPECT_EQ(inbox[1].received[5].size(), 77U);
  EXPECT_NE(inbox[1].received[5], inbox[1].received[6]);
  EXPECT_NE(inbox[1].senders[5], network.address_of(0));
  EXPECT_EQ(engine.counters().count(Kind::flooded), 10U);
}

TEST_F(OffPath, ReplaysWhatItHeardFromASpoofedAddress) {
  attack({.what = Attack::replay, .spoofs = 0});
  ASSERT_EQ(inbox[1].received.size(), 11U);
  EXPECT_EQ(inbox[1].received[5], genuine);
  EXPECT_EQ(inbox[1].senders[5], network.address_of(0));
  EXPECT_EQ(engine.counters().count(Kind::replayed), 10U);
}

TEST_F(OffPath, ForgesFramesOfARealSession) {
  attack({.what = Attack::forge});
  ASSERT_EQ(inbox[1].received.size(), 11U);
  for (std::size_t i = 1; i < 11; ++i) {
    const wire::ParseResult parsed = wire::parse_frame(inbox[1].received[i]);
    const auto* frame = std::get_if<wire::FrameView>(&parsed);
    ASSERT_NE(frame, nullptr);
    EXPECT_EQ(frame->whole.size(), inbox[1].received[i].size());
    EXPECT_EQ(frame->header.session_id.bytes[0], std::byte{1});
    EXPECT_GE(frame->header.sequence, Sequence(7));
  }
  EXPECT_EQ(engine.counters().count(Kind::forged), 10U);
}

}  // namespace
}  // namespace stt::sim
