// Two nodes that follow the protocol, over a network that does not always.
#include <stt/handshake/handshakes.hpp>

#include <stt/base/hex.hpp>
#include <stt/handshake/handshake_fixture.hpp>

namespace stt::handshake {
namespace {

using HandshakesTest = TwoNodes;

void expect_one_session(const Established& alice, const Established& bob) {
  EXPECT_EQ(alice.session_id, bob.session_id);
  EXPECT_FALSE(alice.session_id.is_zero());
  EXPECT_TRUE(equal(alice.chain_i2r.view(), bob.chain_i2r.view()));
  EXPECT_TRUE(equal(alice.chain_r2i.view(), bob.chain_r2i.view()));
  EXPECT_FALSE(equal(alice.chain_i2r.view(), alice.chain_r2i.view()));
}

TEST_F(HandshakesTest, FourMessagesMakeOneSession) {
  const auto handle = alice.start(now, bob.address, bob.id());
  ASSERT_TRUE(handle);
  const Bytes response = response_to(alice.take(now));
  const Bytes proof = proof_for(response);
  EXPECT_TRUE(bob.outcomes().empty());  // nothing before the proof
  now += 30ms;
  const Bytes final_frame = final_for(proof);
  const auto at_bob = bob.established();
  EXPECT_TRUE(alice.outcomes().empty());
  now += 30ms;
  ASSERT_TRUE(alice.receive(now, bob.address, final_frame));
  const auto at_alice = alice.established();

  ASSERT_TRUE(at_alice && at_bob);
  expect_one_session(*at_alice, *at_bob);
  EXPECT_EQ(at_alice->handle, *handle);
  EXPECT_EQ(at_alice->role, Role::initiator);
  EXPECT_EQ(at_alice->peer, bob.id());
  EXPECT_EQ(at_alice->address, bob.address);
  EXPECT_EQ(at_alice->hint, alice.hint);
  EXPECT_EQ(at_alice->round_trip, Duration{60ms});
  EXPECT_EQ(at_bob->handle, std::nullopt);
  EXPECT_EQ(at_bob->role, Role::responder);
  EXPECT_EQ(at_bob->peer, alice.id());
  EXPECT_EQ(at_bob->address, alice.address);
  EXPECT_EQ(alice.handshakes.pending(), 0U);
  EXPECT_EQ(alice.handshakes.poll_timeout(), std::nullopt);
  EXPECT_EQ(bob.handshakes.half_open(), 0U);
  EXPECT_EQ(bob.handshakes.poll_timeout(), std::nullopt);
}

TEST_F(HandshakesTest, TranscriptIsCommitted) {
  const Bytes h = hello();
  const Bytes r = response_to(h);
  const Bytes p = proof_for(r);
  const Bytes f = final_for(p);
  EXPECT_EQ(to_hex(crypto::hash({h})),
            "cc0fa657fef7280c3e4adf3dee8bbf0e67897abd408376ae2661ae3f0fae82ca");
  EXPECT_EQ(to_hex(crypto::hash({r})),
            "2bc73e662f09eca848ba88061fcc3184e6df7aafb45e3eb14bd547c41656e7dd");
  EXPECT_EQ(to_hex(crypto::hash({p})),
            "36478afddaca5737a147072e34603f0c69bc2753a668c28be2168234973ef05d");
  EXPECT_EQ(to_hex(crypto::hash({f})),
            "145244cf546ffa4caa96772eb1f1f7833e52ee0b08114b5617a8d8547cac2193");
  EXPECT_EQ(h.size(), 1200U);
}

}  // namespace
}  // namespace stt::handshake
