// The application's own frame types from one node to the handlers of another: as datagrams and as
// messages on a stream.
#include <gtest/gtest.h>

#include <stt/node/two_nodes.hpp>
#include <stt/primitives/frame_dispatcher.hpp>

namespace stt {
namespace {

// Where a custom frame came from; stream 0 for a datagram.
struct Origin {
  SessionHandle session;
  StreamId stream;
};
using Dispatcher = primitives::FrameDispatcher<Origin>;

// Gives everything custom that arrives at `side` to the dispatcher.
struct DispatchingSide {
  DispatchingSide(testing::TwoNodes& nodes, testing::Side& side) {
    side.on_event = [&](const Event& event) {
      if (const auto* datagram = std::get_if<DatagramReceived>(&event)) {
        give({{datagram->session, {}}, datagram->type, datagram->payload});
      } else if (const auto* readable = std::get_if<StreamReadable>(&event)) {
        const auto [session, stream] = *readable;
        while (const auto message = side.node.receive(nodes.now, session, stream)) {
          give({{session, stream}, message->type, message->bytes});
        }
      }
    };
  }
  void give(const Dispatcher::Frame& frame) {
    if (!dispatcher.dispatch(frame)) ++failures;
  }

  Dispatcher dispatcher;
  std::size_t failures = 0;
};

Bytes payload_of(unsigned type) {
  return Bytes(type * 10, static_cast<std::byte>(type));
}

//= STT-DISPATCH-020 test
//= STT-DISPATCH-023 test
TEST(NodeDispatch, EveryCustomTypeReachesItsHandlerByDatagramAndByStream) {
  testing::TwoNodes nodes;
  DispatchingSide b(nodes, nodes.b);
  std::vector<unsigned> by_datagram;
  std::vector<unsigned> by_stream;
  for (unsigned type = 0x80; type <= 0xFF; ++type) {
    const auto handler = [&, type](const Dispatcher::Frame& frame) {
      EXPECT_EQ(frame.origin.session, nodes.b_session);
      EXPECT_EQ(static_cast<unsigned>(frame.type), type);
      const bool datagram = frame.origin.stream == StreamId{};
      EXPECT_TRUE(equal(frame.payload, datagram ? as_bytes("ping") : ByteView(payload_of(type))));
      (datagram ? by_datagram : by_stream).push_back(type);
    };
    ASSERT_TRUE(b.dispatcher.register_handler(static_cast<std::uint8_t>(type), handler));
  }
  ASSERT_TRUE(nodes.connect());
  const auto stream = nodes.a.node.open_stream(nodes.now, nodes.a_session);
  std::vector<unsigned> all;
  for (unsigned type = 0x80; type <= 0xFF; ++type) {
    all.push_back(type);
    const auto custom = static_cast<wire::FrameType>(type);
    const Bytes payload = payload_of(type);
    ASSERT_TRUE(nodes.a.node.send_datagram(nodes.now, nodes.a_session, custom, as_bytes("ping")));
    ASSERT_EQ(nodes.a.node.send(nodes.now, nodes.a_session, *stream, payload, true, custom),
              payload.size());
    nodes.run_for(2ms);
  }
  EXPECT_TRUE(nodes.run_until([&] { return by_stream.size() == 128; }));
  EXPECT_EQ(by_stream, all);
  EXPECT_EQ(by_datagram, all);
  EXPECT_EQ(b.dispatcher.counters().handled, 256U);
  EXPECT_EQ(b.failures, 0U);
}

// On a bad network a message on a stream arrives all the same.
//= STT-DISPATCH-020 test
TEST(NodeDispatch, ATypedMessageSurvivesLoss) {
  testing::TwoNodes nodes;
  DispatchingSide b(nodes, nodes.b);
  std::string received;
  ASSERT_TRUE(b.dispatcher.register_handler(0x80, [&](const Dispatcher::Frame& frame) {
    for (const std::byte byte : frame.payload) received += static_cast<char>(byte);
  }));
  ASSERT_TRUE(nodes.connect());
  std::size_t count = 0;
  nodes.filter = [&](testing::Side&, Bytes&) { return testing::Fate{.deliver = ++count % 3 != 0}; };
  const auto stream = nodes.a.node.open_stream(nodes.now, nodes.a_session);
  for (const char letter : std::string_view("hello")) {
    ASSERT_TRUE(nodes.a.node.send(nodes.now, nodes.a_session, *stream,
                                  as_bytes(std::string_view(&letter, 1)), true,
                                  wire::FrameType::custom_first));
  }
  EXPECT_TRUE(nodes.run_until([&] { return received == "hello"; }));
}

//= STT-DISPATCH-022 test
TEST(NodeDispatch, WhatHasNoHandlerIsReportedAndHarmsNothing) {
  testing::TwoNodes nodes;
  DispatchingSide b(nodes, nodes.b);
  std::vector<wire::FrameType> unknown;
  std::size_t known = 0;
  b.dispatcher.on_unhandled([&](const Dispatcher::Frame& frame) { unknown.push_back(frame.type); });
  ASSERT_TRUE(b.dispatcher.register_handler(0x90, [&](const Dispatcher::Frame&) { ++known; }));
  ASSERT_TRUE(nodes.connect());
  for (const unsigned type : {0x91U, 0x90U, 0xFFU, 0x90U}) {
    ASSERT_TRUE(nodes.a.node.send_datagram(nodes.now, nodes.a_session,
                                           static_cast<wire::FrameType>(type), {}));
    nodes.run_for(2ms);
  }
  EXPECT_TRUE(nodes.run_until([&] { return known + unknown.size() == 4; }));
  EXPECT_EQ(unknown,
            (std::vector{static_cast<wire::FrameType>(0x91), wire::FrameType::custom_last}));
  EXPECT_EQ(b.dispatcher.counters().unhandled, 2U);
}

}  // namespace
}  // namespace stt
