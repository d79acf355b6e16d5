#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <sodium.h>

#include <stt/base/hex.hpp>
#include <stt/crypto/aead.hpp>
#include <stt/crypto/sodium_bytes.hpp>

namespace stt::crypto {
namespace {

Bytes hex(std::string_view digits) {
  return from_hex(digits).value();
}
template <std::size_t N>
ByteArray<N> array(ByteView bytes) {
  ByteArray<N> out{};
  std::ranges::copy(bytes.first(N), out.begin());
  return out;
}
Bytes to_stt(const std::vector<std::uint8_t>& drawn) {
  return to_bytes(std::as_bytes(std::span(drawn)));
}

struct Sealed {
  Bytes text;
  ByteArray<tag_bytes> tag{};
  friend bool operator==(const Sealed&, const Sealed&) = default;
};

Sealed seal(Aead& aead, Nonce nonce, ByteView associated, ByteView plain) {
  Sealed sealed{to_bytes(plain), {}};
  aead.seal(nonce, associated, sealed.text, sealed.tag);
  return sealed;
}

Sealed libsodium_seal(const Key& key, Nonce nonce, ByteView associated, ByteView plain) {
  Sealed sealed{Bytes(plain.size()), {}};
  crypto_aead_xchacha20poly1305_ietf_encrypt_detached(
      out(sealed.text), out(sealed.tag), nullptr, in(plain), plain.size(), in(associated),
      associated.size(), nullptr, in(nonce), in(key.view()));
  return sealed;
}

//= STT-CRYPTO-001 test
TEST(Aead, SealsTheExampleOfTheXchachaDraft) {
  Aead aead{
      Key(array<32>(hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f")))};
  const auto nonce = array<nonce_bytes>(hex("404142434445464748494a4b4c4d4e4f5051525354555657"));
  const Sealed sealed =
      seal(aead, nonce, hex("50515253c0c1c2c3c4c5c6c7"),
           as_bytes("Ladies and Gentlemen of the class of '99: If I could offer you only one tip "
                    "for the future, sunscreen would be it."));
  EXPECT_EQ(to_hex(sealed.text),
            "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb"
            "731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452"
            "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9"
            "21f9664c97637da9768812f615c68b13b52e");
  EXPECT_EQ(to_hex(sealed.tag), "c0875924c1c7987947deafd8780acf49");
}

//= STT-CRYPTO-001 test
//= STT-CRYPTO-005 test
//= STT-FRAME-036 test
RC_GTEST_PROP(Aead, GivesTheBytesOfLibsodiumUnderChangingPrefixes,
              (const std::vector<std::uint8_t>& plain_drawn,
               const std::vector<std::uint8_t>& associated_drawn)) {
  const Bytes plain = to_stt(plain_drawn);
  const Bytes associated = to_stt(associated_drawn);
  const Key key(ByteArray<32>{std::byte{*rc::gen::arbitrary<std::uint8_t>()}});
  Aead sealer{key};
  Aead opener{key};
  // Two prefixes in any order: the sub-key kept must be the one of the nonce at hand.
  for (const bool other : *rc::gen::container<std::vector<bool>>(6, rc::gen::arbitrary<bool>())) {
    ByteArray<nonce_bytes> nonce{};
    nonce[15] = std::byte{other ? std::uint8_t{1} : std::uint8_t{2}};
    nonce[23] = std::byte{*rc::gen::arbitrary<std::uint8_t>()};
    Sealed sealed = seal(sealer, nonce, associated, plain);
    RC_ASSERT(sealed == libsodium_seal(key, nonce, associated, plain));
    RC_ASSERT(opener.open(nonce, associated, sealed.text, sealed.tag).has_value());
    RC_ASSERT(sealed.text == plain);
  }
}

// A frame is tried in place under several keys, so a failure must not touch it.
//= STT-CRYPTO-004 test
TEST(Aead, FailureLeavesTheTextAsItWas) {
  Aead aead{Key(ByteArray<32>{std::byte{1}})};
  const ByteArray<nonce_bytes> nonce{std::byte{2}};
  const Bytes plain(100, std::byte{7});
  Sealed sealed = seal(aead, nonce, as_bytes("header"), plain);
  const Sealed before = sealed;
  EXPECT_EQ(aead.open(nonce, as_bytes("Header"), sealed.text, sealed.tag),
            fail(Errc::authentication_failed));
  EXPECT_EQ(sealed, before);
  ASSERT_TRUE(aead.open(nonce, as_bytes("header"), sealed.text, sealed.tag));
  EXPECT_EQ(sealed.text, plain);
}

// Every bit of every part counts, and every fault is told the same way.
//= STT-CRYPTO-004 test
//= STT-ERROR-002 test
//= STT-SECURITY-005 test
TEST(Aead, NoticesEveryFlippedBit) {
  const ByteArray<32> key_bytes{std::byte{1}};
  const ByteArray<nonce_bytes> nonce{std::byte{2}};
  const Bytes associated = hex("000102");
  const Bytes plain(5, std::byte{7});
  Aead aead{Key(key_bytes)};
  const Sealed sealed = seal(aead, nonce, associated, plain);
  const auto refused = [&](const ByteArray<32>& key, const ByteArray<nonce_bytes>& with_nonce,
                           const Bytes& with_associated, Sealed input) {
    Aead opener{Key(key)};
    return opener.open(with_nonce, with_associated, input.text, input.tag) ==
           fail(Errc::authentication_failed);
  };
  EXPECT_FALSE(refused(key_bytes, nonce, associated, sealed));
  const auto each_bit = [](auto bytes, auto judge) {
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      auto flipped = bytes;
      flipped[bit / 8] ^= std::byte{1} << (bit % 8);
      EXPECT_TRUE(judge(flipped)) << bit;
    }
  };
  each_bit(key_bytes, [&](const auto& k) { return refused(k, nonce, associated, sealed); });
  each_bit(nonce, [&](const auto& n) { return refused(key_bytes, n, associated, sealed); });
  each_bit(associated, [&](const auto& a) { return refused(key_bytes, nonce, a, sealed); });
  each_bit(sealed.text, [&](const auto& text) {
    return refused(key_bytes, nonce, associated, {text, sealed.tag});
  });
  each_bit(sealed.tag, [&](const auto& tag) {
    return refused(key_bytes, nonce, associated, {sealed.text, tag});
  });
  EXPECT_TRUE(refused(key_bytes, nonce, hex("0001"), sealed));
  EXPECT_TRUE(refused(key_bytes, nonce, associated, {Bytes(4, std::byte{7}), sealed.tag}));
}

}  // namespace
}  // namespace stt::crypto
