#include <stt/session/session_fixture.hpp>

namespace stt::session {
namespace {

constexpr std::uint64_t all_ones = ~std::uint64_t{0};

Opener make_opener(Reliability reliability = Reliability::unreliable) {
  return Opener(some_chain(), reliability);
}

Errc feed(Opener& opener, const ByHand& how, Instant now = start) {
  Bytes frame = seal_by_hand(how);
  const auto opened = open(opener, frame, now);
  return opened ? Errc::no_error : opened.error();
}

//= STT-FRAME-026 test
//= STT-ROTATION-003 test
TEST(Opener, OpensInPlaceWhatASealerSealed) {
  FakeRandom random;
  Sealer sealer = make_sealer(random);
  Opener opener = make_opener();
  Bytes frame = seal(sealer, as_bytes("hello"));
  EXPECT_FALSE(equal(view_of(frame).ciphertext, as_bytes("hello")));
  const auto opened = open(opener, frame);
  ASSERT_TRUE(opened);
  EXPECT_TRUE(equal(opened->payload, as_bytes("hello")));
  EXPECT_EQ(opened->payload.data(), view_of(frame).ciphertext.data());
  EXPECT_TRUE(opened->newest);
  EXPECT_FALSE(opened->rotated);
}

TEST(Opener, OpensAnEmptyPayload) {
  FakeRandom random;
  Sealer sealer = make_sealer(random);
  Opener opener = make_opener();
  Bytes frame = seal(sealer, {});
  EXPECT_TRUE(open(opener, frame));
}

// The key schedule, the associated data and the freedom of the nonce, against frames made without
// a Sealer.
//= STT-ROTATION-002 test
//= STT-FRAME-027 test
//= STT-FRAME-036 test
TEST(Opener, OpensFramesWithAnyNonce) {
  Opener opener = make_opener();
  EXPECT_EQ(feed(opener, {Epoch(0), Sequence(0), std::byte{0x00}}), Errc::no_error);
  EXPECT_EQ(feed(opener, {Epoch(0), Sequence(1), std::byte{0xFF}}), Errc::no_error);
  EXPECT_EQ(feed(opener, {Epoch(0), Sequence(2), std::byte{0x00}}), Errc::no_error);
  EXPECT_EQ(feed(opener, {Epoch(1), Sequence(3), std::byte{0x01}}), Errc::no_error);
  EXPECT_EQ(feed(opener, {Epoch(2), Sequence(4), std::byte{0x01}}), Errc::no_error);
}

//= STT-FRAME-038 test
//= STT-SESSION-011 test
TEST(Opener, RefusesAFrameWithAnyBitChanged) {
  FakeRandom random;
  Sealer sealer = make_sealer(random);
  Opener opener = make_opener();
  ASSERT_TRUE(sealer.rotate(start, random));
  Bytes first = seal(sealer, as_bytes("first"));
  ASSERT_TRUE(open(opener, first));
  ASSERT_TRUE(sealer.skip(1000));
  const Bytes frame = seal(sealer, as_bytes("hello"));
  for (std::size_t bit = 0; bit < frame.size() * 8; ++bit) {
    Bytes bad = frame;
    bad[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
    const wire::ParseResult parsed = wire::parse_frame(bad);
    if (!std::holds_alternative<wire::FrameView>(parsed)) continue;
    const wire::FrameType type = std::get<wire::FrameView>(parsed).header.type;
    if (type == wire::FrameType::handshake || type == wire::FrameType::auth) continue;
    ASSERT_NE(refusal(opener, bad), Errc::no_error) << "bit " << bit;
  }
  EXPECT_EQ(opener.largest(), Sequence(0));
  EXPECT_EQ(opener.epoch(), Epoch(1));
  Bytes good = frame;
  EXPECT_TRUE(open(opener, good));
}

TEST(Opener, SaysWhichFrameIsTheNewest) {
  Opener opener = make_opener();
  const auto newest = [&](std::uint64_t sequence) {
    Bytes frame = seal_by_hand({Epoch(0), Sequence(sequence)});
    return open(opener, frame)->newest;
  };
  EXPECT_TRUE(newest(5));
  EXPECT_FALSE(newest(4));
  EXPECT_TRUE(newest(6));
}

//= STT-REPLAY-002 test
//= STT-REPLAY-004 test
TEST(Opener, RefusesReplaysBeforeItOpensThem) {
  Opener opener = make_opener();
  EXPECT_EQ(feed(opener, {Epoch(0), Sequence(5)}), Errc::no_error);
  EXPECT_EQ(feed(opener, {Epoch(0), Sequence(5)}), Errc::replayed);
  EXPECT_EQ(refusal(opener, forge(Epoch(0), Sequence(5))), Errc::replayed);
  EXPECT_EQ(refusal(opener, forge(Epoch(9), Sequence(5))), Errc::replayed);
}

//= STT-REPLAY-003 test
TEST(Opener, RefusesWhatIsBelowTheWindow) {
  Opener opener = make_opener();
  EXPECT_EQ(feed(opener, {Epoch(0), Sequence(replay_window_sequences)}), Errc::no_error);
  EXPECT_EQ(feed(opener, {Epoch(0), Sequence(0)}), Errc::too_old);
  EXPECT_EQ(feed(opener, {Epoch(0), Sequence(1)}), Errc::no_error);
}

//= STT-REPLAY-005 test
TEST(Opener, MovesTheWindowOnlyForFramesThatOpen) {
  Opener opener = make_opener();
  EXPECT_EQ(refusal(opener, forge(Epoch(0), Sequence(all_ones))), Errc::authentication_failed);
  EXPECT_EQ(opener.largest(), std::nullopt);
  EXPECT_EQ(feed(opener, {Epoch(0), Sequence(0)}), Errc::no_error);
}

//= STT-REPLAY-006 test
TEST(Opener, ReachesTheLastSequence) {
  Opener opener = make_opener();
  EXPECT_EQ(feed(opener, {Epoch(0), Sequence(all_ones)}), Errc::no_error);
  EXPECT_EQ(feed(opener, {Epoch(0), Sequence(all_ones)}), Errc::replayed);
  EXPECT_EQ(feed(opener, {Epoch(0), Sequence(all_ones - 1)}), Errc::no_error);
  EXPECT_EQ(feed(opener, {Epoch(0), Sequence(0)}), Errc::too_old);
}

//= STT-ROTATION-013 test
//= STT-ROTATION-014 test
TEST(OpenerRotation, FollowsOnlyAFrameThatOpens) {
  Opener opener = make_opener();
  EXPECT_EQ(feed(opener, {Epoch(0), Sequence(0)}), Errc::no_error);
  EXPECT_EQ(refusal(opener, forge(Epoch(1), Sequence(1))), Errc::authentication_failed);
  EXPECT_EQ(opener.epoch(), Epoch(0));
  Bytes frame = seal_by_hand({Epoch(1), Sequence(1)});
  const auto opened = open(opener, frame);
  ASSERT_TRUE(opened);
  EXPECT_TRUE(opened->rotated);
  EXPECT_EQ(opener.epoch(), Epoch(1));
}

//= STT-ROTATION-021 test
TEST(OpenerRotation, DerivesTheNextKeyOnceForAFloodOfForgeries) {
  Opener opener = make_opener();
  EXPECT_FALSE(opener.has_derived_next());
  for (std::uint64_t i = 0; i < 1'000; ++i) {
    EXPECT_EQ(refusal(opener, forge(Epoch(1), Sequence(i))), Errc::authentication_failed);
  }
  EXPECT_TRUE(opener.has_derived_next());
  // A chain that had moved with each forgery would stand far beyond these.
  EXPECT_EQ(feed(opener, {Epoch(0), Sequence(0)}), Errc::no_error);
  EXPECT_EQ(feed(opener, {Epoch(1), Sequence(1)}), Errc::no_error);
  EXPECT_EQ(feed(opener, {Epoch(2), Sequence(2)}), Errc::no_error);
}

//= STT-ROTATION-020 test
TEST(OpenerRotation, RefusesOtherEpochsWithoutDeriving) {
  Opener opener = make_opener();
  EXPECT_EQ(feed(opener, {Epoch(2), Sequence(0)}), Errc::epoch_unknown);
  EXPECT_EQ(refusal(opener, forge(Epoch(all_ones), Sequence(0))), Errc::epoch_unknown);
  EXPECT_FALSE(opener.has_derived_next());
  EXPECT_EQ(feed(opener, {Epoch(1), Sequence(1)}), Errc::no_error);
  EXPECT_FALSE(opener.has_derived_next());
  EXPECT_EQ(refusal(opener, forge(Epoch(3), Sequence(2))), Errc::epoch_unknown);
  EXPECT_FALSE(opener.has_derived_next());
}

//= STT-ROTATION-018 test
//= STT-ROTATION-023 test
TEST(OpenerRotation, RefusesAnOldEpochAboveASequenceOfTheNewOne) {
  Opener opener = make_opener();
  EXPECT_EQ(feed(opener, {Epoch(0), Sequence(0)}), Errc::no_error);
  EXPECT_EQ(feed(opener, {Epoch(1), Sequence(10)}), Errc::no_error);
  EXPECT_EQ(feed(opener, {Epoch(0), Sequence(11)}), Errc::epoch_order);
  EXPECT_EQ(feed(opener, {Epoch(0), Sequence(9)}), Errc::no_error);
  EXPECT_EQ(feed(opener, {Epoch(1), Sequence(20)}), Errc::no_error);
  EXPECT_EQ(feed(opener, {Epoch(0), Sequence(15)}), Errc::epoch_order);
  // Judged before it is opened.
  EXPECT_EQ(refusal(opener, forge(Epoch(0), Sequence(15))), Errc::epoch_order);
}

//= STT-ROTATION-019 test
TEST(OpenerRotation, RefusesANewEpochBelowASequenceOfTheOldOne) {
  Opener opener = make_opener();
  EXPECT_EQ(feed(opener, {Epoch(0), Sequence(10)}), Errc::no_error);
  EXPECT_EQ(feed(opener, {Epoch(1), Sequence(9)}), Errc::epoch_order);
  EXPECT_EQ(opener.epoch(), Epoch(0));
  EXPECT_FALSE(opener.has_derived_next());
  EXPECT_EQ(feed(opener, {Epoch(1), Sequence(11)}), Errc::no_error);
  EXPECT_EQ(feed(opener, {Epoch(1), Sequence(9)}), Errc::epoch_order);
  // Also when the old key is gone already.
  const Instant later = start + 3 * pto;
  EXPECT_EQ(feed(opener, {Epoch(1), Sequence(8)}, later), Errc::epoch_order);
  EXPECT_FALSE(opener.keeps_previous());
}

//= STT-ROTATION-015 test
TEST(OpenerRotation, KeepsTheOldKeyForThreePtoAndThenWipesIt) {
  Opener opener = make_opener();
  EXPECT_EQ(opener.poll_timeout(), std::nullopt);
  EXPECT_EQ(feed(opener, {Epoch(1), Sequence(10)}), Errc::no_error);
  const Instant end = start + 3 * pto;
  EXPECT_EQ(opener.poll_timeout(), end);
  EXPECT_EQ(feed(opener, {Epoch(0), Sequence(1)}, end - 1ns), Errc::no_error);
  // Further frames under the new epoch do not extend its time.
  EXPECT_EQ(feed(opener, {Epoch(1), Sequence(11)}, end - 1ns), Errc::no_error);
  EXPECT_EQ(feed(opener, {Epoch(0), Sequence(2)}, end), Errc::epoch_unknown);
  EXPECT_FALSE(opener.keeps_previous());
  EXPECT_EQ(opener.poll_timeout(), std::nullopt);
}

TEST(OpenerRotation, WipesTheOldKeyByTheTimerToo) {
  Opener opener = make_opener();
  EXPECT_EQ(feed(opener, {Epoch(1), Sequence(10)}), Errc::no_error);
  opener.handle_timeout(start + 3 * pto - 1ns);
  EXPECT_TRUE(opener.keeps_previous());
  opener.handle_timeout(start + 3 * pto);
  EXPECT_FALSE(opener.keeps_previous());
}

//= STT-ROTATION-017 test
TEST(OpenerRotation, WipesTheKeyTwoEpochsBack) {
  Opener opener = make_opener();
  EXPECT_EQ(feed(opener, {Epoch(0), Sequence(5)}), Errc::no_error);
  EXPECT_EQ(feed(opener, {Epoch(1), Sequence(10)}), Errc::no_error);
  EXPECT_EQ(feed(opener, {Epoch(2), Sequence(20)}), Errc::no_error);
  EXPECT_EQ(feed(opener, {Epoch(0), Sequence(4)}), Errc::epoch_unknown);
  EXPECT_EQ(feed(opener, {Epoch(1), Sequence(11)}), Errc::no_error);
}

//= STT-WS-011 test
TEST(OpenerRotation, OnAReliableTransportKeepsNoOldKey) {
  Opener opener = make_opener(Reliability::reliable);
  EXPECT_EQ(feed(opener, {Epoch(0), Sequence(0)}), Errc::no_error);
  EXPECT_EQ(feed(opener, {Epoch(1), Sequence(2)}), Errc::no_error);
  EXPECT_EQ(feed(opener, {Epoch(0), Sequence(1)}), Errc::epoch_unknown);
  EXPECT_EQ(opener.poll_timeout(), std::nullopt);
}

}  // namespace
}  // namespace stt::session
