// The expected values come from Python's hashlib, which shares no code with libsodium.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <numeric>

#include <stt/base/hex.hpp>
#include <stt/crypto/kdf.hpp>
#include <stt/crypto/sha3.hpp>
#include <stt/crypto/system_random.hpp>

namespace stt::crypto {
namespace {

// 00 01 02 ... for `size` bytes, from `first` on.
Bytes counting(std::size_t size, std::uint8_t first = 0) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) {
    bytes[i] = static_cast<std::byte>(first + i);
  }
  return bytes;
}
Key counting_key() {
  ByteArray<32> bytes{};
  std::ranges::copy(counting(32), bytes.begin());
  return Key(bytes);
}

//= STT-CRYPTO-002 test
TEST(Kdf, IsKeyedBlake2bOverLengthPrefixedParts) {
  const Key key = counting_key();
  EXPECT_EQ(to_hex(kdf(key, "key").view()),
            "b5ca90f05d21b0a53c94c98c2a78f3775877099a599104aebc10809bf4645c84");
  EXPECT_EQ(to_hex(kdf(key, "response", {counting(32, 0x40)}).view()),
            "d8e88eb3d70e9c7e5c37d8e9d93385b9c0a044f24b72f5c194f54d0c264c0f93");
  // A part whose length takes two bytes, and an empty one.
  EXPECT_EQ(to_hex(kdf(key, "index", {Bytes(300, std::byte{0xAB}), Bytes()}).view()),
            "1797267d680958ad14a2dd4c7aca16c7011af6ac602926f2625ae98c837aeae4");
}

//= STT-CRYPTO-002 test
TEST(Kdf, TellsApartHowPartsAreCut) {
  const Key key = counting_key();
  const auto derive = [&](std::string_view label, std::initializer_list<ByteView> context) {
    return to_hex(kdf(key, label, context).view());
  };
  const Bytes a = counting(1);
  const Bytes ab = counting(2);
  const Bytes b = counting(1, 1);
  EXPECT_NE(derive("l", {a, b}), derive("l", {ab}));
  EXPECT_NE(derive("l", {a}), derive("l", {a, Bytes()}));
  EXPECT_NE(derive("lx", {}), derive("l", {as_bytes("x")}));
}

//= STT-CRYPTO-003 test
TEST(Hash, IsBlake2bOfAllPartsInOrder) {
  EXPECT_EQ(to_hex(hash({as_bytes("abc")})),
            "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
  EXPECT_EQ(hash({as_bytes("a"), {}, as_bytes("bc")}), hash({as_bytes("abc")}));
  EXPECT_TRUE(equal(hash_secret({as_bytes("a"), as_bytes("bc")}).view(), hash({as_bytes("abc")})));
}

//= STT-CRYPTO-012 test
TEST(Sha3, KnowsTheExamplesOfFips202) {
  EXPECT_EQ(to_hex(sha3_256({})),
            "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a");
  EXPECT_EQ(to_hex(sha3_256(as_bytes("abc"))),
            "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532");
}

//= STT-CRYPTO-012 test
RC_GTEST_PROP(Sha3, DoesNotDependOnHowItIsFed, (const std::vector<std::uint8_t>& drawn)) {
  const ByteView bytes = std::as_bytes(std::span(drawn));
  const auto cut = *rc::gen::inRange<std::size_t>(0, bytes.size() + 1);
  Sha3 sha3;
  sha3.update(bytes.first(cut));
  sha3.update(bytes.subspan(cut));
  RC_ASSERT(sha3.finish() == sha3_256(bytes));
}

TEST(SystemRandom, DrawsOtherBytesEachTime) {
  SystemRandom random;
  ByteArray<32> first{};
  ByteArray<32> second{};
  ASSERT_TRUE(random.fill("test", first));
  ASSERT_TRUE(random.fill("test", second));
  EXPECT_NE(first, second);
  EXPECT_NE(first, (ByteArray<32>{}));
}

}  // namespace
}  // namespace stt::crypto
