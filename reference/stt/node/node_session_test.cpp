// The life of a Node and of its sessions.
#include <gtest/gtest.h>

#include <set>

#include <stt/node/scripted_peer.hpp>
#include <stt/node/utf8.hpp>

namespace stt {
namespace {

using testing::Duel;
using testing::Fate;
using testing::pattern;
using testing::ScriptedPeer;
using testing::Side;
using testing::TwoNodes;

constexpr std::string_view victim_seed = "victim has a node seed of 32 bytes";
const Address victim_address = Address::ipv4(192, 0, 2, 1, 1001);

bool contains(ByteView haystack, ByteView needle) {
  return std::ranges::search(haystack, needle).begin() != haystack.end();
}

//= STT-NODE-001 test
//= STT-NODE-002 test
//= STT-NODE-005 test
TEST(NodeLife, BeforeStartItIsDeafAndMute) {
  Side side({}, victim_seed, 1, victim_address);
  const auto hint = side.node.add_shared_seed(as_bytes(testing::shared_seed));
  Instant now{1s};
  ScriptedPeer peer(side, testing::mallory_seed, testing::mallory_address);
  EXPECT_EQ(side.node.state(), NodeState::created);
  EXPECT_EQ(side.node.connect(now, {peer.address, *hint, std::nullopt}),
            fail(Errc::state_violation));
  EXPECT_EQ(side.node.open_stream(now, SessionHandle(1)), fail(Errc::state_violation));
  EXPECT_FALSE(peer.connect(now));
  EXPECT_EQ(side.node.statistics().datagrams_received, 0U);
  EXPECT_EQ(side.node.statistics().datagrams_sent, 0U);
  EXPECT_FALSE(side.node.poll_timeout());

  ASSERT_TRUE(side.node.start(now));
  EXPECT_EQ(side.node.state(), NodeState::started);
  EXPECT_EQ(side.node.start(now), fail(Errc::state_violation));
  EXPECT_TRUE(peer.connect(now));
  EXPECT_EQ(side.node.state(), NodeState::running);
}

//= STT-NODE-001 test
TEST(NodeLife, StopsAtOnceWithoutSessions) {
  for (const bool started : {false, true}) {
    Side side({}, victim_seed, 1, victim_address);
    const auto hint = side.node.add_shared_seed(as_bytes(testing::shared_seed));
    const Instant now{1s};
    if (started) {
      ASSERT_TRUE(side.node.start(now));
      ASSERT_TRUE(side.node.connect(now, {testing::mallory_address, *hint, std::nullopt}));
    }
    side.node.stop(now);
    side.node.stop(now);
    EXPECT_EQ(side.node.state(), NodeState::stopped);
    EXPECT_EQ(side.node.start(now), fail(Errc::state_violation));
    while (auto event = side.node.poll_event()) side.events.push_back(*event);
    EXPECT_EQ(side.count<Stopped>(), 1U);
    EXPECT_EQ(side.count<ConnectFailed>(), started ? 1U : 0U);
    ScriptedPeer peer(side, testing::mallory_seed, testing::mallory_address);
    EXPECT_FALSE(peer.connect(now));
    EXPECT_FALSE(side.node.poll_timeout());
  }
}

//= STT-NODE-001 test
//= STT-NODE-004 test
TEST(NodeLife, StopFlushesClosesAndEntersNoNewSession) {
  TwoNodes net;
  ASSERT_TRUE(net.connect());
  const auto stream = net.a.node.open_stream(net.now, net.a_session);
  const Bytes bytes = pattern(200'000);
  ASSERT_EQ(net.a.node.send(net.now, net.a_session, *stream, bytes), bytes.size());
  net.a.node.stop(net.now);
  EXPECT_EQ(net.a.node.state(), NodeState::running);
  ScriptedPeer late(net.a, testing::mallory_seed, testing::mallory_address);
  EXPECT_FALSE(late.connect(net.now));
  EXPECT_GT(net.a.node.statistics().drops.count(Errc::node_stopped), 0U);
  EXPECT_EQ(net.a.node.connect(net.now, {net.b.address, net.hint, std::nullopt}),
            fail(Errc::state_violation));
  net.run_until([&] { return net.a.last<Stopped>() != nullptr; });
  EXPECT_EQ(net.a.node.state(), NodeState::stopped);
  EXPECT_TRUE(net.b.last<Closed>()->by_peer);
  const auto message = net.b.node.receive(net.now, net.b_session, *stream);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->bytes, bytes);
}

//= STT-NODE-018 test
//= STT-FLOW-005 test
//= STT-DATAGRAM-007 test
TEST(NodeLife, ConfigurationsBeyondALimitAreRefused) {
  testing::CountingRandom random(1);
  const auto create = [&](const std::function<void(Config&)>& change) -> Result<void> {
    Config config;
    change(config);
    STT_TRY(Node::create(config, as_bytes(victim_seed), random));
    return {};
  };
  EXPECT_TRUE(create([](Config&) {}));
  EXPECT_TRUE(create([](Config& c) { c.datagram_bytes_max = 65'507; }));
  const std::uint64_t least = (16U << 20) + 64 * (64U << 10);
  EXPECT_TRUE(create([&](Config& c) { c.receive_budget_bytes = least; }));
  const std::vector<std::function<void(Config&)>> bad = {
      [](Config& c) { c.datagram_bytes_max = 65'508; },
      [](Config& c) { c.datagram_bytes_initial = 1'199; },
      [](Config& c) { c.datagram_bytes_max = 1'199; },
      [&](Config& c) { c.receive_budget_bytes = least - 1; },
      [](Config& c) {
        c.parameters.initial_stream_credit = 0;
        c.receive_budget_bytes = c.parameters.max_message_bytes;
      },
      [](Config& c) { c.handshake_deadline = 0s; },
      [](Config& c) { c.close_deadline = -1s; },
      [](Config& c) { c.send_buffer_bytes = 0; },
      [](Config& c) { c.rotate_after_messages = 0; },
      [](Config& c) { c.half_open_max = 0; },
      [](Config& c) { c.half_open_per_seed_max = 0; },
  };
  for (const auto& change : bad) EXPECT_EQ(create(change), fail(Errc::config_invalid));
  //= STT-PARAM-010 test
  EXPECT_EQ(create([](Config& c) { c.parameters.max_streams = 0; }), fail(Errc::config_invalid));
}

// The same inputs at the same times give the same outputs, byte for byte.
//= STT-NODE-011 test
//= STT-NODE-013 test
TEST(NodeLife, RunsRepeatThemselves) {
  const auto run = [] {
    TwoNodes net;
    std::vector<std::pair<Instant, Bytes>> trace;
    std::uint32_t state = 3;
    net.filter = [&](Side&, Bytes& bytes) {
      trace.emplace_back(net.now, bytes);
      return Fate{.deliver = (state = state * 1664525 + 1013904223) >> 24 >= 40};
    };
    EXPECT_TRUE(net.connect());
    const auto stream = net.a.node.open_stream(net.now, net.a_session);
    EXPECT_TRUE(net.a.node.send(net.now, net.a_session, *stream, pattern(100'000)));
    net.run_for(5s);
    return trace;
  };
  const auto first = run();
  EXPECT_GT(first.size(), 100U);
  EXPECT_TRUE(first == run());
}

// Any node connects to any by address and seed alone, whichever began.
//= STT-NODE-006 test
//= STT-NODE-010 test
//= STT-NODE-014 test
//= STT-NODE-008 test
//= STT-SESSION-004 test
TEST(NodeLife, HoldsTwoHundredSessionsAndReportsThemInOnePlace) {
  TwoNodes net;
  std::set<std::uint64_t> handles;
  constexpr std::size_t sessions = 200;
  for (std::size_t i = 0; i < sessions; ++i) {
    Side& from = i % 2 == 0 ? net.a : net.b;
    Side& to = i % 2 == 0 ? net.b : net.a;
    const auto session = from.node.connect(net.now, {to.address, net.hint, std::nullopt});
    ASSERT_TRUE(session);
    if (&from == &net.a) handles.insert(session->value());
    ASSERT_TRUE(net.run_until([&] { return to.count<Connected>() == i + 1; }, 5s));
  }
  net.run_for(1s);
  EXPECT_EQ(net.a.node.statistics().sessions, sessions);
  EXPECT_EQ(net.b.node.statistics().sessions, sessions);
  for (const std::uint64_t handle : handles) {
    const auto stream = net.a.node.open_stream(net.now, SessionHandle(handle));
    ASSERT_TRUE(stream);
    ASSERT_TRUE(net.a.node.send(net.now, SessionHandle(handle), *stream, pattern(3'000)));
  }
  std::set<std::uint64_t> receivers;
  net.b.on_event = [&](const Event& event) {
    const auto* readable = std::get_if<StreamReadable>(&event);
    if (readable == nullptr) return;
    const auto message = net.b.node.receive(net.now, readable->session, readable->stream);
    if (message && message->bytes == pattern(3'000)) receivers.insert(readable->session.value());
  };
  net.run_until([&] { return receivers.size() == handles.size(); }, 10s);
}

//= STT-NODE-009 test
TEST(NodeLife, KeepsRunningWhenItsLastSessionCloses) {
  Duel duel;
  duel.give(duel.peer.seal(wire::Close{}));
  duel.wait(30s);
  EXPECT_EQ(duel.side.node.statistics().sessions, 0U);
  EXPECT_EQ(duel.side.node.state(), NodeState::running);
  ScriptedPeer again(duel.side, testing::mallory_seed, Address::ipv4(198, 51, 100, 67, 1));
  EXPECT_TRUE(again.connect(duel.now));
}

//= STT-SESSION-003 test
//= STT-IDENTITY-013 test
//= STT-ROTATION-024 test
TEST(NodeSession, NeitherTextNorSeedNorKeyIsOnTheWire) {
  Duel duel;
  const auto stream = duel.side.node.open_stream(duel.now, duel.session);
  const Bytes text = to_bytes(as_bytes("nobody may read this on the wire"));
  ASSERT_TRUE(duel.side.node.send(duel.now, duel.session, *stream, text));
  ASSERT_TRUE(duel.side.node.rotate_keys(duel.now, duel.session));
  ASSERT_TRUE(
      duel.side.node.send_datagram(duel.now, duel.session, wire::FrameType::custom_first, text));
  duel.wait_and_ack(5);
  EXPECT_TRUE(std::ranges::any_of(
      duel.peer.received, [&](const auto& frame) { return contains(frame.payload, text); }));
  std::vector<Bytes> secrets = duel.peer.secrets;
  ASSERT_EQ(secrets.size(), 2U);
  secrets.push_back(to_bytes(as_bytes(testing::shared_seed)));
  secrets.push_back(to_bytes(as_bytes(victim_seed)));
  for (const Bytes& secret : secrets) {
    for (const auto& frame : duel.peer.received) EXPECT_FALSE(contains(frame.payload, secret));
    for (const Bytes& datagram : duel.peer.datagrams) EXPECT_FALSE(contains(datagram, secret));
  }
  for (const Bytes& datagram : duel.peer.datagrams) EXPECT_FALSE(contains(datagram, text));
}

//= STT-SESSION-005 test
TEST(NodeSession, KeepsItsIdThroughAddressAndKeyChanges) {
  TwoNodes net;
  ASSERT_TRUE(net.connect());
  const SessionId id = net.a.last<Connected>()->session_id;
  EXPECT_EQ(net.b.last<Connected>()->session_id, id);
  std::size_t frames = 0;
  net.filter = [&](Side&, Bytes& bytes) {
    for (ByteView left = bytes; !left.empty();) {
      const auto frame = std::get<wire::FrameView>(wire::parse_frame(left));
      EXPECT_EQ(frame.header.session_id, id);
      left = left.subspan(frame.whole.size());
      ++frames;
    }
    return Fate{};
  };
  const auto stream = net.a.node.open_stream(net.now, net.a_session);
  ASSERT_TRUE(net.a.node.send(net.now, net.a_session, *stream, pattern(100'000)));
  ASSERT_TRUE(net.a.node.rotate_keys(net.now, net.a_session));
  net.a.address = Address::ipv4(203, 0, 113, 5, 1);
  net.run_for(2s);
  EXPECT_GT(frames, 100U);
  EXPECT_EQ(net.a.node.statistics(net.a_session)->session_id, id);
  EXPECT_EQ(net.b.node.statistics(net.b_session)->session_id, id);
}

// Frames of three epochs are on the way at once, in any order.
//= STT-ROTATION-015 test
TEST(NodeSession, KeysRotateWhileFramesAreReordered) {
  Config config;
  config.rotate_after_bytes = 20'000;
  TwoNodes net(config, config);
  ASSERT_TRUE(net.connect());
  std::uint32_t state = 11;
  net.filter = [&](Side&, Bytes&) {
    const auto draw = [&] { return (state = state * 1664525 + 1013904223) >> 24; };
    return Fate{.delay = 5ms + (draw() < 77 ? std::chrono::microseconds(draw() * 100) : 0us)};
  };
  const auto stream = net.a.node.open_stream(net.now, net.a_session);
  const Bytes bytes = pattern(600'000);
  ASSERT_EQ(net.a.node.send(net.now, net.a_session, *stream, bytes), bytes.size());
  Bytes received;
  net.b.on_event = [&](const Event& event) {
    if (!std::holds_alternative<StreamReadable>(event)) return;
    if (auto got = net.b.node.receive(net.now, net.b_session, *stream)) received = got->bytes;
  };
  net.run_until([&] { return !received.empty(); });
  EXPECT_EQ(received, bytes);
  const auto statistics = *net.b.node.statistics(net.b_session);
  EXPECT_GT(statistics.receive_epoch.value(), 10U);
  EXPECT_EQ(statistics.drops.count(Errc::authentication_failed), 0U);
}

//= STT-SESSION-006 test
//= STT-SESSION-007 test
//= STT-SESSION-008 test
//= STT-SESSION-009 test
TEST(NodeSession, CountsWhatItDoes) {
  TwoNodes net;
  const Instant begin = net.now;
  ASSERT_TRUE(net.connect());
  net.run_for(1s);
  const Instant before = net.now;
  const auto stream = net.a.node.open_stream(net.now, net.a_session);
  ASSERT_TRUE(net.a.node.send(net.now, net.a_session, *stream, pattern(1'000)));
  ASSERT_TRUE(net.a.node.send(net.now, net.a_session, *stream, pattern(500)));
  ASSERT_TRUE(
      net.a.node.send_datagram(net.now, net.a_session, wire::FrameType::custom_first, pattern(30)));
  net.run_for(1s);
  const auto a = *net.a.node.statistics(net.a_session);
  const auto b = *net.b.node.statistics(net.b_session);
  EXPECT_EQ(a.bytes_sent, 1'530U);
  EXPECT_EQ(a.messages_sent, 3U);
  EXPECT_EQ(b.bytes_received, 1'530U);
  EXPECT_EQ(b.messages_received, 3U);
  EXPECT_EQ(b.bytes_sent, 0U);
  EXPECT_GE(a.created, begin);
  EXPECT_LE(a.created, begin + 100ms);
  EXPECT_GE(b.last_active, before);
  EXPECT_LE(b.last_active, net.now);
  EXPECT_EQ(a.streams_open, 1U);
  EXPECT_EQ(b.streams_open, 1U);
  EXPECT_GE(a.rtt, 10ms);
  EXPECT_LE(a.rtt, 40ms);
  EXPECT_GT(a.frames_sent, 3U);
  EXPECT_EQ(a.frames_sent, b.frames_received);
  EXPECT_EQ(a.drops.total(), 0U);
  ASSERT_TRUE(net.a.node.close_stream(net.now, net.a_session, *stream));
  ASSERT_TRUE(net.b.node.close_stream(net.now, net.b_session, *stream));
  Bytes out(2'000);
  ASSERT_TRUE(net.b.node.read(net.now, net.b_session, *stream, out));
  ASSERT_TRUE(net.b.node.read(net.now, net.b_session, *stream, out));
  net.run_for(1s);
  EXPECT_EQ(net.a.node.statistics(net.a_session)->streams_open, 0U);
}

//= STT-SESSION-016 test
TEST(NodeSession, IdleEndsItWithoutAWord) {
  Duel duel;
  duel.give(duel.peer.seal(wire::Ping{}));
  duel.wait_and_ack(1);
  duel.wait(60s);
  EXPECT_EQ(duel.closed_by(), Errc::idle_timeout);
  EXPECT_EQ(duel.peer.count<wire::Close>(), 0U);
  EXPECT_EQ(duel.side.node.statistics().sessions, 0U);
}

//= STT-SESSION-020 test
//= STT-SESSION-021 test
//= STT-SESSION-022 test
TEST(NodeSession, AfterItsCloseItAnswersWithCloseButLessAndLess) {
  Duel duel;
  ASSERT_TRUE(duel.side.node.close(duel.now, duel.session, 70'000, "bye"));
  duel.peer.collect(duel.now);
  ASSERT_EQ(duel.peer.count<wire::Close>(), 1U);
  EXPECT_EQ(duel.peer.last<wire::Close>()->control<wire::Close>()->code, 70'000U);
  std::vector<std::size_t> answered;
  for (std::size_t i = 1; i <= 20; ++i) {
    const std::size_t before = duel.peer.count<wire::Close>();
    duel.give(duel.peer.seal(wire::Ping{}));
    if (duel.peer.count<wire::Close>() > before) answered.push_back(i);
  }
  EXPECT_EQ(answered, (std::vector<std::size_t>{1, 2, 4, 8, 16}));
  Bytes forged = duel.peer.seal(wire::Ping{});
  forged.back() ^= std::byte{1};
  for (int i = 0; i < 64; ++i) duel.give(forged);
  EXPECT_EQ(duel.peer.count<wire::Close>(), 6U);
  // 3 PTO. The handshake took no time, so one is 1 ms, the least, and the peer's delay of 25 ms.
  duel.wait(3 * 26ms - 1ms);
  EXPECT_EQ(duel.side.node.statistics().sessions, 1U);
  duel.wait(10ms);
  EXPECT_EQ(duel.side.node.statistics().sessions, 0U);
}

//= STT-SESSION-022 test
//= STT-SESSION-025 test
TEST(NodeSession, ThePeersCloseEndsClosingAtOnce) {
  Duel duel;
  ASSERT_TRUE(duel.side.node.close(duel.now, duel.session));
  duel.peer.collect(duel.now);
  EXPECT_EQ(duel.side.node.statistics().sessions, 1U);
  duel.give(duel.peer.seal(wire::Close{}));
  EXPECT_EQ(duel.side.node.statistics().sessions, 0U);
  EXPECT_FALSE(duel.side.node.statistics(duel.session));
  EXPECT_EQ(duel.side.node.ping(duel.now, duel.session), fail(Errc::session_closed));
  EXPECT_FALSE(duel.side.node.poll_timeout());
}

//= STT-SESSION-023 test
//= STT-CONTROL-019 test
//= STT-ERROR-005 test
TEST(NodeSession, AfterThePeersCloseItIsSilentAndGone) {
  Duel duel;
  const auto stream = duel.side.node.open_stream(duel.now, duel.session);
  ASSERT_TRUE(duel.side.node.send(duel.now, duel.session, *stream, pattern(5'000), false));
  // A code that nobody knows.
  duel.give(duel.peer.seal(wire::Close{0x3FFF'FFFF'FFFF, as_bytes("\xFF\xFE")}));
  const auto* closed = duel.side.last<Closed>();
  ASSERT_NE(closed, nullptr);
  EXPECT_TRUE(closed->by_peer);
  EXPECT_EQ(closed->code, 0x3FFF'FFFF'FFFFU);
  EXPECT_EQ(closed->text, "\xFF\xFE");
  const std::size_t sent = duel.peer.datagrams.size();
  for (int i = 0; i < 10; ++i) duel.give(duel.peer.seal(wire::Ping{}));
  duel.wait(3 * 26ms - 1ms);
  EXPECT_EQ(duel.side.node.statistics().sessions, 1U);
  duel.wait(1ms);
  EXPECT_EQ(duel.side.node.statistics().sessions, 0U);
  EXPECT_EQ(duel.peer.datagrams.size(), sent);
  EXPECT_EQ(duel.side.count<Closed>(), 1U);
}

//= STT-SESSION-024 test
//= STT-SESSION-027 test
TEST(NodeSession, WhatArrivedWholeIsReadAfterTheEndAndWhatDidNotIsNeverWhole) {
  for (const bool by_fault : {false, true}) {
    Duel duel;
    duel.give(duel.peer.seal_data(StreamId(1), 0, as_bytes("whole")));
    duel.give(duel.peer.seal_data(StreamId(1), 6, as_bytes("hal"), false));
    duel.give(duel.peer.seal_data(StreamId(3), 0, as_bytes("begun"), false));
    if (by_fault) {
      duel.give(duel.peer.seal(wire::FrameType::control, StreamId{}, {}));
    } else {
      duel.give(duel.peer.seal(wire::Close{}));
    }
    EXPECT_FALSE(duel.active());
    duel.wait(4s);  // beyond 3 PTO
    const auto message = duel.side.node.receive(duel.now, duel.session, StreamId(1));
    ASSERT_TRUE(message);
    EXPECT_TRUE(equal(message->bytes, as_bytes("whole")));
    const auto* ended = duel.side.last<StreamClosed>();
    ASSERT_NE(ended, nullptr);
    EXPECT_EQ(ended->reason, Errc::stream_incomplete);
    const auto rest = duel.side.node.receive(duel.now, duel.session, StreamId(1));
    EXPECT_FALSE(rest);
    EXPECT_NE(rest.error(), Errc::would_block);
    duel.wait(2s);
    EXPECT_EQ(duel.side.node.statistics().sessions, 0U);
  }
}

//= STT-SESSION-027 test
TEST(NodeSession, CloseOfAnEndedOneGivesUpWhatIsLeftToRead) {
  Duel duel;
  duel.give(duel.peer.seal_data(StreamId(1), 0, as_bytes("whole")));
  duel.give(duel.peer.seal(wire::Close{}));
  duel.wait(4s);  // beyond 3 PTO
  ASSERT_EQ(duel.side.node.statistics().sessions, 1U) << "kept for the reads";
  EXPECT_EQ(duel.side.node.close(duel.now, duel.session), fail(Errc::session_closed));
  EXPECT_EQ(duel.side.node.statistics().sessions, 0U);
  EXPECT_EQ(duel.side.node.receive(duel.now, duel.session, StreamId(1)),
            fail(Errc::session_closed));
}

TEST(NodeSession, TellsWhichStreamsOfAnEndedSessionAreComplete) {
  Duel duel;
  const auto complete = [&](std::uint16_t id) {
    return duel.side.node.is_complete(duel.session, StreamId(id));
  };
  duel.give(duel.peer.seal_data(StreamId(1), 0, as_bytes("whole")));
  duel.give(duel.peer.seal_data(StreamId(3), 0, as_bytes("begun"), false));
  EXPECT_FALSE(complete(1));
  duel.give(duel.peer.seal(StreamId(1), wire::StreamClose{Position(6)}));
  duel.give(duel.peer.seal(StreamId(3), wire::StreamClose{Position(5)}));
  duel.give(duel.peer.seal(wire::Close{}));
  EXPECT_TRUE(complete(1));
  EXPECT_FALSE(complete(3)) << "its last message has no end";
  EXPECT_FALSE(complete(5)) << "never opened";
  EXPECT_FALSE(duel.side.node.is_complete(SessionHandle(99), StreamId(1)));
}

TEST(NodeSession, CloseThatNobodyAnswersHasADeadline) {
  Duel duel;
  const auto stream = duel.side.node.open_stream(duel.now, duel.session);
  ASSERT_TRUE(duel.side.node.send(duel.now, duel.session, *stream, pattern(50'000)));
  ASSERT_TRUE(duel.side.node.close(duel.now, duel.session));
  //= STT-SESSION-019 test
  EXPECT_EQ(duel.side.node.open_stream(duel.now, duel.session), fail(Errc::session_closed));
  EXPECT_EQ(duel.side.node.send(duel.now, duel.session, *stream, pattern(1)),
            fail(Errc::session_closed));
  duel.wait(4'900ms);
  EXPECT_EQ(duel.peer.count<wire::Close>(), 0U);
  duel.wait(200ms);
  EXPECT_EQ(duel.peer.count<wire::Close>(), 1U);
}

//= STT-STREAM-060 test
//= STT-CONTROL-022 test
TEST(NodeSession, ApplicationsCodesAndReasonsAreChecked) {
  Duel duel;
  Node& node = duel.side.node;
  const auto refused = fail(Errc::invalid_argument);
  const auto stream = node.open_stream(duel.now, duel.session);
  for (const std::uint64_t code : {1ULL, 65'535ULL}) {
    EXPECT_EQ(node.close(duel.now, duel.session, code), refused);
    EXPECT_EQ(node.send_error(duel.now, duel.session, code, {}), refused);
    EXPECT_EQ(node.reset_stream(duel.now, duel.session, *stream, code), refused);
    EXPECT_EQ(node.stop_stream(duel.now, duel.session, *stream, code), refused);
  }
  EXPECT_EQ(node.send_error(duel.now, duel.session, 0, "\xC3"), refused);
  EXPECT_EQ(node.close(duel.now, duel.session, 0, "\xED\xA0\x80"), refused);
  EXPECT_EQ(node.close(duel.now, duel.session, 0, std::string(257, 'a')), refused);
  EXPECT_TRUE(node.send_error(duel.now, duel.session, 65'536, "gr\xC3\xBC\xC3\x9F"));
  EXPECT_TRUE(node.close(duel.now, duel.session, 0, std::string(256, 'a')));
}

TEST(Utf8, KnowsWellFormedTexts) {
  for (const std::string_view good : {"", "abc", "\xC2\x80", "\xE0\xA0\x80", "\xEF\xBF\xBF",
                                      "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(node::is_utf8(good)) << good;
  }
  for (const std::string_view bad :
       {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xC2", "\xE2\x82", "\xC2\x41"}) {
    EXPECT_FALSE(node::is_utf8(bad)) << bad;
  }
}

//= STT-HANDSHAKE-066 test
TEST(NodeSession, AnInitiatorWithNothingToSayPingsAtOnce) {
  Side side({}, victim_seed, 1, victim_address);
  const auto hint = side.node.add_shared_seed(as_bytes(testing::shared_seed));
  const Instant now{1s};
  ASSERT_TRUE(side.node.start(now));
  ScriptedPeer peer(side, testing::mallory_seed, testing::mallory_address);
  ASSERT_TRUE(side.node.connect(now, {peer.address, *hint, peer.id()}));
  ASSERT_TRUE(peer.accept(now));
  ASSERT_FALSE(peer.received.empty());
  EXPECT_TRUE(peer.received.front().control<wire::Ping>());
}

//= STT-RECOVERY-039 test
TEST(NodeSession, KnowsItsRoundTripFromTheHandshake) {
  TwoNodes net;
  net.filter = [](Side&, Bytes&) { return Fate{.delay = 40ms}; };
  ASSERT_TRUE(net.connect());
  EXPECT_EQ(net.a.node.statistics(net.a_session)->rtt, 80ms);
  EXPECT_EQ(net.b.node.statistics(net.b_session)->rtt, 80ms);
}

// A second answer would be to which of the two?
TEST(NodeSession, AHandshakeWithLossesTellsNoRoundTrip) {
  TwoNodes net;
  std::size_t from_b = 0;
  net.filter = [&](Side& from, Bytes&) {
    if (&from == &net.b) ++from_b;
    return Fate{.deliver = &from != &net.b || from_b != 2};  // RESPONSE arrives, FINAL does not
  };
  ASSERT_TRUE(net.connect());
  EXPECT_EQ(net.a.node.statistics(net.a_session)->rtt, 333ms);
}

// The PING waits for the window, and its timer does not stand still meanwhile (wait() would say
// so).
//= STT-SESSION-017 test
TEST(NodeSession, KeepAliveWaitsForAFullWindow) {
  Config config;
  config.parameters.keep_alive_ms = 1'500;
  Duel duel(config);
  duel.wait_and_ack(2);
  ASSERT_TRUE(duel.side.node.open_stream(duel.now, duel.session));
  ASSERT_TRUE(duel.side.node.send(duel.now, duel.session, StreamId(2), pattern(60'000), false));
  duel.peer.collect(duel.now);
  duel.wait(20ms);
  duel.peer.received.clear();
  duel.wait(12s);
  EXPECT_TRUE(duel.active());
  const auto statistics = duel.statistics();
  EXPECT_GT(statistics.bytes_in_flight + 1'200, statistics.congestion_window_bytes);
  EXPECT_GT(duel.peer.count<wire::Ping>(), 0U);
}

}  // namespace
}  // namespace stt
