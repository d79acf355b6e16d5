// A network that changes, repeats and reflects frames, and peers that hold the seed and lie.
#include <stt/handshake/handshake_hostile_peer.hpp>

namespace stt::handshake {
namespace {

using Hostile = TwoNodes;

// What tampering must not change.
struct Snapshot {
  explicit Snapshot(Side& side)
      : half_open(side.handshakes.half_open()),
        pending(side.handshakes.pending()),
        finals(side.handshakes.finals_kept()),
        timeout(side.handshakes.poll_timeout()) {}
  friend bool operator==(const Snapshot&, const Snapshot&) = default;

  std::size_t half_open;
  std::size_t pending;
  std::size_t finals;
  std::optional<Instant> timeout;
};

// Hands over every frame with one bit changed, and every proper prefix: all of it is dropped.
void expect_only_whole_frames(Instant now, Side& side, const Address& from, const Bytes& frame) {
  const Snapshot before(side);
  for (std::size_t i = 0; i < frame.size(); ++i) {
    Bytes changed = frame;
    changed[i] ^= static_cast<std::byte>(1U << (i % 8));
    ASSERT_FALSE(side.receive(now, from, changed)) << "byte " << i;
    ASSERT_FALSE(side.receive(now, from, ByteView(frame).first(i))) << "prefix " << i;
  }
  EXPECT_TRUE(before == Snapshot(side));
  EXPECT_TRUE(side.silent(now));
  EXPECT_TRUE(side.outcomes().empty());
}

//= STT-HANDSHAKE-035 test
//= STT-HANDSHAKE-040 test
//= STT-SECURITY-006 test
TEST_F(Hostile, TamperedAndTruncatedFramesChangeNothing) {
  const Bytes first = hello();
  expect_only_whole_frames(now, bob, alice.address, first);
  const Bytes response = response_to(first);
  expect_only_whole_frames(now, alice, bob.address, response);
  const Bytes proof = proof_for(response);
  expect_only_whole_frames(now, bob, alice.address, proof);
  const Bytes final_frame = final_for(proof);
  EXPECT_TRUE(bob.established());
  expect_only_whole_frames(now, bob, alice.address, proof);  // FINAL is for the very same proof
  expect_only_whole_frames(now, alice, bob.address, final_frame);
  ASSERT_TRUE(alice.receive(now, bob.address, final_frame));
  EXPECT_TRUE(alice.established());
}

//= STT-HANDSHAKE-032 test
//= STT-SECURITY-006 test
TEST_F(Hostile, ReflectedFramesChangeNothing) {
  const Bytes first = hello();
  EXPECT_EQ(alice.receive(now, bob.address, first), fail(Errc::own_node_id));
  EXPECT_EQ(alice.handshakes.half_open(), 0U);
  const Bytes response = response_to(first);
  EXPECT_EQ(bob.receive(now, alice.address, response), fail(Errc::authentication_failed));
  const Bytes proof = proof_for(response);
  EXPECT_EQ(alice.receive(now, bob.address, proof), fail(Errc::authentication_failed));
  const Bytes final_frame = final_for(proof);
  EXPECT_EQ(bob.receive(now, alice.address, final_frame), fail(Errc::unexpected_message));
  ASSERT_TRUE(alice.receive(now, bob.address, final_frame));
  EXPECT_TRUE(alice.established());
}

//= STT-HANDSHAKE-055 test
TEST_F(Hostile, ASecondResponseIsAsOneThatDoesNotOpen) {
  const Bytes response = response_to(hello());
  const Bytes proof = proof_for(response);
  EXPECT_EQ(alice.receive(now, bob.address, response), fail(Errc::authentication_failed));
  ASSERT_TRUE(alice.receive(now, bob.address, final_for(proof)));
  EXPECT_TRUE(alice.established());
}

//= STT-HANDSHAKE-053 test
//= STT-SECURITY-006 test
TEST_F(Hostile, ReplayedFramesMakeNoSession) {
  const Bytes first = hello();
  const Bytes response = response_to(first);
  const Bytes proof = proof_for(response);
  const Bytes final_frame = final_for(proof);
  ASSERT_TRUE(alice.receive(now, bob.address, final_frame));
  const SessionId id = alice.established()->session_id;
  ASSERT_TRUE(bob.established());
  bob.handshakes.session_frame_opened(id);
  alice.used_ids.ids.insert(id);
  bob.used_ids.ids.insert(id);

  EXPECT_FALSE(alice.receive(now, bob.address, response));
  EXPECT_EQ(alice.receive(now, bob.address, final_frame), fail(Errc::unexpected_message));
  EXPECT_EQ(bob.receive(now, alice.address, proof), fail(Errc::unexpected_message));
  // The HELLO is answered, but nobody can prove himself to that answer.
  const Bytes second_response = response_to(first);
  EXPECT_NE(second_response, response);
  EXPECT_EQ(bob.receive(now, alice.address, proof), fail(Errc::unexpected_message));
  EXPECT_FALSE(alice.receive(now, bob.address, second_response));
  EXPECT_TRUE(alice.outcomes().empty());
  EXPECT_TRUE(bob.outcomes().empty());
  EXPECT_TRUE(alice.silent(now));
}

// Frames of an older handshake in a newer one.
//= STT-HANDSHAKE-052 test
TEST_F(Hostile, HandshakesDoNotMix) {
  const Bytes old_response = response_to(hello());
  const Bytes new_hello = hello();
  const Bytes proof = proof_for(old_response);
  const Bytes new_response = response_to(new_hello);
  // The clear session id of one over the sealed bytes of the other.
  const Bytes new_proof = proof_for(new_response);
  Bytes mixed = proof;
  std::copy_n(new_proof.begin() + 6, 8, mixed.begin() + 6);
  ASSERT_EQ(view_session(mixed), view_session(new_proof));
  EXPECT_EQ(bob.receive(now, alice.address, mixed), fail(Errc::authentication_failed));
  final_for(new_proof);
  final_for(proof);
  EXPECT_EQ(bob.outcomes().size(), 2U);
}

// A HELLO that fails a check.
struct BadHello {
  const char* name;
  Errc error;
  std::function<void(wire::Hello&)> change;
};

//= STT-HANDSHAKE-005 test
//= STT-HANDSHAKE-006 test
//= STT-HANDSHAKE-011 test
//= STT-HANDSHAKE-032 test
//= STT-HANDSHAKE-034 test
//= STT-HANDSHAKE-035 test
TEST_F(Hostile, BadHelloLeavesNoState) {
  static constexpr ByteArray<2> unknown{std::byte{2}, std::byte{0xFF}};
  const std::vector<BadHello> cases{
      {"version", Errc::no_common_version, [](auto& hello) { hello.versions = unknown; }},
      {"suite", Errc::no_common_suite, [](auto& hello) { hello.suites = unknown; }},
      {"no version", Errc::handshake_list_empty, [](auto& hello) { hello.versions = {}; }},
      {"no suite", Errc::handshake_list_empty, [](auto& hello) { hello.suites = {}; }},
      {"own id", Errc::own_node_id, [&](auto& hello) { hello.node_id = bob.id(); }},
      {"zero point", Errc::key_exchange_failed, [](auto& hello) { hello.ephemeral = {}; }},
      {"point of order 1", Errc::key_exchange_failed,
       [](auto& hello) { hello.ephemeral = {std::byte{1}}; }},
      {"order of checks", Errc::own_node_id,
       [&](auto& hello) {
         hello.node_id = bob.id();
         hello.versions = unknown;
         hello.ephemeral = {};
       }},
  };
  for (const BadHello& bad : cases) {
    HostilePeer mallory("mallory");
    const Bytes frame = mallory.hello([&](wire::Hello& hello) {
      bad.change(hello);
      if (hello.padding_bytes > 10) hello.padding_bytes -= 10;
    });
    EXPECT_EQ(bob.receive(now, elsewhere, frame), fail(bad.error)) << bad.name;
    EXPECT_EQ(bob.handshakes.half_open(), 0U) << bad.name;
    EXPECT_TRUE(bob.silent(now)) << bad.name;
  }
}

//= STT-HANDSHAKE-008 test
//= STT-HANDSHAKE-009 test
//= STT-HANDSHAKE-010 test
TEST_F(Hostile, TheFirstKnownVersionAndSuiteAreTaken) {
  static constexpr ByteArray<3> list{std::byte{9}, std::byte{1}, std::byte{3}};
  HostilePeer mallory("mallory");
  const Bytes frame = mallory.hello([](wire::Hello& hello) {
    hello.versions = list;
    hello.suites = list;
    hello.padding_bytes -= 4;
  });
  const Bytes response = response_to(frame);
  OpenedMessage opened;
  const crypto::Digest h1 = extend(mallory.pair.h0.view(), frame);
  ASSERT_TRUE(opened.open(response_key(mallory.pair, h1), view_of(response)));
  const auto message = wire::decode_response(opened.payload());
  EXPECT_EQ(message->version, 1);
  EXPECT_EQ(message->suite, 1);
}

//= STT-HANDSHAKE-023 test
//= STT-HANDSHAKE-024 test
//= STT-HANDSHAKE-054 test
TEST_F(Hostile, ResponseIsNeverLongerThanHello) {
  for (std::size_t padding = 0; padding < 130; ++padding) {
    HostilePeer mallory("mallory " + std::to_string(padding));
    const Bytes frame = mallory.hello([&](wire::Hello& hello) { hello.padding_bytes = padding; });
    const auto result = bob.receive(now, elsewhere, frame);
    if (frame.size() < 196) {
      EXPECT_EQ(result, fail(Errc::hello_too_short)) << padding;
      EXPECT_TRUE(bob.silent(now));
    } else {
      ASSERT_TRUE(result) << padding;
      EXPECT_LE(bob.take(now).size(), frame.size());
    }
  }
}

// A RESPONSE that fails a check: the true one is still welcome.
struct BadResponse {
  const char* name;
  Errc error;
  std::function<void(wire::ResponseMessage&)> change;
};

//= STT-HANDSHAKE-033 test
//= STT-HANDSHAKE-036 test
//= STT-HANDSHAKE-037 test
//= STT-HANDSHAKE-038 test
//= STT-HANDSHAKE-039 test
//= STT-HANDSHAKE-040 test
TEST_F(Hostile, BadResponseLeavesTheHandshakeAsItWas) {
  const Bytes first = hello();
  HostilePeer mallory("mallory");
  const std::vector<BadResponse> cases{
      {"own id", Errc::own_node_id, [&](auto& response) { response.node_id = alice.id(); }},
      {"echo", Errc::wrong_challenge,
       [](auto& response) { response.challenge[31] ^= std::byte{1}; }},
      {"version", Errc::not_offered, [](auto& response) { response.version = 2; }},
      {"suite", Errc::not_offered, [](auto& response) { response.suite = 0; }},
      {"low order", Errc::key_exchange_failed, [](auto& response) { response.ephemeral = {}; }},
      {"session id zero", Errc::session_id_unusable,
       [&](auto& response) {
         for (std::size_t i = 0; i < 8; ++i) {
           response.nonce[i] =
               mallory.last_hello().nonce[i] ^ alice.id().bytes[i] ^ response.node_id.bytes[i];
         }
       }},
  };
  const Snapshot before(alice);
  for (const BadResponse& bad : cases) {
    const Bytes frame = mallory.response_to(first, bad.change);
    EXPECT_EQ(alice.receive(now, elsewhere, frame), fail(bad.error)) << bad.name;
    EXPECT_TRUE(before == Snapshot(alice)) << bad.name;
    EXPECT_TRUE(alice.silent(now)) << bad.name;
  }
  ASSERT_TRUE(alice.receive(now, bob.address, final_for(proof_for(response_to(first)))));
  EXPECT_EQ(alice.established()->peer, bob.id());
}

// All that comes after the first fault is broken, too: the answer names the first.
//= STT-HANDSHAKE-056 test
TEST_F(Hostile, ResponseIsJudgedInOrder) {
  const Bytes first = hello();
  HostilePeer mallory("mallory");
  const std::vector<BadResponse> faults{
      {"own id", Errc::own_node_id, [&](auto& response) { response.node_id = alice.id(); }},
      {"echo", Errc::wrong_challenge,
       [](auto& response) { response.challenge[31] ^= std::byte{1}; }},
      {"version", Errc::not_offered, [](auto& response) { response.version = 2; }},
      {"suite", Errc::not_offered, [](auto& response) { response.suite = 0; }},
      {"session id zero", Errc::session_id_unusable,
       [&](auto& response) {
         for (std::size_t i = 0; i < 8; ++i) {
           response.nonce[i] =
               mallory.last_hello().nonce[i] ^ alice.id().bytes[i] ^ response.node_id.bytes[i];
         }
       }},
      {"low order", Errc::key_exchange_failed, [](auto& response) { response.ephemeral = {}; }},
  };
  for (auto fault = faults.begin(); fault != faults.end(); ++fault) {
    const Bytes frame = mallory.response_to(first, [&](wire::ResponseMessage& response) {
      std::for_each(fault, faults.end(), [&](const auto& each) { each.change(response); });
    });
    EXPECT_EQ(alice.receive(now, elsewhere, frame), fail(fault->error)) << fault->name;
  }
}

// An AUTH message that opens and fails a check ends its handshake.
struct BadAuth {
  const char* name;
  Errc error;
  std::function<void(wire::AuthMessage&)> change;
};

std::vector<BadAuth> bad_auths() {
  static constexpr ByteArray<2> malformed{std::byte{1}, std::byte{9}};
  static constexpr ByteArray<6> twice{std::byte{1}, std::byte{1}, std::byte{0},
                                      std::byte{1}, std::byte{1}, std::byte{0}};
  static constexpr ByteArray<3> out_of_range{std::byte{3}, std::byte{1}, std::byte{0}};
  return {
      {"session id", Errc::session_id_mismatch,
       [](auto& message) { message.session_id.bytes[0] ^= std::byte{1}; }},
      {"signature", Errc::signature_invalid,
       [](auto& message) { message.signature[0] ^= std::byte{1}; }},
      {"signature S + L", Errc::signature_invalid,
       [](auto& message) { message.signature[63] |= std::byte{0xE0}; }},
      {"R of small order", Errc::signature_invalid,
       [](auto& message) {
         message.signature = {};
         message.signature[0] = std::byte{1};
       }},
      {"another kind", Errc::handshake_type,
       [](auto& message) { message.type = wire::HandshakeType::hello; }},
      {"parameters truncated", Errc::truncated,
       [](auto& message) { message.parameters = malformed; }},
      {"parameters twice", Errc::parameter_duplicate,
       [](auto& message) { message.parameters = twice; }},
      {"parameters out of range", Errc::parameter_range,
       [](auto& message) { message.parameters = out_of_range; }},
      {"no parameters", Errc::parameter_missing, [](auto& message) { message.parameters = {}; }},
  };
}

//= STT-HANDSHAKE-003 test
//= STT-HANDSHAKE-004 test
//= STT-HANDSHAKE-043 test
//= STT-HANDSHAKE-044 test
//= STT-HANDSHAKE-045 test
//= STT-HANDSHAKE-047 test
TEST_F(Hostile, BadAuthProofEndsTheHandshakeInSilence) {
  for (const BadAuth& bad : bad_auths()) {
    HostilePeer mallory(bad.name);
    const Bytes response = response_to(mallory.hello());
    EXPECT_EQ(bob.receive(now, elsewhere, mallory.proof_for(response, bad.change)), fail(bad.error))
        << bad.name;
    EXPECT_EQ(bob.handshakes.half_open(), 0U) << bad.name;
    EXPECT_EQ(bob.receive(now, elsewhere, mallory.proof_for(response)),
              fail(Errc::unexpected_message))
        << bad.name;
    EXPECT_TRUE(bob.outcomes().empty()) << bad.name;
    EXPECT_TRUE(bob.silent(now)) << bad.name;
  }
}

//= STT-HANDSHAKE-043 test
//= STT-HANDSHAKE-044 test
//= STT-HANDSHAKE-045 test
//= STT-HANDSHAKE-047 test
//= STT-HANDSHAKE-076 test
TEST_F(Hostile, BadFinalFailsTheConnectAtOnce) {
  for (const BadAuth& bad : bad_auths()) {
    HostilePeer mallory("mallory");
    const Bytes proof = proof_for(mallory.response_to(hello()));
    EXPECT_EQ(alice.receive(now, elsewhere, mallory.final_for(proof, bad.change)), fail(bad.error))
        << bad.name;
    EXPECT_EQ(alice.failure(), bad.error) << bad.name;
    EXPECT_EQ(alice.handshakes.pending(), 0U) << bad.name;
    EXPECT_TRUE(alice.silent(now)) << bad.name;
  }
}

//= STT-ERROR-008 test
//= STT-HANDSHAKE-057 test
TEST_F(Hostile, FinalIsJudgedInOrder) {
  static constexpr ByteArray<2> malformed{std::byte{1}, std::byte{9}};
  const std::vector<BadAuth> faults{
      {"kind", Errc::handshake_type,
       [](auto& message) { message.type = wire::HandshakeType::hello; }},
      {"session id", Errc::session_id_mismatch,
       [](auto& message) { message.session_id.bytes[0] ^= std::byte{1}; }},
      {"signature", Errc::signature_invalid,
       [](auto& message) { message.signature[0] ^= std::byte{1}; }},
      {"parameters", Errc::truncated, [](auto& message) { message.parameters = malformed; }},
      {"pin", Errc::identity_refused, [](auto&) {}},
  };
  for (auto fault = faults.begin(); fault != faults.end(); ++fault) {
    HostilePeer mallory("mallory");
    ASSERT_TRUE(alice.start(now, bob.address, bob.id()));
    const Bytes proof = proof_for(mallory.response_to(alice.take(now)));
    const Bytes frame = mallory.final_for(proof, [&](wire::AuthMessage& message) {
      std::for_each(fault, faults.end(), [&](const auto& each) { each.change(message); });
    });
    EXPECT_EQ(alice.receive(now, elsewhere, frame), fail(fault->error)) << fault->name;
  }
}

// The hostile peer itself is sound: unchanged, it gets its session, under its own id.
TEST_F(Hostile, HolderOfTheSeedIsAcceptedUnderItsOwnId) {
  HostilePeer mallory("mallory");
  const Bytes proof = mallory.proof_for(response_to(mallory.hello()));
  ASSERT_TRUE(bob.receive(now, elsewhere, proof));
  EXPECT_EQ(bob.established()->peer.bytes, mallory.identity.node_id());
  const Bytes own_proof = proof_for(mallory.response_to(hello()));
  ASSERT_TRUE(alice.receive(now, elsewhere, mallory.final_for(own_proof)));
  EXPECT_EQ(alice.established()->peer.bytes, mallory.identity.node_id());
}

//= STT-HANDSHAKE-050 test
//= STT-SECURITY-009 test
TEST_F(Hostile, HolderOfTheSeedCannotPassForAnother) {
  HostilePeer as_alice("mallory");
  const Bytes response =
      response_to(as_alice.hello([&](wire::Hello& hello) { hello.node_id = alice.id(); }));
  EXPECT_EQ(bob.receive(now, elsewhere, as_alice.proof_for(response)),
            fail(Errc::signature_invalid));
  EXPECT_TRUE(bob.outcomes().empty());

  HostilePeer as_bob("mallory");
  const Bytes proof = proof_for(as_bob.response_to(
      hello(), [&](wire::ResponseMessage& message) { message.node_id = bob.id(); }));
  EXPECT_EQ(alice.receive(now, elsewhere, as_bob.final_for(proof)), fail(Errc::signature_invalid));
  EXPECT_EQ(alice.failure(), Errc::signature_invalid);
}

// With a node id of small order, signatures without a private key would exist.
//= STT-CRYPTO-010 test
TEST_F(Hostile, NodeIdOfSmallOrderProvesNothing) {
  HostilePeer mallory("mallory");
  const Bytes response = response_to(mallory.hello([](wire::Hello& hello) {
    hello.node_id = NodeId{{std::byte{1}}};  // the neutral element
  }));
  const Bytes proof = mallory.proof_for(response, [](wire::AuthMessage& message) {
    message.signature = {};
    message.signature[0] = std::byte{1};  // R = neutral, S = 0: satisfies the equation
  });
  EXPECT_EQ(bob.receive(now, elsewhere, proof), fail(Errc::signature_invalid));
}

// Somebody between the peers who holds the seed shortens the list of suites.
//= STT-SECURITY-010 test
TEST_F(Hostile, DowngradeIsNoticed) {
  const Bytes first = hello();
  HostilePeer mallory("mallory");
  mallory.response_to(first);  // reads it
  const wire::Hello seen = mallory.last_hello();
  static constexpr ByteArray<2> other{std::byte{1}, std::byte{7}};
  HostilePeer sealer("mallory");
  const Bytes rewritten = sealer.hello([&](wire::Hello& hello) {
    hello.nonce = seen.nonce;
    hello.node_id = seen.node_id;
    hello.ephemeral = seen.ephemeral;
    hello.suites = other;
    hello.padding_bytes -= 1;
  });
  const Bytes response = response_to(rewritten);
  EXPECT_EQ(alice.receive(now, bob.address, response), fail(Errc::authentication_failed));

  // Sealed anew for Alice, the RESPONSE has another h2, and nothing of hers opens at Bob.
  OpenedMessage opened;
  const crypto::Digest h1_bob = extend(mallory.pair.h0.view(), rewritten);
  ASSERT_TRUE(opened.open(response_key(mallory.pair, h1_bob), view_of(response)));
  const auto message = wire::decode_response(opened.payload());
  const Bytes resealed =
      mallory.response_to(first, [&](wire::ResponseMessage& to_change) { to_change = *message; });
  const Bytes proof = proof_for(resealed);
  EXPECT_EQ(bob.receive(now, alice.address, proof), fail(Errc::authentication_failed));
  EXPECT_TRUE(bob.outcomes().empty());
}

}  // namespace
}  // namespace stt::handshake
