// What a simulation relies on. That the goodput of a world does not depend on its cipher is shown
// by running goodput_test.cpp with this one as well: its numbers are exact.
#include <gtest/gtest.h>

#include <simulator/scenario/swarm.hpp>
#include <simulator/world.hpp>
#include <stt/crypto/aead.hpp>
#include <stt/crypto/identity.hpp>

namespace stt::crypto {
namespace {

struct Sealed {
  ByteArray<32> key{};
  ByteArray<nonce_bytes> nonce{};
  Bytes associated = Bytes(37, std::byte{7});
  Bytes text;
  ByteArray<tag_bytes> tag{};

  explicit Sealed(std::size_t size) : text(size, std::byte{0x41}) {}
  void seal() { Aead(Key{key}).seal(nonce, associated, text, tag); }
  bool opens() { return Aead(Key{key}).open(nonce, associated, text, tag).has_value(); }
};

void flip(MutableByteView bytes, std::size_t bit) {
  bytes[bit / 8] ^= std::byte{1} << (bit % 8);
}

TEST(CampaignCipher, OpensWhatItSealedAndHidesIt) {
  for (std::size_t size = 0; size < 70; ++size) {
    Sealed sealed(size);
    const Bytes plain = sealed.text;
    sealed.seal();
    if (size > 8) {
      EXPECT_FALSE(equal(sealed.text, plain));
    }
    ASSERT_TRUE(sealed.opens()) << size;
    EXPECT_EQ(sealed.text, plain);
  }
}

TEST(CampaignCipher, NoticesEveryFlippedBitAndChangesNothing) {
  Sealed sealed(100);
  sealed.seal();
  const Bytes text = sealed.text;
  for (const MutableByteView part : {MutableByteView(sealed.key), MutableByteView(sealed.nonce),
                                     MutableByteView(sealed.associated),
                                     MutableByteView(sealed.text), MutableByteView(sealed.tag)}) {
    for (std::size_t bit = 0; bit < part.size() * 8; ++bit) {
      flip(part, bit);
      const Bytes before = sealed.text;
      ASSERT_FALSE(sealed.opens()) << bit;
      ASSERT_EQ(sealed.text, before);
      flip(part, bit);
    }
  }
  EXPECT_EQ(sealed.text, text);
  EXPECT_TRUE(sealed.opens());
}

TEST(CampaignCipher, NoticesBytesThatMovedFromTextToAssociatedData) {
  Sealed sealed(64);
  sealed.seal();
  sealed.associated.push_back(sealed.text.front());
  sealed.text.erase(sealed.text.begin());
  EXPECT_FALSE(sealed.opens());
}

Identity identity_of(std::uint8_t seed) {
  return *Identity::from_seed(Bytes(32, std::byte{seed}));
}

TEST(CampaignSignature, HoldsForOneIdentityLabelAndDigest) {
  const Identity signer = identity_of(1);
  const Digest digest = hash({as_bytes("transcript")});
  const ByteArray<64> signature = signer.sign("label", digest);
  EXPECT_TRUE(verify(signer.node_id(), "label", digest, signature));
  EXPECT_EQ(verify(identity_of(2).node_id(), "label", digest, signature).error(),
            Errc::signature_invalid);
  EXPECT_FALSE(verify(signer.node_id(), "labek", digest, signature));
  EXPECT_FALSE(verify(signer.node_id(), "label", hash({as_bytes("other")}), signature));
  for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
    ByteArray<64> changed = signature;
    flip(changed, bit);
    ASSERT_FALSE(verify(signer.node_id(), "label", digest, changed)) << bit;
  }
}

EphemeralKey key_of(std::uint8_t scalar) {
  return EphemeralKey(Secret<32>(ByteArray<32>{std::byte{scalar}}));
}

bool same(const Result<Secret<32>>& a, const Result<Secret<32>>& b) {
  return equal(a->view(), b->view());
}

TEST(CampaignKeyExchange, GivesBothSidesOneSecretAndOthersAnother) {
  const EphemeralKey a = key_of(1);
  const EphemeralKey b = key_of(2);
  const EphemeralKey c = key_of(3);
  EXPECT_NE(a.public_key(), b.public_key());
  EXPECT_TRUE(same(a.agree(b.public_key()), b.agree(a.public_key())));
  EXPECT_FALSE(same(a.agree(b.public_key()), a.agree(c.public_key())));
  EXPECT_FALSE(same(a.agree(b.public_key()), c.agree(b.public_key())));
  for (std::size_t bit = 0; bit < 256; ++bit) {
    ByteArray<32> changed = b.public_key();
    flip(changed, bit);
    ASSERT_FALSE(same(a.agree(changed), b.agree(a.public_key()))) << bit;
  }
}

TEST(CampaignKeyExchange, RefusesZeros) {
  EXPECT_EQ(key_of(1).agree({}).error(), Errc::key_exchange_failed);
}

TEST(CampaignCipher, WorldsAreAsExpectedUnderEveryChecker) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const sim::Outcome outcome = sim::run(sim::draw_scenario(seed));
    EXPECT_TRUE(outcome.as_expected()) << seed;
  }
}

}  // namespace
}  // namespace stt::crypto
