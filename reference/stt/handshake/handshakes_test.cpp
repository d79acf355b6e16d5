// Two nodes that follow the protocol, over a network that does not always.
#include <stt/handshake/handshakes.hpp>

#include <stt/base/hex.hpp>
#include <stt/crypto/kdf.hpp>
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

//= STT-HANDSHAKE-019 test
//= STT-HANDSHAKE-021 test
//= STT-HANDSHAKE-048 test
//= STT-HANDSHAKE-049 test
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

// Fixed seeds and entropy give these very bytes, whoever implements it.
//= STT-HANDSHAKE-012 test
//= STT-HANDSHAKE-013 test
//= STT-HANDSHAKE-014 test
//= STT-HANDSHAKE-015 test
//= STT-HANDSHAKE-016 test
//= STT-HANDSHAKE-017 test
//= STT-HANDSHAKE-018 test
//= STT-HANDSHAKE-022 test
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
  EXPECT_EQ(r.size(), 196U);
}

//= STT-PARAM-008 test
TEST(Parameters, TravelBothWays) {
  HandshakeConfig of_alice;
  of_alice.parameters.max_streams = 7;
  HandshakeConfig of_bob;
  of_bob.parameters.idle_timeout_ms = 1234;
  Side alice("alice", alice_address, of_alice);
  Side bob("bob", bob_address, of_bob);
  const Instant now{};
  ASSERT_TRUE(alice.start(now, bob.address));
  ASSERT_TRUE(bob.receive(now, alice.address, alice.take(now)));
  ASSERT_TRUE(alice.receive(now, bob.address, bob.take(now)));
  ASSERT_TRUE(bob.receive(now, alice.address, alice.take(now)));
  ASSERT_TRUE(alice.receive(now, bob.address, bob.take(now)));
  EXPECT_EQ(alice.established()->peer_parameters, of_bob.parameters);
  EXPECT_EQ(bob.established()->peer_parameters, of_alice.parameters);
}

// Loss: whichever message is lost, the same bytes come again and the handshake completes.

//= STT-HANDSHAKE-060 test
//= STT-HANDSHAKE-061 test
TEST_F(HandshakesTest, LostHelloIsSentAgainWithBackOff) {
  const Bytes lost = hello();
  for (const Duration gap : {500ms, 1000ms, 2000ms, 4000ms}) {
    wait(gap - 1ns);
    EXPECT_TRUE(alice.silent(now));
    EXPECT_EQ(alice.handshakes.poll_timeout(), now + 1ns);
    wait(1ns);
    EXPECT_EQ(alice.take(now), lost);
  }
  ASSERT_TRUE(alice.receive(now, bob.address, final_for(proof_for(response_to(lost)))));
  EXPECT_TRUE(alice.established());
}

//= STT-HANDSHAKE-062 test
//= STT-HANDSHAKE-071 test
TEST_F(HandshakesTest, LostResponseIsSentAgainForTheSameHello) {
  const Bytes first = hello();
  const Bytes lost = response_to(first);
  wait(500ms);
  const Bytes again = response_to(alice.take(now));
  EXPECT_EQ(again, lost);
  EXPECT_EQ(bob.handshakes.half_open(), 1U);
  ASSERT_TRUE(alice.receive(now, bob.address, final_for(proof_for(again))));
  EXPECT_TRUE(alice.established());
  EXPECT_EQ(bob.established()->round_trip, std::nullopt);  // to which RESPONSE was it an answer?
}

TEST_F(HandshakesTest, LostAuthProofIsSentAgain) {
  const Bytes lost = proof_for(response_to(hello()));
  wait(500ms);
  const Bytes again = alice.take(now);
  EXPECT_EQ(again, lost);
  ASSERT_TRUE(alice.receive(now, bob.address, final_for(again)));
  EXPECT_EQ(alice.established()->round_trip, std::nullopt);
  EXPECT_TRUE(bob.established());
}

