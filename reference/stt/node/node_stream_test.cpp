// Streams as the peer of a Node sees them: credit, and what is sent first.
#include <gtest/gtest.h>

#include <stt/node/scripted_peer.hpp>

namespace stt {
namespace {

using testing::Duel;
using testing::Opened;
using testing::pattern;
using testing::TwoNodes;

std::vector<std::uint64_t> credits(const Duel& duel, StreamId stream) {
  std::vector<std::uint64_t> out;
  for (const Opened& frame : duel.peer.received) {
    if (frame.type != wire::FrameType::stream_control || frame.stream != stream) continue;
    const auto message = wire::decode_stream_control(frame.payload);
    const auto* credit = message ? std::get_if<wire::StreamCredit>(&*message) : nullptr;
    if (credit != nullptr) out.push_back(credit->position.value());
  }
  return out;
}

//= STT-FLOW-007 test
//= STT-FLOW-016 test
TEST(NodeStream, ReadingGivesCreditInHalvesOfTheWindowWhateverOthersHold) {
  Config config;
  config.parameters.max_message_bytes = 10'000;
  config.parameters.max_streams = 4;
  config.parameters.initial_stream_credit = 10'000;
  config.parameters.initial_session_credit = 50'000;
  config.receive_budget_bytes = 50'000;
  Duel duel(config);
  Bytes out(100);
  for (const auto id :
       {StreamId(1), StreamId(3), StreamId(5)}) {  // 1 and 3 are full and nobody reads them
    for (std::uint64_t at = 0; at < 10'000; at += 1'000) {
      duel.give(duel.peer.seal_data(id, at, Bytes(1'000), false));
    }
  }
  EXPECT_TRUE(credits(duel, StreamId(5)).empty());
  for (std::uint64_t read = 0; read < 10'000; read += out.size()) {
    ASSERT_TRUE(duel.side.node.read(duel.now, duel.session, StreamId(5), out));
    duel.peer.collect(duel.now);
    const auto told = credits(duel, StreamId(5));
    const std::uint64_t most = told.empty() ? 10'000 : told.back();
    EXPECT_GE(most, read + out.size() + 10'000 - 5'000);
  }
  const auto told = credits(duel, StreamId(5));
  EXPECT_TRUE(std::ranges::is_sorted(told));
  EXPECT_LE(told.size(), 3U);
}

//= STT-STREAM-030 test
TEST(NodeStream, WhatWasLostGoesBeforeWhatIsNew) {
  Duel duel;
  const auto stream = duel.side.node.open_stream(duel.now, duel.session);
  ASSERT_TRUE(duel.side.node.send(duel.now, duel.session, *stream, pattern(500'000), false));
  duel.wait(200ms);
  const auto offset_of = [](const Opened& frame) -> std::optional<std::uint64_t> {
    if (frame.type != wire::FrameType::data) return std::nullopt;
    return wire::decode_data(frame.payload)->offset.value();
  };
  const std::size_t before = duel.peer.received.size();
  ASSERT_GT(before, 5U);
  duel.give(duel.peer.seal_ack([&](const Opened& frame) { return offset_of(frame) == 0U; }));
  std::vector<std::uint64_t> offsets;
  for (std::size_t i = before; i < duel.peer.received.size(); ++i) {
    if (const auto offset = offset_of(duel.peer.received[i])) offsets.push_back(*offset);
  }
  ASSERT_GE(offsets.size(), 2U);
  EXPECT_EQ(offsets.front(), 0U);
  EXPECT_GT(offsets.back(), 1'000U);
}

// Every stream carries a message of the largest size, and none starves another.
TEST(NodeStream, LargestMessagesOnAllStreamsComplete) {
  Config config;
  config.parameters.max_message_bytes = 200'000;
  config.parameters.initial_stream_credit = 10'000;
  config.parameters.max_streams = 16;
  config.receive_budget_bytes = 400'000;
  config.parameters.initial_session_credit = 360'000;
  TwoNodes net(config, config);
  ASSERT_TRUE(net.connect());
  std::map<StreamId, std::pair<Bytes, std::size_t>> outgoing;
  std::size_t complete = 0;
  const auto offer = [&](StreamId stream) {
    auto& [bytes, sent] = outgoing[stream];
    while (sent < bytes.size()) {
      const auto taken =
          net.a.node.send(net.now, net.a_session, stream, ByteView(bytes).subspan(sent));
      if (!taken || *taken == 0) return;
      sent += *taken;
    }
  };
  net.a.on_event = [&](const Event& event) {
    if (const auto* writable = std::get_if<StreamWritable>(&event)) offer(writable->stream);
  };
  net.b.on_event = [&](const Event& event) {
    const auto* readable = std::get_if<StreamReadable>(&event);
    if (readable == nullptr) return;
    const auto message = net.b.node.receive(net.now, readable->session, readable->stream);
    if (message && message->bytes == outgoing[readable->stream].first) ++complete;
  };
  for (std::uint32_t i = 0; i < 16; ++i) {
    const auto stream = net.a.node.open_stream(net.now, net.a_session);
    ASSERT_TRUE(stream);
    outgoing[*stream] = {pattern(200'000, i), 0};
    offer(*stream);
  }
  net.run_until([&] { return complete == 16; }, 120s);
}

}  // namespace
}  // namespace stt
