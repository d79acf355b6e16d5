#include <set>

#include <stt/base/hex.hpp>
#include <stt/session/session_fixture.hpp>

namespace stt::session {
namespace {

constexpr std::uint64_t all_ones = ~std::uint64_t{0};

//= STT-FRAME-035 test
TEST(Sealer, BuildsTheNonceFromAPrefixAndTheSequence) {
  FakeRandom random;
  Sealer sealer = make_sealer(random);
  ASSERT_TRUE(sealer.skip(0x0102));
  const Bytes frame = seal(sealer, as_bytes("hello"));
  EXPECT_EQ(to_hex(view_of(frame).nonce), "0102030405060708090a0b0c0d0e0f100000000000000102");
}

//= STT-FRAME-028 test
//= STT-FRAME-029 test
//= STT-FRAME-030 test
TEST(Sealer, CountsSequencesFromZeroAndOnAcrossRotation) {
  FakeRandom random;
  Sealer sealer = make_sealer(random);
  for (std::uint64_t i = 0; i < 6; ++i) {
    if (i == 3) {
      ASSERT_TRUE(sealer.rotate(start, random));
    }
    const Bytes frame = seal(sealer, as_bytes("x"));
    EXPECT_EQ(view_of(frame).header.sequence, Sequence(i));
    EXPECT_EQ(view_of(frame).epoch(), Epoch(i < 3 ? 0 : 1));
  }
}

//= STT-FRAME-033 test
TEST(Sealer, NeverUsesANonceTwice) {
  FakeRandom random;
  Sealer sealer = make_sealer(random);
  std::set<Bytes> nonces;
  for (int i = 0; i < 300; ++i) {
    if (i % 100 == 50) {
      sealer.on_acked(Sequence(sealer.next_sequence()->value() - 1));
      ASSERT_TRUE(sealer.rotate(start, random));
    }
    EXPECT_TRUE(nonces.insert(to_bytes(view_of(seal(sealer, as_bytes("x"))).nonce)).second);
  }
  EXPECT_EQ(sealer.epoch(), Epoch(3));
}

TEST(Sealer, AskingForAHeaderChangesNothing) {
  FakeRandom random;
  const Sealer sealer = make_sealer(random);
  for (int i = 0; i < 3; ++i) {
    const auto header = sealer.next_header(wire::FrameType::control, session_id, StreamId{});
    ASSERT_TRUE(header);
    EXPECT_EQ(header->sequence, Sequence(0));
  }
}

//= STT-FRAME-037 test
TEST(Sealer, FailsWithoutRandomnessAndChangesNothing) {
  FakeRandom random;
  Sealer sealer = make_sealer(random);
  Opener opener(some_chain(), Reliability::unreliable);
  random.fails = true;
  EXPECT_EQ(Sealer::create(start, some_chain(), Reliability::unreliable, {}, random).error(),
            Errc::random_failed);
  EXPECT_EQ(sealer.rotate(start, random).error(), Errc::random_failed);
  EXPECT_EQ(sealer.epoch(), Epoch(0));
  Bytes frame = seal(sealer, as_bytes("still the old key"));
  EXPECT_TRUE(open(opener, frame));
}

//= STT-FRAME-032 test
TEST(Sealer, UsesTheLastSequenceAndThenNoneAgain) {
  FakeRandom random;
  Sealer sealer = make_sealer(random);
  ASSERT_TRUE(sealer.skip(all_ones));
  EXPECT_EQ(sealer.next_sequence(), Sequence(all_ones));
  EXPECT_EQ(sealer.skip(1).error(), Errc::sequence_exhausted);
  const Bytes last = seal(sealer, as_bytes("last"));
  EXPECT_EQ(view_of(last).header.sequence, Sequence(all_ones));
  EXPECT_EQ(sealer.next_sequence(), std::nullopt);
  EXPECT_EQ(sealer.next_header(wire::FrameType::data, session_id, StreamId(1)).error(),
            Errc::sequence_exhausted);
  EXPECT_EQ(sealer.skip(0).error(), Errc::sequence_exhausted);
}

//= STT-FRAME-031 test
TEST(Sealer, SkipsSequences) {
  FakeRandom random;
  Sealer sealer = make_sealer(random);
  seal(sealer, as_bytes("0"));
  ASSERT_TRUE(sealer.skip(2));
  EXPECT_EQ(view_of(seal(sealer, as_bytes("3"))).header.sequence, Sequence(3));
}

//= STT-ROTATION-008 test
TEST(SealerRotation, IsDueAfterPayloadBytes) {
  FakeRandom random;
  Sealer sealer = make_sealer(random, Reliability::unreliable, {.payload_bytes = 10});
  seal(sealer, as_bytes("123456789"));
  EXPECT_FALSE(sealer.rotation_due(start));
  seal(sealer, as_bytes("0"));
  EXPECT_TRUE(sealer.rotation_due(start));
  ASSERT_TRUE(sealer.rotate(start, random));
  EXPECT_FALSE(sealer.rotation_due(start));
  EXPECT_EQ(sealer.payload_bytes_in_epoch(), 0U);
}

//= STT-ROTATION-009 test
TEST(SealerRotation, IsDueAfterTime) {
  FakeRandom random;
  Sealer sealer = make_sealer(random);
  EXPECT_FALSE(sealer.rotation_due(start + 1h - 1ns));
  EXPECT_TRUE(sealer.rotation_due(start + 1h));
  ASSERT_TRUE(sealer.rotate(start + 1h, random));
  EXPECT_FALSE(sealer.rotation_due(start + 2h - 1ns));
}

//= STT-ROTATION-010 test
TEST(SealerRotation, IsDueAfterMessages) {
  FakeRandom random;
  Sealer sealer = make_sealer(random, Reliability::unreliable, {.messages = 2});
  sealer.count_message();
  EXPECT_FALSE(sealer.rotation_due(start));
  sealer.count_message();
  EXPECT_TRUE(sealer.rotation_due(start));
  ASSERT_TRUE(sealer.rotate(start, random));
  EXPECT_EQ(sealer.messages_in_epoch(), 0U);
}

bool contains(ByteView haystack, ByteView needle) {
  return std::ranges::search(haystack, needle).begin() != haystack.end();
}

//= STT-ROTATION-006 test
//= STT-CRYPTO-013 test
TEST(KeyChain, ForgetsWhatItHasGivenOut) {
  const crypto::Key chain_0 = some_chain();
  KeyChain chain(chain_0);
  const ByteView memory(reinterpret_cast<const std::byte*>(&chain), sizeof(chain));
  EXPECT_TRUE(contains(memory, chain_0.view()));
  const crypto::Key key_0 = chain.advance();
  const crypto::Key chain_1 = crypto::kdf(chain_0, "rotate");
  EXPECT_TRUE(equal(key_0.view(), crypto::kdf(chain_0, "key").view()));
  EXPECT_TRUE(contains(memory, chain_1.view()));
  EXPECT_FALSE(contains(memory, chain_0.view()));
  EXPECT_FALSE(contains(memory, key_0.view()));
}

//= STT-ROTATION-007 test
//= STT-SECURITY-003 test
TEST(SealerRotation, WipesTheKeyBefore) {
  FakeRandom random;
  Sealer sealer = make_sealer(random);
  static_cast<void>(seal(sealer, as_bytes("text")));
  const ByteView memory(reinterpret_cast<const std::byte*>(&sealer), sizeof(sealer));
  const crypto::Key key_0 = crypto::kdf(some_chain(), "key");
  ASSERT_TRUE(contains(memory, key_0.view()));
  ASSERT_TRUE(sealer.rotate(start, random));
  EXPECT_FALSE(contains(memory, key_0.view()));
  EXPECT_FALSE(contains(memory, some_chain().view()));
}

//= STT-ROTATION-011 test
//= STT-ROTATION-012 test
//= STT-ROTATION-016 test
TEST(SealerRotation, WaitsForAnAcknowledgementUnderTheNewEpoch) {
  FakeRandom random;
  Sealer sealer = make_sealer(random, Reliability::unreliable, {.payload_bytes = 1});
  seal(sealer, as_bytes("sequence 0"));
  ASSERT_TRUE(sealer.rotate(start, random));
  EXPECT_EQ(sealer.rotate(start, random).error(), Errc::rotation_too_early);
  sealer.on_acked(Sequence(1));  // not sent yet: nobody can have seen it
  EXPECT_FALSE(sealer.may_rotate());
  seal(sealer, as_bytes("sequence 1"));
  sealer.on_acked(Sequence(0));  // of the epoch before
  EXPECT_FALSE(sealer.may_rotate());
  EXPECT_FALSE(sealer.rotation_due(start));
  EXPECT_EQ(sealer.rotate(start, random).error(), Errc::rotation_too_early);
  EXPECT_EQ(sealer.epoch(), Epoch(1));
  sealer.on_acked(Sequence(1));
  EXPECT_TRUE(sealer.rotation_due(start));
  ASSERT_TRUE(sealer.rotate(start, random));
  EXPECT_EQ(sealer.epoch(), Epoch(2));
}

//= STT-WS-012 test
TEST(SealerRotation, OnAReliableTransportNeedsAFrameSentAndNoAcknowledgement) {
  FakeRandom random;
  Sealer sealer = make_sealer(random, Reliability::reliable);
  ASSERT_TRUE(sealer.rotate(start, random));
  EXPECT_EQ(sealer.rotate(start, random).error(), Errc::rotation_too_early);
  seal(sealer, as_bytes("x"));
  EXPECT_TRUE(sealer.rotate(start, random));
}

}  // namespace
}  // namespace stt::session
