// What unproven peers can make a node keep, and whom it gives up.
#include <stt/handshake/handshake_hostile_peer.hpp>

namespace stt::handshake {
namespace {

using HalfOpen = TwoNodes;

//= STT-HANDSHAKE-070 test
//= STT-SECURITY-007 test
TEST_F(HalfOpen, TenThousandHalfOpenHandshakesStayBounded) {
  HostilePeer mallory("mallory");
  // As cheap for the sender as it gets: hardly longer than the answer.
  const auto small = [](wire::Hello& hello) { hello.padding_bytes = 60; };
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_TRUE(bob.receive(now, elsewhere, mallory.hello(small)));
    now += 10us;
  }
  EXPECT_EQ(bob.handshakes.half_open(), 1'024U);
  EXPECT_EQ(bob.handshakes.given_up().evicted, 10'000U - 1'024U);
  std::size_t answers = 0;
  while (bob.poll(now)) ++answers;
  EXPECT_EQ(answers, 1'024U);  // what is owed is bounded as well
  // An honest peer still gets through.
  ASSERT_TRUE(alice.receive(now, bob.address, final_for(proof_for(response_to(hello())))));
  EXPECT_TRUE(alice.established());
  wait(5s);
  EXPECT_EQ(bob.handshakes.half_open(), 0U);
}

//= STT-HANDSHAKE-070 test
//= STT-HANDSHAKE-072 test
TEST(HalfOpenTable, GivesUpTheOldestOfTheSeedThatHoldsMost) {
  HandshakeConfig small;
  small.half_open_max = 8;
  small.half_open_per_seed_max = 6;
  Side bob("bob", bob_address, small);
  ASSERT_TRUE(bob.handshakes.add_shared_seed(seed_named("second")));
  ASSERT_TRUE(bob.handshakes.add_shared_seed(seed_named("third")));
  HostilePeer first("mallory");
  HostilePeer second("mallory", "second");
  HostilePeer third("mallory", "third");
  const Instant now{};
  std::map<std::string, std::pair<Bytes, Bytes>> made;  // name -> HELLO, RESPONSE
  const auto open = [&](HostilePeer& peer, const std::string& name) {
    const Bytes frame = peer.hello();
    ASSERT_TRUE(bob.receive(now, elsewhere, frame));
    made[name] = {frame, bob.take(now)};
  };
  const auto lives = [&](const std::string& name) {
    // A HELLO that is still known gets the same answer. Asked last: else it would make a new one.
    const auto& [hello, response] = made.at(name);
    return bob.receive(now, elsewhere, hello) && bob.take(now) == response;
  };
  open(second, "s1");
  open(second, "s2");
  for (int i = 1; i <= 6; ++i) open(first, "f" + std::to_string(i));
  EXPECT_EQ(bob.handshakes.half_open(), 8U);
  open(third, "t1");  // total full: the first seed holds most
  EXPECT_EQ(bob.handshakes.half_open(), 8U);
  open(first, "f7");  // total full, and still the first seed holds most
  EXPECT_EQ(bob.handshakes.half_open(), 8U);
  EXPECT_EQ(bob.handshakes.given_up().evicted, 2U);
  for (const char* name : {"s1", "s2", "f3", "f4", "f5", "f6", "f7", "t1"}) {
    EXPECT_TRUE(lives(name)) << name;
  }
  EXPECT_FALSE(lives("f1"));
}

//= STT-HANDSHAKE-070 test
TEST(HalfOpenTable, OneSeedCannotFillIt) {
  HandshakeConfig small;
  small.half_open_max = 8;
  small.half_open_per_seed_max = 3;
  Side bob("bob", bob_address, small);
  HostilePeer mallory("mallory");
  for (int i = 0; i < 8; ++i) ASSERT_TRUE(bob.receive(Instant{}, elsewhere, mallory.hello()));
  EXPECT_EQ(bob.handshakes.half_open(), 3U);
}

}  // namespace
}  // namespace stt::handshake
