// What a simulation relies on. That the goodput of a world does not depend on its cipher is shown
// by running goodput_test.cpp with this one as well: its numbers are exact.
#include <gtest/gtest.h>

#include <simulator/scenario/swarm.hpp>
#include <simulator/world.hpp>
#include <stt/crypto/aead.hpp>

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

TEST(CampaignCipher, WorldsAreAsExpectedUnderEveryChecker) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const sim::Outcome outcome = sim::run(sim::draw_scenario(seed));
    EXPECT_TRUE(outcome.as_expected()) << seed;
  }
}

}  // namespace
}  // namespace stt::crypto
