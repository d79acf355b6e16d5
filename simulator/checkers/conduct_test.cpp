#include <simulator/checkers/conduct.hpp>

#include <gtest/gtest.h>

#include <stt/wire/writer.hpp>

namespace stt::sim {
namespace {

constexpr Role alice = Role::initiator;
constexpr Role bob = Role::responder;

class ConductTest : public testing::Test {
 protected:
  void SetUp() override {
    wire::Parameters parameters;
    parameters.initial_stream_credit = 100;
    parameters.initial_session_credit = 150;
    conduct.declare(alice, parameters);
    conduct.declare(bob, parameters);
  }
  template <class Message>
  Complaint say(Role side, wire::FrameType type, std::uint16_t stream, const Message& message) {
    Bytes bytes(wire::encoded_size(message));
    wire::Writer writer{bytes};
    encode(writer, message);
    wire::FrameHeader header;
    header.type = type;
    header.stream_id = StreamId(stream);
    header.sequence = Sequence(sequence++);
    header.selector = epoch;
    return conduct.take(side, header, bytes);
  }
  Complaint data(Role side, std::uint16_t stream, std::uint64_t offset, std::size_t size) {
    const Bytes bytes(size);
    return say(side, wire::FrameType::data, stream,
               wire::DataMessage{false, Position(offset), bytes});
  }
  Complaint control(Role side, const wire::ControlMessage& message) {
    return say(side, wire::FrameType::control, 0, message);
  }
  Complaint on_stream(Role side, const wire::StreamControlMessage& message) {
    return say(side, wire::FrameType::stream_control, 1, message);
  }
  Complaint ack(Role side, std::uint64_t sequence_acked) {
    wire::Ack message;
    message.ranges.push_back({Sequence(sequence_acked), Sequence(sequence_acked)});
    return control(side, message);
  }
  Conduct conduct;
  std::uint64_t sequence = 0;
  Epoch epoch;
};

TEST_F(ConductTest, IsContentWithinCredit) {
  EXPECT_EQ(data(alice, 1, 0, 100), std::nullopt);
  EXPECT_EQ(data(alice, 1, 20, 60), std::nullopt);  // sent again, cut anew
  EXPECT_EQ(data(alice, 3, 0, 50), std::nullopt);
  EXPECT_EQ(data(bob, 1, 0, 100), std::nullopt);
}

TEST_F(ConductTest, CatchesAStreamOverItsCredit) {
  EXPECT_EQ(data(alice, 1, 0, 101), "exceeds the credit of a stream");
}

TEST_F(ConductTest, CatchesASessionOverItsCredit) {
  EXPECT_EQ(data(alice, 1, 0, 100), std::nullopt);
  EXPECT_EQ(data(alice, 3, 0, 51), "exceeds the credit of the session");
}

TEST_F(ConductTest, CreditGrowsByThePeersWordOnly) {
  EXPECT_EQ(on_stream(alice, wire::StreamCredit{Position(500)}), std::nullopt);
  EXPECT_EQ(data(alice, 1, 0, 101), "exceeds the credit of a stream");
  EXPECT_EQ(on_stream(bob, wire::StreamCredit{Position(500)}), std::nullopt);
  EXPECT_EQ(data(alice, 1, 0, 140), std::nullopt);
  EXPECT_EQ(control(bob, wire::SessionCredit{1'000}), std::nullopt);
  EXPECT_EQ(data(alice, 1, 140, 300), std::nullopt);
}

TEST_F(ConductTest, CatchesAnAckOfWhatWasNeverSent) {
  EXPECT_EQ(ack(bob, 0), "acknowledges what was never sent");
  sequence = 7;
  EXPECT_EQ(data(alice, 1, 0, 5), std::nullopt);
  EXPECT_EQ(ack(bob, 7), std::nullopt);
  EXPECT_EQ(ack(bob, 8), "acknowledges what was never sent");
}

TEST_F(ConductTest, CatchesDataBeyondTheEndAndASecondEnd) {
  EXPECT_EQ(data(alice, 1, 0, 10), std::nullopt);
  EXPECT_EQ(on_stream(alice, wire::StreamClose{Position(10)}), std::nullopt);
  EXPECT_EQ(on_stream(alice, wire::StreamClose{Position(10)}), std::nullopt);
  EXPECT_EQ(data(alice, 1, 5, 6), "data beyond the final position");
  EXPECT_EQ(on_stream(alice, wire::StreamReset{0, Position(11)}), "two final positions");
}

TEST_F(ConductTest, CatchesAnEndBeforeWhatWasSent) {
  EXPECT_EQ(data(alice, 1, 0, 10), std::nullopt);
  EXPECT_EQ(on_stream(alice, wire::StreamClose{Position(9)}),
            "a final position before data that was sent");
}

TEST_F(ConductTest, CatchesARotationThatIsTooEarly) {
  EXPECT_EQ(data(alice, 1, 0, 1), std::nullopt);
  epoch = Epoch(1);
  EXPECT_EQ(data(alice, 1, 1, 1), std::nullopt);  // sequence 1
  EXPECT_EQ(data(alice, 1, 2, 1), std::nullopt);
  epoch = Epoch(2);
  EXPECT_EQ(data(alice, 1, 3, 1), "rotates again before the last rotation was acknowledged");
}

TEST_F(ConductTest, RotatesAgainOnceItIsAcknowledged) {
  EXPECT_EQ(data(alice, 1, 0, 1), std::nullopt);
  epoch = Epoch(1);
  EXPECT_EQ(data(alice, 1, 1, 1), std::nullopt);
  epoch = Epoch{};
  EXPECT_EQ(ack(bob, 1), std::nullopt);
  epoch = Epoch(2);
  EXPECT_EQ(data(alice, 1, 3, 1), std::nullopt);
}

TEST_F(ConductTest, CatchesWhatComesAfterClose) {
  EXPECT_EQ(control(alice, wire::Close{}), std::nullopt);
  EXPECT_EQ(control(alice, wire::Close{}), std::nullopt);
  EXPECT_TRUE(conduct.has_closed(alice));
  EXPECT_EQ(control(alice, wire::Ping{}), "sends more than CLOSE after CLOSE");
  EXPECT_EQ(data(alice, 1, 0, 1), "sends more than CLOSE after CLOSE");
  EXPECT_EQ(data(bob, 1, 0, 1), std::nullopt);
}

TEST_F(ConductTest, CatchesWhatCannotBeRead) {
  const wire::FrameHeader header{wire::FrameType::control, {}, {}, {}, Epoch{}};
  EXPECT_EQ(conduct.take(alice, header, Bytes(3, std::byte{0x77})),
            "a control message that cannot be read");
}

}  // namespace
}  // namespace stt::sim
