// Values of the key schedule come from Python (hashlib, cryptography), which shares no code with
// us.
#include <gtest/gtest.h>
#include <sodium.h>

#include <stt/base/hex.hpp>
#include <stt/crypto/identity.hpp>
#include <stt/crypto/sodium_bytes.hpp>

namespace stt::crypto {
namespace {

Bytes hex(std::string_view digits) {
  return from_hex(digits).value();
}
template <std::size_t N>
ByteArray<N> array(ByteView bytes) {
  ByteArray<N> result{};
  std::ranges::copy(bytes.first(N), result.begin());
  return result;
}
ByteArray<32> point(std::string_view digits) {
  return array<32>(hex(digits));
}

const Bytes seed = hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
const Digest digest = point("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
constexpr std::string_view label = "STT-1 initiator";

//= STT-IDENTITY-001 test
TEST(Seed, GivesItsMaster) {
  EXPECT_EQ(to_hex(master_of(seed)->view()),
            "6d48013f76316d5a47f3ed01d5bfec25ab6f50160fd945fe0b63e19adedb93a0");
}

//= STT-IDENTITY-002 test
TEST(Seed, HasAtLeast32Bytes) {
  const ByteView bytes = seed;
  EXPECT_EQ(master_of(bytes.first(31)).error(), Errc::seed_too_short);
  EXPECT_EQ(master_of({}).error(), Errc::seed_too_short);
  EXPECT_EQ(Identity::from_seed(bytes.first(31)).error(), Errc::seed_too_short);
  EXPECT_EQ(PairSecrets::from_seed(bytes.first(31)).error(), Errc::seed_too_short);
  EXPECT_TRUE(master_of(Bytes(1'000, std::byte{1})));
}

//= STT-IDENTITY-003 test
//= STT-IDENTITY-004 test
//= STT-IDENTITY-006 test
TEST(Identity, IsThatOfTheKeySchedule) {
  const auto identity = Identity::from_seed(seed);
  ASSERT_TRUE(identity);
  EXPECT_EQ(to_hex(identity->node_id()),
            "be0e04b41cf2417b46f77747c5599f277bea5ad7de6f90948a344fc434525f54");
  EXPECT_EQ(to_hex(identity->storage_key().view()),
            "679744b7551c51f44ae9691b143dd29021b94b9971d49f5fc851c4a29aa2adf7");
}

//= STT-IDENTITY-005 test
TEST(Identity, DependsOnTheSeedAlone) {
  EXPECT_EQ(Identity::from_seed(seed)->node_id(), Identity::from_seed(seed)->node_id());
  Bytes other = seed;
  other[31] ^= std::byte{1};
  EXPECT_NE(Identity::from_seed(seed)->node_id(), Identity::from_seed(other)->node_id());
}

//= STT-IDENTITY-007 test
//= STT-IDENTITY-008 test
TEST(PairSecrets, AreThoseOfTheKeySchedule) {
  const auto secrets = PairSecrets::from_seed(seed);
  ASSERT_TRUE(secrets);
  EXPECT_EQ(to_hex(secrets->psk.view()),
            "01a76441482abe87ed9d6bbe33a36c5f8c5e34fa84ad09633090001f998a85ce");
  EXPECT_EQ(to_hex(secrets->hint), "5076653481a06eeb");
}

//= STT-CRYPTO-008 test
TEST(Signature, IsEd25519OverLabelAndDigest) {
  const auto signature = Identity::from_seed(seed)->sign(label, digest);
  EXPECT_EQ(to_hex(signature),
            "14fd09b684516319672de980e209f27db5100b5b1c90e3e7d4a5ea3eecc28adab38abc8f98a2b37255"
            "6b7c08c0395d3dd22a3994b3c44c10a720d08ae2932205");
}

// RFC 8032, section 7.1, test SHA(abc): the first half of the message stands for the label.
//= STT-CRYPTO-008 test
TEST(Signature, VerifiesTheExampleOfRfc8032) {
  const Bytes first = hex("ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a");
  const std::string_view text(reinterpret_cast<const char*>(first.data()), first.size());
  const auto key = point("ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf");
  const auto signature = array<64>(
      hex("dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c6"
          "6431e0303dca179c138ac17ad9bef1177331a704"));
  const auto second = point("2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
  EXPECT_TRUE(verify(key, text, second, signature));
}

//= STT-CRYPTO-008 test
TEST(Signature, IsRefusedWhenAnythingDiffers) {
  const auto identity = Identity::from_seed(seed);
  const ByteArray<32> id = identity->node_id();
  const auto signature = identity->sign(label, digest);
  EXPECT_TRUE(verify(id, label, digest, signature));
  EXPECT_FALSE(verify(id, "STT-1 responder", digest, signature));
  for (std::size_t i = 0; i < 64; ++i) {
    auto changed = signature;
    changed[i] ^= std::byte{1};
    EXPECT_EQ(verify(id, label, digest, changed), fail(Errc::signature_invalid)) << i;
  }
  for (std::size_t i = 0; i < 32; ++i) {
    auto changed = digest;
    changed[i] ^= std::byte{1};
    EXPECT_EQ(verify(id, label, changed, signature), fail(Errc::signature_invalid)) << i;
  }
}

//= STT-CRYPTO-009 test
TEST(Signature, IsRefusedWithSPlusTheGroupOrder) {
  const auto identity = Identity::from_seed(seed);
  auto signature = identity->sign(label, digest);
  const auto order = point("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    carry += std::to_integer<unsigned>(signature[32 + i]) + std::to_integer<unsigned>(order[i]);
    signature[32 + i] = static_cast<std::byte>(carry & 0xFF);
    carry >>= 8;
  }
  EXPECT_EQ(verify(identity->node_id(), label, digest, signature), fail(Errc::signature_invalid));
}

// With A the neutral element, R = B and S = 1 the equation S B = R + h A holds: only a look at A
// itself refuses it.
//= STT-CRYPTO-010 test
TEST(Signature, IsRefusedUnderAKeyOfSmallOrderOrNotCanonical) {
  const auto base = point("5866666666666666666666666666666666666666666666666666666666666666");
  const auto one = point("0100000000000000000000000000000000000000000000000000000000000000");
  ByteArray<64> signature{};
  std::ranges::copy(base, signature.begin());
  std::ranges::copy(one, signature.begin() + 32);
  const std::string_view keys[] = {
      "0100000000000000000000000000000000000000000000000000000000000000",
      "0000000000000000000000000000000000000000000000000000000000000000",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
      "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // p + 1
      "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // p + 3
  };
  for (const auto key : keys) {
    EXPECT_EQ(verify(point(key), label, digest, signature), fail(Errc::signature_invalid)) << key;
  }
}

// A signature over what these tests sign, by the secret scalar 9, made by hand: S = r + h a.
ByteArray<64> signature_with(const ByteArray<32>& r_point, const ByteArray<32>& r,
                             ByteArray<32>& key) {
  ByteArray<32> scalar{};
  scalar[0] = std::byte{9};
  EXPECT_EQ(crypto_scalarmult_ed25519_base_noclamp(out(key), in(scalar)), 0);
  Bytes hashed = to_bytes(r_point);
  append(hashed, key);
  append(hashed, as_bytes(label));
  append(hashed, digest);
  ByteArray<64> wide{};
  crypto_hash_sha512(out(wide), in(hashed), hashed.size());
  ByteArray<32> h{};
  crypto_core_ed25519_scalar_reduce(out(h), in(wide));
  ByteArray<32> s{};
  crypto_core_ed25519_scalar_mul(out(s), in(h), in(scalar));
  crypto_core_ed25519_scalar_add(out(s), in(s), in(r));
  ByteArray<64> signature{};
  std::ranges::copy(r_point, signature.begin());
  std::ranges::copy(s, signature.begin() + 32);
  return signature;
}

// With r = 0, R is the neutral element, and the equation holds.
//= STT-CRYPTO-011 test
TEST(Signature, IsRefusedWithAnROfSmallOrder) {
  ByteArray<32> key{};
  const auto neutral = point("0100000000000000000000000000000000000000000000000000000000000000");
  const auto signature = signature_with(neutral, {}, key);
  EXPECT_EQ(verify(key, label, digest, signature), fail(Errc::signature_invalid));
}

// R and a point of order 8: the equation holds only when it is multiplied by the cofactor.
//= STT-CRYPTO-014 test
TEST(Signature, IsVerifiedWithoutTheCofactor) {
  ByteArray<32> r{};
  r[0] = std::byte{5};
  ByteArray<32> r_point{};
  ASSERT_EQ(crypto_scalarmult_ed25519_base_noclamp(out(r_point), in(r)), 0);
  ByteArray<32> key{};
  const auto honest = signature_with(r_point, r, key);
  EXPECT_TRUE(verify(key, label, digest, honest));
  const auto torsion = point("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05");
  ASSERT_EQ(crypto_core_ed25519_add(out(r_point), in(r_point), in(torsion)), 0);
  const auto shifted = signature_with(r_point, r, key);
  EXPECT_EQ(verify(key, label, digest, shifted), fail(Errc::signature_invalid));
}

// RFC 7748, section 5.2.
//= STT-CRYPTO-006 test
TEST(EphemeralKey, AgreesOnTheExampleOfRfc7748) {
  const EphemeralKey key{
      Secret<32>(point("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4"))};
  const auto shared =
      key.agree(point("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c"));
  ASSERT_TRUE(shared);
  EXPECT_EQ(to_hex(shared->view()),
            "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
}

//= STT-CRYPTO-006 test
TEST(EphemeralKey, GivesBothSidesTheSame) {
  const EphemeralKey one{Secret<32>(ByteArray<32>{std::byte{1}})};
  const EphemeralKey two{Secret<32>(ByteArray<32>{std::byte{2}, std::byte{3}})};
  EXPECT_TRUE(equal(one.agree(two.public_key())->view(), two.agree(one.public_key())->view()));
}

//= STT-CRYPTO-007 test
TEST(EphemeralKey, RefusesPointsOfLowOrder) {
  const EphemeralKey key{Secret<32>(ByteArray<32>{std::byte{1}})};
  const std::string_view points[] = {
      "0000000000000000000000000000000000000000000000000000000000000000",
      "0100000000000000000000000000000000000000000000000000000000000000",
      "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
      "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  };
  for (const auto low : points) {
    const auto shared = key.agree(point(low));
    ASSERT_FALSE(shared) << low;
    EXPECT_EQ(shared.error(), Errc::key_exchange_failed);
  }
}

}  // namespace
}  // namespace stt::crypto
