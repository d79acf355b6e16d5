// Identity, policy, session ids, randomness, reliable connections: two nodes that follow the
// protocol where its rules bite.
#include <stt/handshake/handshake_fixture.hpp>

namespace stt::handshake {
namespace {

using HandshakeRules = TwoNodes;

// Identity.

//= STT-HANDSHAKE-046 test
//= STT-HANDSHAKE-076 test
TEST_F(HandshakeRules, PinRefusesAnotherPeer) {
  NodeId expected = bob.id();
  expected.bytes[31] ^= std::byte{1};
  ASSERT_TRUE(alice.start(now, bob.address, expected));
  const Bytes final_frame = final_for(proof_for(response_to(alice.take(now))));
  EXPECT_EQ(alice.receive(now, bob.address, final_frame), fail(Errc::identity_refused));
  EXPECT_EQ(alice.failure(), Errc::identity_refused);
  EXPECT_EQ(alice.handshakes.pending(), 0U);
}

//= STT-HANDSHAKE-046 test
//= STT-HANDSHAKE-047 test
TEST(Policy, ResponderRefusesInSilence) {
  const Instant now{};
  Side alice("alice", alice_address);
  HandshakeConfig strict;
  strict.accept_peer = [&](const NodeId& peer, const SeedHint& hint) {
    EXPECT_EQ(peer, alice.id());
    EXPECT_EQ(hint, alice.hint);
    return false;
  };
  Side bob("bob", bob_address, strict);
  ASSERT_TRUE(alice.start(now, bob.address));
  ASSERT_TRUE(bob.receive(now, alice.address, alice.take(now)));
  ASSERT_TRUE(alice.receive(now, bob.address, bob.take(now)));
  const Bytes proof = alice.take(now);
  EXPECT_EQ(bob.receive(now, alice.address, proof), fail(Errc::identity_refused));
  EXPECT_EQ(bob.handshakes.half_open(), 0U);
  EXPECT_TRUE(bob.silent(now));
  EXPECT_TRUE(bob.outcomes().empty());
  EXPECT_EQ(bob.receive(now, alice.address, proof), fail(Errc::unexpected_message));
}

//= STT-HANDSHAKE-046 test
TEST(Policy, InitiatorRefuses) {
  const Instant now{};
  HandshakeConfig strict;
  strict.accept_peer = [](const NodeId&, const SeedHint&) { return false; };
  Side alice("alice", alice_address, strict);
  Side bob("bob", bob_address);
  ASSERT_TRUE(alice.start(now, bob.address));
  ASSERT_TRUE(bob.receive(now, alice.address, alice.take(now)));
  ASSERT_TRUE(alice.receive(now, bob.address, bob.take(now)));
  ASSERT_TRUE(bob.receive(now, alice.address, alice.take(now)));
  EXPECT_FALSE(alice.receive(now, bob.address, bob.take(now)));
  EXPECT_EQ(alice.failure(), Errc::identity_refused);
}

//= STT-NODE-015 test
TEST(Policy, NodeThatDoesNotAcceptIsSilent) {
  HandshakeConfig closed;
  closed.accepts = false;
  Side alice("alice", alice_address);
  Side bob("bob", bob_address, closed);
  const Instant now{};
  ASSERT_TRUE(alice.start(now, bob.address));
  EXPECT_EQ(bob.receive(now, alice.address, alice.take(now)), fail(Errc::unexpected_message));
  EXPECT_TRUE(bob.silent(now));
  // It still connects.
  ASSERT_TRUE(bob.start(now, alice.address));
  ASSERT_TRUE(alice.receive(now, bob.address, bob.take(now)));
  ASSERT_TRUE(bob.receive(now, alice.address, alice.take(now)));
}

// Several at once.

//= STT-HANDSHAKE-074 test
//= STT-HANDSHAKE-052 test
//= STT-HANDSHAKE-058 test
TEST_F(HandshakeRules, SimultaneousConnectsAreTwoSessions) {
  ASSERT_TRUE(alice.start(now, bob.address));
  ASSERT_TRUE(bob.start(now, alice.address));
  // Three rounds, each side sending all it has.
  for (int round = 0; round < 4; ++round) {
    std::vector<Sent> from_alice;
    std::vector<Sent> from_bob;
    while (auto sent = alice.poll(now)) from_alice.push_back(*sent);
    while (auto sent = bob.poll(now)) from_bob.push_back(*sent);
    for (const Sent& sent : from_alice) ASSERT_TRUE(bob.receive(now, alice.address, sent.frame));
    for (const Sent& sent : from_bob) ASSERT_TRUE(alice.receive(now, bob.address, sent.frame));
  }
  const auto at_alice = alice.outcomes();
  const auto at_bob = bob.outcomes();
  ASSERT_EQ(at_alice.size(), 2U);
  ASSERT_EQ(at_bob.size(), 2U);
  std::set<SessionId> ids;
  for (const Outcome& outcome : at_alice) ids.insert(std::get<Established>(outcome).session_id);
  for (const Outcome& outcome : at_bob) ids.insert(std::get<Established>(outcome).session_id);
  EXPECT_EQ(ids.size(), 2U);
}

//= STT-PATH-030 test
TEST_F(HandshakeRules, ACopyOfTheProofThatComesFirstTakesNoPath) {
  const Bytes proof = proof_for(response_to(hello()));
  ASSERT_TRUE(bob.receive(now, elsewhere, proof));
  EXPECT_EQ(bob.poll(now)->to, elsewhere);
  EXPECT_EQ(bob.established()->address, alice.address);
}

//= STT-PATH-030 test
TEST_F(HandshakeRules, TheSessionBeginsWhereACopyOfTheHelloWasAnswered) {
  const Bytes first = hello();
  const Bytes response = response_to(first);
  ASSERT_TRUE(bob.receive(now, elsewhere, first));
  EXPECT_EQ(bob.poll(now)->to, elsewhere);
  ASSERT_TRUE(bob.receive(now, elsewhere, proof_for(response)));
  EXPECT_EQ(bob.established()->address, elsewhere);
}

//= STT-HANDSHAKE-073 test
TEST_F(HandshakeRules, FourPendingPerSeed) {
  std::vector<HandshakeHandle> handles;
  for (int i = 0; i < 4; ++i) handles.push_back(*alice.start(now, bob.address));
  EXPECT_EQ(alice.start(now, bob.address), fail(Errc::too_many_pending));
  const SeedHint other = *alice.handshakes.add_shared_seed(seed_named("other"));
  EXPECT_TRUE(alice.handshakes.start(now, bob.address, other));
  alice.handshakes.cancel(handles[1]);
  alice.handshakes.cancel(handles[1]);
  EXPECT_TRUE(alice.start(now, bob.address));
  EXPECT_TRUE(alice.outcomes().empty());
}

// Each RESPONSE finds its own of several pending handshakes.
TEST_F(HandshakeRules, PendingHandshakesDoNotMix) {
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(alice.start(now, bob.address));
  std::vector<Bytes> responses;
  while (const auto sent = alice.poll(now)) responses.push_back(response_to(sent->frame));
  ASSERT_EQ(responses.size(), 4U);
  std::ranges::reverse(responses);
  for (const Bytes& response : responses) {
    ASSERT_TRUE(alice.receive(now, bob.address, final_for(proof_for(response))));
  }
  EXPECT_EQ(alice.outcomes().size(), 4U);
  EXPECT_EQ(bob.outcomes().size(), 4U);
}

// Session ids. The sides are deterministic, so a first run tells which id comes.
SessionId id_without_collision() {
  Side alice("alice", alice_address);
  Side bob("bob", bob_address);
  const Instant now{};
  (void)alice.start(now, bob.address);
  (void)bob.receive(now, alice.address, alice.take(now));
  (void)alice.receive(now, bob.address, bob.take(now));
  return view_session(alice.take(now));
}

//= STT-HANDSHAKE-041 test
//= STT-HANDSHAKE-042 test
TEST_F(HandshakeRules, ResponderDrawsAgainWhileTheSessionIdIsInUse) {
  const SessionId taken = id_without_collision();
  bob.used_ids.ids.insert(taken);
  const Bytes proof = proof_for(response_to(hello()));
  EXPECT_NE(view_session(proof), taken);
  final_for(proof);
  EXPECT_TRUE(bob.established());
}

//= STT-HANDSHAKE-041 test
TEST_F(HandshakeRules, ResponderWithBrokenRandomnessGivesUp) {
  bob.used_ids.ids.insert(id_without_collision());
  const Bytes first = hello();
  // The nonce that a first draw gives, for ever.
  FakeRandom same("bob");
  Bytes nonce(32);
  ASSERT_TRUE(same.fill("response.nonce", nonce));
  bob.random.inject["response.nonce"] = std::vector<Bytes>(8, nonce);
  EXPECT_EQ(bob.receive(now, alice.address, first), fail(Errc::session_id_unusable));
  EXPECT_EQ(bob.handshakes.half_open(), 0U);
  EXPECT_TRUE(bob.silent(now));
}

//= STT-HANDSHAKE-039 test
//= STT-HANDSHAKE-042 test
TEST_F(HandshakeRules, InitiatorDropsAResponseWithASessionIdInUse) {
  alice.used_ids.ids.insert(id_without_collision());
  const Bytes response = response_to(hello());
  EXPECT_EQ(alice.receive(now, bob.address, response), fail(Errc::session_id_unusable));
  EXPECT_EQ(alice.handshakes.pending(), 1U);
  EXPECT_TRUE(alice.silent(now));
}

// Randomness that fails fails the operation, and nothing else.
TEST_F(HandshakeRules, HelloNeedsRandomness) {
  for (const char* label : {"hello.nonce", "hello.ephemeral", "hello.frame_nonce"}) {
    alice.random.fail_label = label;
    EXPECT_EQ(alice.start(now, bob.address), fail(Errc::random_failed)) << label;
  }
  EXPECT_EQ(alice.handshakes.pending(), 0U);
  EXPECT_TRUE(alice.silent(now));
}

TEST_F(HandshakeRules, AnswersNeedRandomnessAndWaitForIt) {
  const Bytes first = hello();
  for (const char* label : {"response.nonce", "response.ephemeral", "response.frame_nonce"}) {
    bob.random.fail_label = label;
    EXPECT_EQ(bob.receive(now, alice.address, first), fail(Errc::random_failed)) << label;
    EXPECT_EQ(bob.handshakes.half_open(), 0U);
  }
  bob.random.fail_label.clear();
  const Bytes response = response_to(first);
  alice.random.fail_label = "auth_proof.frame_nonce";
  EXPECT_EQ(alice.receive(now, bob.address, response), fail(Errc::random_failed));
  alice.random.fail_label.clear();
  const Bytes proof = proof_for(response);
  bob.random.fail_label = "final.frame_nonce";
  EXPECT_EQ(bob.receive(now, alice.address, proof), fail(Errc::random_failed));
  EXPECT_TRUE(bob.outcomes().empty());
  bob.random.fail_label.clear();
  ASSERT_TRUE(alice.receive(now, bob.address, final_for(proof)));
  EXPECT_TRUE(alice.established());
}

TEST_F(HandshakeRules, NewHelloNeedsRandomness) {
  proof_for(response_to(hello()));
  wait(500ms);
  wait(1s);
  wait(2s);
  alice.random.fail_label = "hello.nonce";
  wait(4s);
  EXPECT_EQ(alice.failure(), Errc::random_failed);
  EXPECT_EQ(alice.handshakes.pending(), 0U);
}

// Reliable connections.

//= STT-WS-004 test
TEST(ReliableConnection, NothingIsResentAndTheDeadlineStays) {
  Side alice("alice", alice_address);
  Instant now{};
  ASSERT_TRUE(alice.start(now, websocket_address(3)));
  alice.take(now);
  EXPECT_EQ(alice.handshakes.poll_timeout(), now + 10s);
  now += 10s;
  alice.handshakes.handle_timeout(now);
  EXPECT_TRUE(alice.silent(now));
  EXPECT_EQ(alice.failure(), Errc::handshake_timeout);
}

//= STT-WS-004 test
TEST(ReliableConnection, FramesFromElsewhereAreDropped) {
  Side alice("alice", alice_address);
  Side bob("bob", bob_address);
  const Address mine = websocket_address(3);
  const Address other = websocket_address(4);
  const Instant now{};
  const auto wrong = fail(Errc::wrong_transport);
  ASSERT_TRUE(alice.start(now, mine));
  const Bytes hello = alice.take(now);
  ASSERT_TRUE(bob.receive(now, mine, hello));
  EXPECT_EQ(bob.receive(now, other, hello), wrong);
  const Bytes response = bob.take(now);
  EXPECT_EQ(alice.receive(now, other, response), wrong);
  ASSERT_TRUE(alice.receive(now, mine, response));
  const Bytes proof = alice.take(now);
  EXPECT_EQ(bob.receive(now, alice_address, proof), wrong);
  ASSERT_TRUE(bob.receive(now, mine, proof));
  EXPECT_EQ(bob.receive(now, other, proof), wrong);
  const Bytes final_frame = bob.take(now);
  EXPECT_EQ(alice.receive(now, bob_address, final_frame), wrong);
  ASSERT_TRUE(alice.receive(now, mine, final_frame));
  EXPECT_TRUE(alice.established());
  EXPECT_TRUE(bob.established());
}

//= STT-WS-004 test
TEST(ReliableConnection, EndsItsHandshakes) {
  Side alice("alice", alice_address);
  Side bob("bob", bob_address);
  const Address connection = websocket_address(3);
  const Instant now{};
  ASSERT_TRUE(alice.start(now, connection));
  ASSERT_TRUE(alice.start(now, bob.address));
  ASSERT_TRUE(bob.receive(now, connection, alice.poll(now)->frame));
  alice.handshakes.handle_connection_lost(websocket_address(4));
  EXPECT_EQ(alice.handshakes.pending(), 2U);
  alice.handshakes.handle_connection_lost(bob.address);  // ICMP ends nothing
  EXPECT_EQ(alice.handshakes.pending(), 2U);
  alice.handshakes.handle_connection_lost(connection);
  EXPECT_EQ(alice.failure(), Errc::transport_failed);
  EXPECT_EQ(alice.handshakes.pending(), 1U);
  bob.handshakes.handle_connection_lost(connection);
  EXPECT_EQ(bob.handshakes.half_open(), 0U);
  EXPECT_TRUE(bob.silent(now));
}

TEST(ReliableConnection, EndsWithAFinalKept) {
  Side alice("alice", alice_address);
  Side bob("bob", bob_address);
  const Address connection = websocket_address(3);
  const Instant now{};
  ASSERT_TRUE(alice.start(now, connection));
  ASSERT_TRUE(bob.receive(now, connection, alice.take(now)));
  ASSERT_TRUE(alice.receive(now, connection, bob.take(now)));
  ASSERT_TRUE(bob.receive(now, connection, alice.take(now)));
  EXPECT_EQ(bob.handshakes.finals_kept(), 1U);
  bob.handshakes.handle_connection_lost(connection);
  EXPECT_EQ(bob.handshakes.finals_kept(), 0U);
}

}  // namespace
}  // namespace stt::handshake
