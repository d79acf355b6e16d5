#include <gtest/gtest.h>

#include <stt/base/hex.hpp>
#include <stt/crypto/aead.hpp>
#include <stt/crypto/sha3.hpp>

namespace stt::crypto {
namespace {

// FIPS 202 example: the empty message.
TEST(Sha3, KnowsTheEmptyMessage) {
  EXPECT_EQ(to_hex(sha3_256({})),
            "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a");
}

// A frame is tried in place under several keys, so a failure must not touch it.
TEST(Aead, FailureLeavesTheTextAsItWas) {
  Aead aead{Key(ByteArray<32>{std::byte{1}})};
  const ByteArray<nonce_bytes> nonce{std::byte{2}};
  const Bytes plain(100, std::byte{7});
  Bytes text = plain;
  ByteArray<tag_bytes> tag{};
  aead.seal(nonce, as_bytes("header"), text, tag);
  const Bytes sealed = text;

  EXPECT_EQ(aead.open(nonce, as_bytes("Header"), text, tag), fail(Errc::authentication_failed));
  EXPECT_EQ(text, sealed);
  ASSERT_TRUE(aead.open(nonce, as_bytes("header"), text, tag));
  EXPECT_EQ(text, plain);
}

}  // namespace
}  // namespace stt::crypto
