// The key schedule of a handshake against the labels of the specification, and what stays behind
// in memory.
#include <gtest/gtest.h>

#include <array>
#include <new>
#include <set>

#include <stt/handshake/handshake_fixture.hpp>
#include <stt/handshake/transcript.hpp>

namespace stt::handshake {
namespace {

Secret<32> some_secret(std::uint8_t fill) {
  ByteArray<32> bytes{};
  bytes.fill(static_cast<std::byte>(fill));
  return Secret<32>(bytes);
}

crypto::Digest some_digest(std::uint8_t fill) {
  crypto::Digest digest{};
  digest.fill(static_cast<std::byte>(fill));
  return digest;
}

bool contains(ByteView haystack, ByteView needle) {
  return std::ranges::search(haystack, needle).begin() != haystack.end();
}

//= STT-CRYPTO-013 test
//= STT-ROTATION-001 test
TEST(KeySchedule, UsesTheLabelsOfTheSpecification) {
  const crypto::Key psk = some_secret(1);
  const PairKeys pair(psk);
  EXPECT_TRUE(equal(pair.hello.view(), crypto::kdf(psk, "hello").view()));
  EXPECT_TRUE(equal(pair.h0.view(), crypto::kdf(psk, "transcript").view()));
  const crypto::Digest h1 = some_digest(2);
  EXPECT_TRUE(equal(response_key(pair, h1).view(), crypto::kdf(psk, "response", {h1}).view()));

  const crypto::EphemeralKey ours(some_secret(3));
  const crypto::EphemeralKey theirs(some_secret(4));
  const crypto::Digest h2 = some_digest(5);
  const auto agreed = ours.agree(theirs.public_key());
  const crypto::Key secret = crypto::kdf(psk, "session", {h2, agreed->view()});
  const auto keys = derive_keys(pair, h2, ours, theirs.public_key());
  ASSERT_TRUE(keys);
  EXPECT_TRUE(equal(keys->auth_i2r.view(), crypto::kdf(secret, "auth i2r").view()));
  EXPECT_TRUE(equal(keys->auth_r2i.view(), crypto::kdf(secret, "auth r2i").view()));
  EXPECT_TRUE(equal(keys->chain_i2r.view(), crypto::kdf(secret, "chain i2r").view()));
  EXPECT_TRUE(equal(keys->chain_r2i.view(), crypto::kdf(secret, "chain r2i").view()));
  EXPECT_FALSE(equal(keys->chain_i2r.view(), keys->chain_r2i.view()));
  //= STT-ROTATION-005 test
  //= STT-ROTATION-004 test
  const ByteView left(reinterpret_cast<const std::byte*>(&*keys), sizeof(*keys));
  EXPECT_FALSE(contains(left, secret.view()));
  EXPECT_FALSE(contains(left, agreed->view()));
}

// Who learns all seeds and the recorded frames (h2) later still lacks an ephemeral.
//= STT-HANDSHAKE-051 test
TEST(KeySchedule, SeedsAndTranscriptWithoutAnEphemeralGiveOtherKeys) {
  const PairKeys pair(some_secret(1));
  const crypto::EphemeralKey ours(some_secret(3));
  const crypto::EphemeralKey guessed(some_secret(6));
  const crypto::EphemeralKey theirs(some_secret(4));
  const auto true_keys = derive_keys(pair, some_digest(5), ours, theirs.public_key());
  const auto other_keys = derive_keys(pair, some_digest(5), guessed, theirs.public_key());
  ASSERT_TRUE(true_keys && other_keys);
  EXPECT_FALSE(equal(true_keys->chain_i2r.view(), other_keys->chain_i2r.view()));
  EXPECT_FALSE(equal(true_keys->auth_i2r.view(), other_keys->auth_i2r.view()));
}

// Looks at the memory of an object after its end.
template <class T, class Make>
bool leaves_behind(ByteView secret, Make make) {
  alignas(T) static std::array<std::byte, sizeof(T)> memory;
  T* const object = new (memory.data()) T(make());
  EXPECT_TRUE(contains(memory, secret));
  object->~T();
  return contains(memory, secret);
}

//= STT-ROTATION-004 test
//= STT-SECURITY-003 test
TEST(KeySchedule, EphemeralsAndPairKeysAreWipedAtTheirEnd) {
  const Secret<32> scalar = some_secret(9);
  EXPECT_FALSE(leaves_behind<crypto::EphemeralKey>(scalar.view(),
                                                   [&] { return crypto::EphemeralKey(scalar); }));
  EXPECT_FALSE(leaves_behind<PairKeys>(scalar.view(), [&] { return PairKeys(scalar); }));
  EXPECT_FALSE(leaves_behind<HandshakeKeys>(
      scalar.view(), [&] { return HandshakeKeys{scalar, scalar, scalar, scalar}; }));
}

//= STT-FRAME-034 test
TEST_F(TwoNodes, EveryFrameOfAHandshakeHasAFreshNonce) {
  std::set<Bytes> nonces;
  const auto note = [&](const Bytes& frame) {
    const auto view = std::get<wire::FrameView>(wire::parse_frame(frame));
    EXPECT_EQ(view.nonce.size(), 24U);
    EXPECT_TRUE(nonces.insert(to_bytes(view.nonce)).second);
    return frame;
  };
  for (int i = 0; i < 3; ++i) {
    note(final_for(note(proof_for(note(response_to(note(hello())))))));
    EXPECT_TRUE(alice.outcomes().empty());
    EXPECT_TRUE(bob.established());
    wait(20s);
    static_cast<void>(alice.outcomes());
  }
  EXPECT_EQ(nonces.size(), 12U);
}

}  // namespace
}  // namespace stt::handshake
