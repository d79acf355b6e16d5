#include <gtest/gtest.h>

#include <stt/base/hex.hpp>
#include <stt/crypto/sha3.hpp>

namespace stt::crypto {
namespace {

// FIPS 202 example: the empty message.
TEST(Sha3, KnowsTheEmptyMessage) {
  EXPECT_EQ(to_hex(sha3_256({})),
            "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a");
}

}  // namespace
}  // namespace stt::crypto
