#include <gtest/gtest.h>

#include <conformance/live/relay.hpp>
#include <stt/adapters/asio/steady_clock.hpp>

namespace stt::conform::live {
namespace {

constexpr Impairment bad{
    .loss = 200'000, .duplication = 100'000, .reordering = 300'000, .delay = 2ms};

TEST(RelayFates, AreAFunctionOfSeedDirectionAndNumber) {
  const Fates fates(bad, 7, 0);
  const Fates again(bad, 7, 0);
  const Fates other_seed(bad, 8, 0);
  const Fates other_way(bad, 7, 1);
  std::size_t lost = 0;
  std::size_t doubled = 0;
  std::size_t held_back = 0;
  std::size_t as_other_seed = 0;
  std::size_t as_other_way = 0;
  constexpr std::uint64_t count = 1'000;
  for (std::uint64_t i = count; i-- > 0;) {
    const Fate fate = fates.of(i);
    EXPECT_EQ(fate, again.of(i));
    lost += fate.is_lost ? 1 : 0;
    doubled += fate.is_doubled ? 1 : 0;
    held_back += fate.delay > bad.delay ? 1 : 0;
    as_other_seed += fate == other_seed.of(i) ? 1 : 0;
    as_other_way += fate == other_way.of(i) ? 1 : 0;
  }
  EXPECT_TRUE(lost > 150 && lost < 250) << lost;
  EXPECT_TRUE(doubled > 60 && doubled < 140) << doubled;
  EXPECT_TRUE(held_back > 240 && held_back < 360) << held_back;
  EXPECT_LT(as_other_seed, count * 3 / 4);
  EXPECT_LT(as_other_way, count * 3 / 4);
}

// The target is a socket of ours, and sends everything back.
struct Echo {
  adapters::UdpSocket socket =
      *adapters::UdpSocket::open(Address::ipv4(127, 0, 0, 1, 0), {.offload = false});
  adapters::ReceiveBatch batch;
  std::size_t heard = 0;

  void move() {
    for (const adapters::Arrival& arrival : socket.receive(batch)) {
      ++heard;
      (void)socket.send(arrival.from, arrival.bytes, arrival.bytes.size());
    }
  }
};

TEST(Relay, PassesOnAsFatesSay) {
  Echo echo;
  auto relay = *Relay::open(echo.socket.local(), bad, 7);
  auto node = *adapters::UdpSocket::open(Address::ipv4(127, 0, 0, 1, 0), {.offload = false});
  adapters::ReceiveBatch batch;
  constexpr std::uint64_t count = 50;
  std::size_t expected = 0;
  std::size_t expected_back = 0;
  const Fates outward(bad, 7, 0);
  const Fates inward(bad, 7, 1);
  for (std::uint64_t i = 0; i < count; ++i) {
    const Fate fate = outward.of(i);
    expected += fate.is_lost ? 0 : fate.is_doubled ? 2 : 1;
    (void)node.send(relay.address(), as_bytes("datagram"), 8);
  }
  for (std::uint64_t i = 0; i < expected; ++i) {
    const Fate fate = inward.of(i);
    expected_back += fate.is_lost ? 0 : fate.is_doubled ? 2 : 1;
  }
  std::size_t back = 0;
  const Instant end = adapters::steady_now() + 60s;
  while ((back < expected_back || echo.heard < expected) && adapters::steady_now() < end) {
    relay.move(adapters::steady_now());
    echo.move();
    back += node.receive(batch).size();
  }
  EXPECT_EQ(echo.heard, expected);
  EXPECT_EQ(back, expected_back);
  EXPECT_EQ(relay.counters().datagrams, count + expected);
  EXPECT_GT(relay.counters().lost, 0U);
  EXPECT_GT(relay.counters().doubled, 0U);
  EXPECT_GT(relay.counters().held_back, 0U);
}

// What does not come from the target is no answer of it.
TEST(Relay, HearsNobodyElse) {
  Echo echo;
  auto relay = *Relay::open(echo.socket.local(), {}, 1);
  auto stranger = *adapters::UdpSocket::open(Address::ipv4(127, 0, 0, 1, 0), {.offload = false});
  (void)stranger.send(relay.address(), as_bytes("hello"), 5);
  const Instant end = adapters::steady_now() + 60s;
  while (echo.heard == 0 && adapters::steady_now() < end) {
    relay.move(adapters::steady_now());
    echo.move();
  }
  EXPECT_EQ(echo.heard, 1U);
}

}  // namespace
}  // namespace stt::conform::live