//= STT-HANDSHAKE-063 test
//= STT-HANDSHAKE-065 test
TEST_F(HandshakesTest, LostFinalIsSentAgainForTheSameProof) {
  const Bytes proof = proof_for(response_to(hello()));
  const Bytes lost = final_for(proof);
  ASSERT_TRUE(bob.established());
  wait(500ms);
  const Bytes again = final_for(alice.take(now));
  EXPECT_EQ(again, lost);
  EXPECT_TRUE(bob.outcomes().empty());  // one session, not two
  ASSERT_TRUE(alice.receive(now, bob.address, again));
  EXPECT_TRUE(alice.established());
}

//= STT-HANDSHAKE-065 test
TEST_F(HandshakesTest, FinalIsForgottenAfterASessionFrame) {
  const Bytes proof = proof_for(response_to(hello()));
  final_for(proof);
  const SessionId id = bob.established()->session_id;
  wait(1h);
  EXPECT_EQ(bob.handshakes.finals_kept(), 1U);
  bob.handshakes.session_frame_opened(id);
  bob.handshakes.session_frame_opened(id);
  EXPECT_EQ(bob.handshakes.finals_kept(), 0U);
  EXPECT_EQ(bob.receive(now, alice.address, proof), fail(Errc::unexpected_message));
  EXPECT_TRUE(bob.silent(now));
}

TEST_F(HandshakesTest, FinalIsForgottenWithItsSession) {
  final_for(proof_for(response_to(hello())));
  bob.handshakes.session_ended(bob.established()->session_id);
  EXPECT_EQ(bob.handshakes.finals_kept(), 0U);
}

// A half-open handshake is not a session: nobody can end it by that door.
TEST_F(HandshakesTest, SessionEventsDoNotTouchAHalfOpenHandshake) {
  const Bytes response = response_to(hello());
  const Bytes proof = proof_for(response);
  bob.handshakes.session_frame_opened(view_session(proof));
  bob.handshakes.session_ended(view_session(proof));
  EXPECT_EQ(bob.handshakes.half_open(), 1U);
}

//= STT-HANDSHAKE-067 test
//= STT-HANDSHAKE-020 test
TEST_F(HandshakesTest, NewHelloAfterThreeResendsWithoutFinal) {
  const Bytes first = hello();
  const Bytes proof = proof_for(response_to(first));
  for (const Duration gap : {500ms, 1000ms, 2000ms}) {
    wait(gap);
    EXPECT_EQ(alice.take(now), proof);
  }
  wait(4000ms);
  const Bytes second = alice.take(now);
  EXPECT_EQ(second.size(), first.size());
  EXPECT_NE(second, first);
  EXPECT_EQ(alice.handshakes.pending(), 1U);
  ASSERT_TRUE(alice.receive(now, bob.address, final_for(proof_for(response_to(second)))));
  EXPECT_TRUE(alice.established());
}

//= STT-HANDSHAKE-068 test
TEST_F(HandshakesTest, DeadlineEndsHelloSent) {
  hello();
  wait(10s - 1ns);
  EXPECT_TRUE(alice.outcomes().empty());
  wait(1ns);
  EXPECT_EQ(alice.failure(), Errc::handshake_timeout);
  EXPECT_EQ(alice.handshakes.pending(), 0U);
  EXPECT_EQ(alice.handshakes.poll_timeout(), std::nullopt);
  EXPECT_TRUE(alice.silent(now));
}

//= STT-HANDSHAKE-068 test
TEST_F(HandshakesTest, DeadlineEndsProofSent) {
  const Bytes first = hello();
  wait(9s);
  EXPECT_EQ(alice.take(now), first);
  proof_for(response_to(first));
  wait(1s);
  EXPECT_EQ(alice.failure(), Errc::handshake_timeout);
}

