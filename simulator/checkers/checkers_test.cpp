// A checker that cannot fail proves nothing: each is shown what it has to catch.
#include <simulator/checkers/checkers.hpp>

#include <gtest/gtest.h>

namespace stt::sim {
namespace {

struct FrameOf {
  std::uint64_t sequence = 0;
  std::uint64_t epoch = 0;
  std::uint8_t nonce = 0;
  wire::FrameType type = wire::FrameType::data;
  std::string payload = "sealed, for all that the checker knows";
};

Bytes frame(const FrameOf& of) {
  Bytes bytes(200);
  wire::Writer writer{bytes};
  wire::FrameHeader header;
  header.type = of.type;
  header.session_id.bytes[0] = std::byte{1};
  const bool is_auth = of.type == wire::FrameType::auth;
  header.stream_id = StreamId(is_auth ? 0 : 1);
  header.sequence = Sequence(of.sequence);
  header.selector = Epoch(of.epoch);
  const wire::FrameSlots slots = lay_out_frame(writer, header, of.payload.size());
  std::ranges::copy(as_bytes(of.payload), slots.payload.begin());
  std::ranges::fill(slots.nonce, static_cast<std::byte>(of.nonce));
  bytes.resize(slots.whole.size());
  return bytes;
}

class WireCheckerTest : public testing::Test {
 protected:
  void send(const Bytes& bytes, std::uint32_t host = 0) {
    checker.observe({Instant(1ms), EntityId(host), Kind::sent, 1, bytes});
  }
  Violations violations;
  Secrets secrets;
  WireChecker checker{violations, secrets};
};

TEST_F(WireCheckerTest, IsContentWithARisingSequence) {
  send(frame({.sequence = 0, .nonce = 1}));
  send(frame({.sequence = 1, .nonce = 2}));
  send(frame({.sequence = 5, .epoch = 1, .nonce = 2}));  // another key: nonces begin anew
  send(frame({.sequence = 0, .nonce = 1}), 1);           // another sender
  EXPECT_FALSE(violations.any()) << violations.found()[0].what;
  EXPECT_EQ(checker.highest_epoch(), 1U);
}

TEST_F(WireCheckerTest, CatchesASequenceUsedTwice) {
  send(frame({.sequence = 3, .nonce = 1}));
  send(frame({.sequence = 3, .nonce = 2}));
  EXPECT_TRUE(violations.any());
}

TEST_F(WireCheckerTest, CatchesANonceUsedTwice) {
  send(frame({.sequence = 3, .nonce = 1}));
  send(frame({.sequence = 4, .nonce = 1}));
  EXPECT_TRUE(violations.any());
}

TEST_F(WireCheckerTest, CatchesAFallingEpoch) {
  send(frame({.sequence = 3, .epoch = 1, .nonce = 1}));
  send(frame({.sequence = 4, .epoch = 0, .nonce = 2}));
  EXPECT_TRUE(violations.any());
}

TEST_F(WireCheckerTest, CatchesASkippedEpoch) {
  send(frame({.sequence = 3, .epoch = 2, .nonce = 1}));
  EXPECT_TRUE(violations.any());
}

TEST_F(WireCheckerTest, CatchesPlaintext) {
  secrets.add(to_bytes(as_bytes("a marker of 16 b")), "plaintext");
  send(frame({.payload = "this is a marker of 16 bytes"}));
  ASSERT_TRUE(violations.any());
  EXPECT_NE(violations.found()[0].what.find("plaintext"), std::string::npos);
}

// Sent again a handshake frame is the same, to the last byte.
TEST_F(WireCheckerTest, CatchesAHandshakeNonceUsedTwice) {
  const Bytes final = frame({.nonce = 1, .type = wire::FrameType::auth});
  send(final);
  send(final);
  EXPECT_FALSE(violations.any());
  send(frame({.nonce = 1, .type = wire::FrameType::auth, .payload = "something else"}));
  EXPECT_TRUE(violations.any());
}

TEST(Secrets, AreFoundWhereverTheyStand) {
  Secrets secrets;
  secrets.add(to_bytes(as_bytes("first secret")), "one");
  secrets.add(to_bytes(as_bytes("fish secret")), "two");
  EXPECT_EQ(secrets.find_in(as_bytes("nothing, fi")), std::nullopt);
  EXPECT_EQ(secrets.find_in(as_bytes("first secret")), "one");
  EXPECT_EQ(secrets.find_in(as_bytes("xxfish secretfirst secret")), "two");
  EXPECT_EQ(secrets.find_in(as_bytes("first secre")), std::nullopt);
  EXPECT_EQ(secrets.find_in({}), std::nullopt);
}

TEST_F(WireCheckerTest, CatchesWhatIsNotAFrame) {
  Bytes bytes = frame({});
  bytes.pop_back();
  send(bytes);
  EXPECT_TRUE(violations.any());
}

TEST(TimerChecker, CatchesATimerThatIsDueAtOnce) {
  Violations violations;
  TimerChecker checker(violations);
  checker.observe({Instant(1ms), EntityId(0), Kind::timer, 0, {}});
  EXPECT_FALSE(violations.any());
  checker.observe({Instant(1ms), EntityId(0), Kind::timer_not_in_future, 0, {}});
  EXPECT_TRUE(violations.any());
}

TEST(CheckConservation, CatchesAPacketFromNowhere) {
  Engine engine(1, false);
  Violations violations;
  check_conservation(engine, violations);
  EXPECT_FALSE(violations.any());
  engine.packets().create({}, {}, {});
  check_conservation(engine, violations);
  EXPECT_TRUE(violations.any());
}

}  // namespace
}  // namespace stt::sim
