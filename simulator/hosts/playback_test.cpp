#include <simulator/hosts/playback.hpp>

#include <gtest/gtest.h>

namespace stt::sim {
namespace {

constexpr wire::FrameType data = wire::FrameType::data;
constexpr auto custom = static_cast<wire::FrameType>(0x90);

class PlaybackTest : public testing::Test {
 protected:
  void SetUp() override {
    part.script = std::make_shared<Script>(Draws(1, 1, "content"),
                                           std::vector<std::uint64_t>{100, 0, 50}, Marker{});
    play = Playback(part, false);
  }
  Bytes message(std::size_t number) const {
    Bytes bytes(part.script->size(number));
    part.script->fill(number, 0, bytes);
    return bytes;
  }
  void take_all() {
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(play.take(message(i), true, data), std::nullopt);
  }
  Part part;
  Playback play;
};

TEST_F(PlaybackTest, IsContentWithWhatWasSent) {
  const Bytes first = message(0);
  EXPECT_EQ(play.take(ByteView(first).first(30), false, data), std::nullopt);
  EXPECT_FALSE(play.complete());
  EXPECT_EQ(play.take(ByteView(first).subspan(30), true, data), std::nullopt);
  EXPECT_EQ(play.take({}, true, data), std::nullopt);
  EXPECT_EQ(play.take(message(2), true, data), std::nullopt);
  EXPECT_TRUE(play.complete());
  EXPECT_EQ(play.finish(), std::nullopt);
}

TEST_F(PlaybackTest, CatchesOneWrongByte) {
  Bytes wrong = message(0);
  wrong[99] ^= std::byte{1};
  EXPECT_EQ(play.take(wrong, true, data), "a message with other bytes");
}

TEST_F(PlaybackTest, CatchesAMessageCutOrJoined) {
  const Bytes first = message(0);
  EXPECT_EQ(play.take(ByteView(first).first(99), true, data), "a message too short");
  play = Playback(part, false);
  Bytes joined = first;
  append(joined, message(2));
  EXPECT_EQ(play.take(joined, true, data), "a message too long");
}

TEST_F(PlaybackTest, CatchesAMessageTwiceAndOutOfOrder) {
  EXPECT_EQ(play.take(message(0), true, data), std::nullopt);
  EXPECT_EQ(play.take(message(0), true, data), "a message too long");
  play = Playback(part, false);
  EXPECT_EQ(play.take(message(2), true, data), "a message with other bytes");
}

TEST_F(PlaybackTest, CatchesWhatComesAfterTheEnd) {
  take_all();
  EXPECT_EQ(play.take({}, true, data), "bytes beyond the last message");
  EXPECT_EQ(play.finish(), std::nullopt);
  EXPECT_EQ(play.finish(), "a stream finished twice");
  EXPECT_EQ(play.take({}, true, data), "bytes after the end");
}

TEST_F(PlaybackTest, CatchesAnEndThatComesEarly) {
  EXPECT_EQ(play.take(message(0), true, data), std::nullopt);
  EXPECT_EQ(play.finish(), "a stream finished before its last message");
}

TEST_F(PlaybackTest, CatchesAnotherType) {
  EXPECT_EQ(play.take(message(0), true, custom), "a message of another type");
}

TEST_F(PlaybackTest, ADirectionWithoutMessagesCarriesNone) {
  play = Playback(part, true);
  EXPECT_TRUE(play.complete());
  EXPECT_EQ(play.take(message(0), true, data), "bytes beyond the last message");
}

TEST_F(PlaybackTest, ComputesTheDigestOfAFile) {
  part.digest = true;
  play = Playback(part, false);
  EXPECT_EQ(play.take(message(0), true, data), std::nullopt);
  EXPECT_EQ(play.digest(), crypto::sha3_256(message(0)));
}

class DatagramPlaybackTest : public PlaybackTest {
 protected:
  void SetUp() override {
    PlaybackTest::SetUp();
    part.type = custom;
  }
  DatagramPlayback datagrams;
};

TEST_F(DatagramPlaybackTest, TakesEachOnceInAnyOrder) {
  for (const std::size_t i : {2U, 0U}) {
    EXPECT_EQ(datagrams.take(part, DatagramPlayback::encode(*part.script, i), custom),
              std::nullopt);
  }
  EXPECT_EQ(datagrams.take(part, DatagramPlayback::encode(*part.script, 2), custom),
            "a datagram twice");
}

TEST_F(DatagramPlaybackTest, CatchesWhatNobodySent) {
  Bytes payload = DatagramPlayback::encode(*part.script, 0);
  EXPECT_EQ(datagrams.take(part, payload, data), "a datagram of another type");
  payload[50] ^= std::byte{1};
  EXPECT_EQ(datagrams.take(part, payload, custom), "a datagram with other bytes");
  payload[3] = std::byte{9};
  EXPECT_EQ(datagrams.take(part, payload, custom), "a datagram that nobody sent");
  EXPECT_EQ(datagrams.take(part, ByteView(payload).first(3), custom), "a datagram too short");
}

}  // namespace
}  // namespace stt::sim