//= STT-HANDSHAKE-069 test
TEST_F(HandshakesTest, HalfOpenHandshakeGrowsTooOld) {
  const Bytes first = hello();
  const Bytes proof = proof_for(response_to(first));
  EXPECT_EQ(bob.handshakes.poll_timeout(), now + 5s);
  wait(4s);
  response_to(first);  // a copy makes it no younger
  wait(1s);
  EXPECT_EQ(bob.handshakes.half_open(), 0U);
  EXPECT_EQ(bob.handshakes.given_up().expired, 1U);
  EXPECT_EQ(bob.receive(now, alice.address, proof), fail(Errc::unexpected_message));
  EXPECT_TRUE(bob.outcomes().empty());
}

//= STT-HANDSHAKE-064 test
TEST_F(HandshakesTest, CopiesAreAnsweredWhereTheyCameFrom) {
  const Bytes first = hello();
  const Bytes response = response_to(first);
  ASSERT_TRUE(bob.receive(now, elsewhere, first));
  auto sent = bob.poll(now);
  ASSERT_TRUE(sent);
  EXPECT_EQ(sent->to, elsewhere);
  EXPECT_EQ(sent->frame, response);

  const Bytes proof = proof_for(response);
  const Bytes final_frame = final_for(proof);
  ASSERT_TRUE(bob.receive(now, elsewhere, proof));
  sent = bob.poll(now);
  ASSERT_TRUE(sent);
  EXPECT_EQ(sent->to, elsewhere);
  EXPECT_EQ(sent->frame, final_frame);
  EXPECT_EQ(bob.established()->address, alice.address);  // the copy moved nothing
}

//= STT-HANDSHAKE-077 test
TEST_F(HandshakesTest, CopyOfHelloIsDroppedWhileFinalIsKept) {
  const Bytes first = hello();
  const Bytes response = response_to(first);
  const Bytes proof = proof_for(response);
  ASSERT_TRUE(bob.receive(now, alice.address, proof));
  EXPECT_EQ(bob.receive(now, elsewhere, first), fail(Errc::unexpected_message));
  const auto sent = bob.poll(now);
  ASSERT_TRUE(sent);
  EXPECT_EQ(sent->to, alice.address);
  EXPECT_TRUE(bob.silent(now));
}

// Seeds.

//= STT-HANDSHAKE-031 test
//= STT-SECURITY-001 test
//= STT-SECURITY-002 test
TEST(Seeds, AnotherSeedUnderTheSameHintIsMetWithSilence) {
  Side alice("alice", alice_address);
  Side bob("bob", bob_address);
  // The hint is in the clear: whoever saw it can write it over a HELLO of his own seed.
  const SeedHint other = *alice.handshakes.add_shared_seed(seed_named("other"));
  ASSERT_TRUE(alice.handshakes.start(Instant{}, bob.address, other));
  Bytes forged = alice.take(Instant{});
  std::ranges::copy(bob.hint.bytes, forged.end() - 48);
  EXPECT_EQ(bob.receive(Instant{}, alice.address, forged), fail(Errc::authentication_failed));
  EXPECT_TRUE(bob.silent(Instant{}));
  EXPECT_EQ(bob.handshakes.half_open(), 0U);
}

//= STT-HANDSHAKE-030 test
TEST(Seeds, UnknownHintIsMetWithSilence) {
  Side alice("alice", alice_address);
  Side bob("bob", bob_address);
  const SeedHint other = *alice.handshakes.add_shared_seed(seed_named("other"));
  ASSERT_TRUE(alice.handshakes.start(Instant{}, bob.address, other));
  EXPECT_EQ(bob.receive(Instant{}, alice.address, alice.take(Instant{})), fail(Errc::unknown_hint));
  EXPECT_TRUE(bob.silent(Instant{}));
}

