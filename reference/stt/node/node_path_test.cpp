// Where a Node sends to, and how much in one datagram.
#include <gtest/gtest.h>

#include <stt/node/scripted_peer.hpp>

namespace stt {
namespace {

using testing::Duel;
using testing::Fate;
using testing::Opened;
using testing::pattern;
using testing::Side;
using testing::TwoNodes;

const Address elsewhere = Address::ipv4(203, 0, 113, 7, 4'242);

// A stream of a that never runs dry, read by b.
struct Flow {
  explicit Flow(TwoNodes& of) : net(of), stream(*net.a.node.open_stream(net.now, net.a_session)) {
    net.a.on_event = [this](const Event& event) {
      if (std::holds_alternative<StreamWritable>(event)) offer();
    };
    net.b.on_event = [this](const Event& event) {
      const auto* readable = std::get_if<StreamReadable>(&event);
      if (readable == nullptr) return;
      while (const auto part = net.b.node.read(net.now, readable->session, stream, out)) {
        received += part->bytes;
      }
    };
    offer();
  }
  ~Flow() {
    net.a.on_event = nullptr;
    net.b.on_event = nullptr;
  }
  Flow(const Flow&) = delete;
  Flow& operator=(const Flow&) = delete;

  void offer() {
    while (!paused) {
      const auto taken = net.a.node.send(net.now, net.a_session, stream, piece, false);
      if (!taken || *taken < piece.size()) return;
    }
  }
  bool moves(std::size_t bytes, Duration limit = 60s) {
    const std::size_t goal = received + bytes;
    return net.run_until([&] { return received >= goal; }, limit);
  }

  TwoNodes& net;
  StreamId stream;
  Bytes piece = pattern(10'000);
  Bytes out = Bytes(65'536);
  std::size_t received = 0;
  bool paused = false;
};

//= STT-PATH-004 test
//= STT-PATH-016 test
TEST(NodePath, DataFromAnAddressOnTrialCountsAndAnswersStayWhereTheyWere) {
  Duel duel;
  duel.wait_and_ack(2);
  duel.peer.received.clear();
  duel.peer.give_from(duel.now, elsewhere, duel.peer.seal_data(StreamId(1), 0, as_bytes("data")));
  ASSERT_TRUE(
      duel.side.node.send(duel.now, duel.session, StreamId(1), as_bytes("answer")).has_value());
  duel.wait(500ms);
  const auto message = duel.side.node.receive(duel.now, duel.session, StreamId(1));
  ASSERT_TRUE(message);
  EXPECT_TRUE(equal(message->bytes, as_bytes("data")));
  std::size_t answers = 0;
  for (const Opened& frame : duel.peer.received) {
    if (frame.type == wire::FrameType::data) {
      EXPECT_EQ(frame.to, duel.peer.address);
      ++answers;
    } else if (frame.to == elsewhere) {
      EXPECT_TRUE(frame.control<wire::PathChallenge>());
    }
  }
  EXPECT_GT(answers, 0U);
  EXPECT_EQ(duel.side.last<PeerAddressChanged>(), nullptr);
}

//= STT-PATH-009 test
TEST(NodePath, AnAddressOnTrialGetsAtMostThreeTimesWhatItSent) {
  Duel duel;
  duel.wait_and_ack(2);
  duel.peer.received.clear();
  std::size_t given = 0;
  std::size_t sent = 0;
  for (int i = 0; i < 6; ++i) {
    Bytes frame = duel.peer.seal(wire::PathChallenge{});
    given += frame.size();
    duel.peer.give_from(duel.now, elsewhere, frame);
    duel.wait(700ms);
    sent = 0;
    std::size_t last = ~std::size_t{0};
    for (const Opened& opened : duel.peer.received) {
      if (opened.to == elsewhere && opened.datagram != last) sent += opened.datagram_bytes;
      last = opened.datagram;
    }
    EXPECT_LE(sent, 3 * given);
  }
  EXPECT_GT(sent, 0U);
  EXPECT_EQ(duel.side.last<PeerAddressChanged>(), nullptr);
}

//= STT-PATH-018 test
TEST(NodePath, ChallengesToTheAddressInUseWaitForTheWindowAndAnswersDoNot) {
  Duel duel;
  duel.wait_and_ack(2);
  ASSERT_TRUE(duel.side.node.open_stream(duel.now, duel.session));
  ASSERT_TRUE(duel.side.node.send(duel.now, duel.session, StreamId(2), pattern(60'000), false));
  duel.peer.collect(duel.now);
  duel.peer.received.clear();
  const std::uint64_t in_flight = duel.statistics().bytes_in_flight;
  constexpr std::size_t challenges = 40;
  for (std::size_t i = 0; i < challenges; ++i) {
    duel.give(duel.peer.seal(wire::PathChallenge{{static_cast<std::byte>(i)}}));
  }
  EXPECT_EQ(duel.peer.count<wire::PathResponse>(), challenges);
  EXPECT_EQ(duel.statistics().bytes_in_flight, in_flight);
  // Another address has no part in that window; what the window has left is soon full of
  // challenges.
  constexpr std::uint8_t addresses = 40;
  for (std::uint8_t i = 0; i < addresses; ++i) {
    const Address other = Address::ipv4(203, 0, 113, i, 4'242);
    duel.peer.give_from(duel.now, other, duel.peer.seal(wire::Ping{}));
    ASSERT_LE(duel.statistics().bytes_in_flight, duel.statistics().congestion_window_bytes);
  }
  const auto asked = [&](bool here) {
    return std::ranges::count_if(duel.peer.received, [&](const Opened& frame) {
      return frame.control<wire::PathChallenge>() && (frame.to == duel.peer.address) == here;
    });
  };
  EXPECT_EQ(asked(false), addresses);
  EXPECT_LT(asked(true), addresses / 2);
  // What is owed leaves as soon as there is room.
  duel.peer.received.clear();
  duel.wait_and_ack(20);
  const Opened* const challenge = duel.peer.last<wire::PathChallenge>();
  ASSERT_NE(challenge, nullptr);
  EXPECT_EQ(challenge->to, duel.peer.address);
}

//= STT-PATH-017 test
TEST(NodePath, ANewPortKeepsTheWindowAndANewIpStartsAgain) {
  for (const bool new_ip : {false, true}) {
    TwoNodes net;
    ASSERT_TRUE(net.connect());
    Flow flow(net);
    ASSERT_TRUE(flow.moves(2'000'000));
    flow.paused = true;  // so that nothing is lost on the way to the old address
    net.run_for(2s);
    const auto before = *net.a.node.statistics(net.a_session);
    ASSERT_GT(before.congestion_window_bytes, 50'000U);
    ASSERT_EQ(before.datagram_bytes, 1'452U);
    net.b.address =
        new_ip ? elsewhere : Address::ipv4(192, 0, 2, 2, static_cast<std::uint16_t>(7'777));
    ASSERT_TRUE(net.b.node.ping(net.now, net.b_session));
    net.run_until([&] { return net.a.last<PeerAddressChanged>() != nullptr; }, 10s);
    EXPECT_EQ(net.a.last<PeerAddressChanged>()->address, net.b.address);
    const auto after = *net.a.node.statistics(net.a_session);
    if (new_ip) {
      EXPECT_LT(after.congestion_window_bytes, 20'000U);
      EXPECT_EQ(after.datagram_bytes, 1'200U);
    } else {
      EXPECT_EQ(after.congestion_window_bytes, before.congestion_window_bytes);
      EXPECT_EQ(after.rtt_min, before.rtt_min);
      EXPECT_EQ(after.datagram_bytes, 1'452U);
    }
    flow.paused = false;
    flow.offer();
    EXPECT_TRUE(flow.moves(2'000'000));
  }
}

// Somebody on the path copies datagrams and sends them from elsewhere, first.
TEST(NodePath, ASpoofedAddressDoesNotStealThePath) {
  TwoNodes net;
  ASSERT_TRUE(net.connect());
  Flow flow(net);
  ASSERT_TRUE(flow.moves(100'000));
  std::size_t to_thief = 0;
  net.filter = [&](Side& side, Bytes& bytes) {
    if (&side == &net.a) {
      net.in_flight.emplace(net.now + 1ms, TwoNodes::Flying{elsewhere, net.b.address, bytes});
    }
    return Fate{};
  };
  const Instant end = net.now + 200ms;
  while (net.now < end) {
    net.run_for(1ms);
    for (const auto& [at, flying] : net.in_flight) to_thief += flying.to == elsewhere ? 1 : 0;
  }
  EXPECT_EQ(net.b.last<PeerAddressChanged>(), nullptr);
  EXPECT_GT(to_thief, 0U);  // challenges only: nobody there can answer
  EXPECT_TRUE(flow.moves(100'000));
}

//= STT-PATH-013 test
TEST(NodePath, ALostUdpConnectionIsNone) {
  TwoNodes net;
  ASSERT_TRUE(net.connect());
  net.a.node.handle_connection_lost(net.now, net.b.address);
  net.run_for(1s);
  EXPECT_EQ(net.a.last<Closed>(), nullptr);
}

//= STT-PATH-021 test
//= STT-PATH-026 test
TEST(NodePath, AProbeOfTheMtuIsOnePingAlone) {
  Duel duel;
  const auto stream = duel.side.node.open_stream(duel.now, duel.session);
  ASSERT_TRUE(duel.side.node.send(duel.now, duel.session, *stream, pattern(400'000), false));
  // No probe is acknowledged, so no other datagram may be as large.
  for (int i = 0; i < 20; ++i) {
    duel.wait(20ms);
    duel.give(duel.peer.seal_ack([](const Opened& frame) { return frame.datagram_bytes > 1'200; }));
  }
  std::size_t probes = 0;
  for (const Opened& frame : duel.peer.received) {
    if (frame.datagram_bytes <= 1'200) continue;
    ++probes;
    EXPECT_TRUE(frame.control<wire::Ping>());
    EXPECT_EQ(std::ranges::count(duel.peer.received, frame.datagram, &Opened::datagram), 1);
  }
  EXPECT_GT(probes, 0U);
}

//= STT-PATH-022 test
TEST(NodePath, LostProbesDoNotReduceTheWindow) {
  TwoNodes net;
  ASSERT_TRUE(net.connect());
  std::size_t lost = 0;
  std::uint64_t window = 0;
  net.filter = [&](Side&, Bytes& bytes) {
    const std::uint64_t now = net.a.node.statistics(net.a_session)->congestion_window_bytes;
    EXPECT_GE(now, window);
    window = now;
    lost += bytes.size() > 1'200 ? 1 : 0;
    return Fate{.deliver = bytes.size() <= 1'200};
  };
  Flow flow(net);
  ASSERT_TRUE(flow.moves(500'000));
  EXPECT_GE(lost, 3U);
  net.filter = nullptr;
}

//= STT-PATH-025 test
//= STT-PATH-027 test
TEST(NodePath, ATransferSurvivesAPathThatShrinks) {
  for (const std::size_t message : {std::size_t{10'000}, std::size_t{150}}) {
    TwoNodes net;
    ASSERT_TRUE(net.connect());
    Flow flow(net);
    flow.piece = pattern(message);
    ASSERT_TRUE(flow.moves(500'000));
    ASSERT_EQ(net.a.node.statistics(net.a_session)->datagram_bytes, 1'452U);
    net.filter = [&](Side&, Bytes& bytes) { return Fate{.deliver = bytes.size() <= 1'250}; };
    EXPECT_TRUE(flow.moves(500'000, 120s));
    EXPECT_LE(net.a.node.statistics(net.a_session)->datagram_bytes, 1'250U);
    net.filter = nullptr;
  }
}

// Many small frames in each datagram: no frame is large, and yet the datagrams are.
//= STT-PATH-025 test
TEST(NodePath, SmallMessagesOnManyStreamsSurviveAPathThatShrinks) {
  TwoNodes net;
  ASSERT_TRUE(net.connect());
  ASSERT_TRUE(net.run_until(
      [&] { return net.a.node.statistics(net.a_session)->datagram_bytes == 1'452U; }, 10s));
  net.filter = [&](Side&, Bytes& bytes) { return Fate{.deliver = bytes.size() <= 1'250}; };
  for (int i = 0; i < 30; ++i) {
    const auto stream = net.a.node.open_stream(net.now, net.a_session);
    ASSERT_TRUE(net.a.node.send(net.now, net.a_session, *stream, pattern(90)));
  }
  net.run_until([&] { return net.b.node.statistics(net.b_session)->messages_received == 30; }, 20s);
}

}  // namespace
}  // namespace stt