//= STT-IDENTITY-002 test
//= STT-IDENTITY-010 test
//= STT-IDENTITY-011 test
TEST(Seeds, UnusableSharedSeedsAreRefused) {
  Side alice("alice", alice_address);
  EXPECT_EQ(alice.handshakes.add_shared_seed(seed_named("alice")),
            fail(Errc::seed_equals_node_seed));
  EXPECT_EQ(alice.handshakes.add_shared_seed(seed_named("pair")), fail(Errc::seed_in_use));
  const Bytes short_seed(31, std::byte{1});
  EXPECT_EQ(alice.handshakes.add_shared_seed(short_seed), fail(Errc::seed_too_short));
  EXPECT_EQ(alice.handshakes.start(Instant{}, bob_address, SeedHint{}), fail(Errc::unknown_seed));
}

//= STT-IDENTITY-009 test
TEST(Seeds, TheRightOneOfManyIsFound) {
  Side alice("alice", alice_address);
  Side bob("bob", bob_address);
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(bob.handshakes.add_shared_seed(seed_named("seed " + std::to_string(i))));
  }
  const SeedHint hint = *alice.handshakes.add_shared_seed(seed_named("seed 137"));
  ASSERT_TRUE(alice.handshakes.start(Instant{}, bob.address, hint));
  ASSERT_TRUE(bob.receive(Instant{}, alice.address, alice.take(Instant{})));
  ASSERT_TRUE(alice.receive(Instant{}, bob.address, bob.take(Instant{})));
  ASSERT_TRUE(bob.receive(Instant{}, alice.address, alice.take(Instant{})));
  EXPECT_EQ(bob.established()->hint, hint);
}

// Goal: frames vanish, come twice and late. Whoever is told of a session shares its keys with the
// peer, and with enough luck both are told before the deadline.
TEST(LossyNetwork, SessionsAgree) {
  int succeeded = 0;
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    Side alice("alice " + std::to_string(seed), alice_address);
    Side bob("bob " + std::to_string(seed), bob_address);
    std::uint32_t state = seed * 2654435761U;
    const auto percent = [&] { return (state = state * 1664525U + 1013904223U) >> 16 & 0x7F; };
    struct Flight {
      Side* to;
      Address from;
      Bytes frame;
    };
    std::multimap<Instant, Flight> flights;
    Instant now{};
    const auto flush = [&](Side& from, Side& to) {
      while (const auto sent = from.poll(now)) {
        const auto copies = percent() < 40 ? 0 : percent() < 40 ? 2 : 1;
        for (int copy = 0; copy < copies; ++copy) {
          flights.emplace(now + 10ms * percent(), Flight{&to, from.address, sent->frame});
        }
      }
    };
    std::map<SessionId, Established> at_bob;
    std::optional<Established> at_alice;
    bool ended = false;
    ASSERT_TRUE(alice.start(now, bob.address));
    while (!ended) {
      flush(alice, bob);
      flush(bob, alice);
      const Instant timer = *alice.handshakes.poll_timeout();
      if (!flights.empty() && flights.begin()->first <= timer) {
        now = flights.begin()->first;
        const Flight flight = std::move(flights.begin()->second);
        flights.erase(flights.begin());
        (void)flight.to->receive(now, flight.from, flight.frame);
      } else {
        now = timer;
      }
      alice.handshakes.handle_timeout(now);
      bob.handshakes.handle_timeout(now);
      for (Outcome& outcome : bob.outcomes()) {
        auto& established = std::get<Established>(outcome);
        at_bob.emplace(established.session_id, std::move(established));
      }
      for (Outcome& outcome : alice.outcomes()) {
        ended = true;
        if (auto* established = std::get_if<Established>(&outcome)) {
          at_alice = std::move(*established);
        }
      }
    }
    if (!at_alice) continue;
    ++succeeded;
    const auto same = at_bob.find(at_alice->session_id);
    ASSERT_NE(same, at_bob.end());
    EXPECT_TRUE(equal(same->second.chain_i2r.view(), at_alice->chain_i2r.view()));
    EXPECT_TRUE(equal(same->second.chain_r2i.view(), at_alice->chain_r2i.view()));
  }
  EXPECT_GE(succeeded, 50);
}

}  // namespace
}  // namespace stt::handshake
