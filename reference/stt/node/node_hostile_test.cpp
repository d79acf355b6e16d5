// What a peer with the session's true keys, or an attacker without them, can do to a Node.
#include <gtest/gtest.h>

#include <stt/node/scripted_peer.hpp>

namespace stt {
namespace {

using testing::CountingRandom;
using testing::Duel;
using testing::Fate;
using testing::joined;
using testing::pattern;
using testing::ScriptedPeer;
using testing::Side;
using testing::TwoNodes;

Bytes raw(std::initializer_list<int> values) {
  Bytes bytes;
  for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

struct Fault {
  const char* name;
  wire::FrameType type;
  std::uint16_t stream;
  Bytes payload;
  Errc error;
};

//= STT-SESSION-012 test
//= STT-SESSION-013 test
//= STT-ERROR-004 test
//= STT-SECURITY-008 test
TEST(Hostile, WhatOpensAndBreaksARuleClosesTheSessionWithItsNumber) {
  using wire::FrameType;
  const std::vector<Fault> faults = {
      {"empty control", FrameType::control, 0, {}, Errc::truncated},
      {"control type", FrameType::control, 0, raw({9}), Errc::control_type},
      {"trailing", FrameType::control, 0, raw({3, 1, 1}), Errc::trailing_bytes},
      {"overlong", FrameType::control, 0, raw({3, 0x80, 0}), Errc::varint_overlong},
      {"padding", FrameType::control, 0, raw({2, 0, 1}), Errc::control_padding},
      {"ack range", FrameType::control, 0, raw({1, 0, 1, 0, 2}), Errc::ack_ranges},
      {"ack never sent", FrameType::control, 0, raw({1, 0, 0x7F, 0, 0}), Errc::ack_never_sent},
      {"reason", FrameType::control, 0, joined({raw({8, 0, 0x81, 0x02}), Bytes(257)}),
       Errc::reason_too_long},
      {"data flags", FrameType::data, 1, raw({2, 0, 0}), Errc::data_flags},
      {"data empty", FrameType::data, 1, raw({0, 0}), Errc::data_empty},
      {"custom empty", FrameType::custom_first, 1, raw({0, 0}), Errc::data_empty},
      {"not opened", FrameType::data, 2, raw({1, 0, 0}), Errc::stream_not_opened},
      {"credit", FrameType::data, 1, raw({1, 0xFF, 0xFF, 0xFF, 0x7F}),
       Errc::stream_credit_exceeded},
      {"stream control", FrameType::stream_control, 1, raw({7}), Errc::stream_control_type},
  };
  for (const Fault& fault : faults) {
    SCOPED_TRACE(fault.name);
    Duel duel;
    duel.give(duel.peer.seal(fault.type, StreamId(fault.stream), fault.payload));
    EXPECT_EQ(duel.closed_by(), fault.error);
    const auto* close = duel.peer.last<wire::Close>();
    ASSERT_NE(close, nullptr);
    EXPECT_EQ(close->control<wire::Close>()->code, static_cast<std::uint64_t>(fault.error));
    duel.wait(60s);
    EXPECT_EQ(duel.side.node.statistics().sessions, 0U);
    EXPECT_EQ(duel.side.node.state(), NodeState::running);
  }
}

//= STT-CONTROL-009 test
TEST(Hostile, AnAckOfWhatWasSkippedOrNotSentClosesTheSession) {
  Duel duel;
  wire::Ack ack;
  ack.ranges.push_back({Sequence(0), Sequence(duel.statistics().frames_sent + 5)});
  duel.give(duel.peer.seal(ack));
  EXPECT_EQ(duel.closed_by(), Errc::ack_never_sent);
  Duel honest;
  honest.give(honest.peer.seal(wire::Ping{}));
  honest.wait(100ms);
  honest.give(honest.peer.seal_ack());
  EXPECT_TRUE(honest.active());
}

//= STT-FRAME-039 test
//= STT-PARAM-009 test
TEST(Hostile, AFrameAboveOurLimitClosesTheSession) {
  Config config;
  config.parameters.max_frame_bytes = 1'300;
  {
    Duel duel(config);
    duel.give(duel.peer.seal(wire::Ping{1'300 - 64}));
    EXPECT_TRUE(duel.active());
  }
  Duel duel(config);
  duel.give(duel.peer.seal(wire::Ping{1'400}));
  EXPECT_EQ(duel.closed_by(), Errc::frame_over_limit);
}

//= STT-PARAM-009 test
//= STT-FRAME-039 test
//= STT-PATH-026 test
TEST(Hostile, NothingLongerThanThePeersLimitIsSent) {
  handshake::HandshakeConfig theirs;
  theirs.parameters.max_frame_bytes = 1'200;
  Config config;
  config.datagram_bytes_initial = 1'400;
  Duel duel(config, theirs);
  const auto stream = duel.side.node.open_stream(duel.now, duel.session);
  ASSERT_TRUE(duel.side.node.send(duel.now, duel.session, *stream, Bytes(100'000)));
  for (int i = 0; i < 50; ++i) {
    duel.wait(30ms);
    duel.give(duel.peer.seal_ack());
  }
  EXPECT_GT(duel.peer.datagrams.size(), 50U);
  for (Bytes& datagram : duel.peer.datagrams) {
    for (ByteView left = datagram; !left.empty();) {
      const auto parsed = wire::parse_frame(left);
      const auto& frame = std::get<wire::FrameView>(parsed);
      EXPECT_LE(frame.whole.size(), 1'200U);
      left = left.subspan(frame.whole.size());
    }
  }
}

//= STT-PARAM-009 test
TEST(Hostile, PeersStreamLimitAndCreditAreKept) {
  handshake::HandshakeConfig theirs;
  theirs.parameters.max_streams = 2;
  theirs.parameters.initial_stream_credit = 1'000;
  theirs.parameters.initial_session_credit = 1'500;
  Duel duel({}, theirs);
  Node& node = duel.side.node;
  const auto first = node.open_stream(duel.now, duel.session);
  const auto second = node.open_stream(duel.now, duel.session);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(node.open_stream(duel.now, duel.session), fail(Errc::stream_limit));
  ASSERT_TRUE(node.send(duel.now, duel.session, *first, Bytes(5'000)));
  ASSERT_TRUE(node.send(duel.now, duel.session, *second, Bytes(5'000)));
  for (int i = 0; i < 20; ++i) {
    duel.wait(30ms);
    duel.give(duel.peer.seal_ack());
  }
  const auto data_bytes = [&] {
    std::map<StreamId, std::map<std::uint64_t, std::size_t>> pieces;
    for (const auto& frame : duel.peer.received) {
      if (frame.type != wire::FrameType::data) continue;
      const auto message = wire::decode_data(frame.payload);
      auto& size = pieces[frame.stream][message->offset.value()];
      size = std::max(size, message->bytes.size());
    }
    std::map<StreamId, std::size_t> sums;
    for (const auto& [stream, parts] : pieces) {
      for (const auto& [offset, size] : parts) sums[stream] += size;
    }
    return sums;
  };
  EXPECT_LE(data_bytes()[*first], 1'000U);
  EXPECT_EQ(data_bytes()[*first] + data_bytes()[*second], 1'500U);
  // More credit moves more; a smaller one than before takes nothing back.
  //= STT-CONTROL-018 test
  duel.give(duel.peer.seal(wire::SessionCredit{1'800}));
  duel.give(duel.peer.seal(wire::SessionCredit{10}));
  duel.wait(30ms);
  EXPECT_TRUE(duel.active());
  EXPECT_EQ(data_bytes()[*first] + data_bytes()[*second], 1'800U);
}

//= STT-ERROR-003 test
//= STT-SESSION-011 test
//= STT-SECURITY-006 test
TEST(Hostile, ReplayedTamperedAndTruncatedFramesOnlyMoveDropCounters) {
  Duel duel;
  const Bytes data = duel.peer.seal_data(StreamId(1), 0, as_bytes("once"));
  duel.give(data);
  duel.wait(1s);
  duel.give(duel.peer.seal_ack());
  duel.wait(1s);
  const auto before = duel.statistics();
  const std::size_t events = duel.side.events.size();
  const std::size_t sent = duel.peer.datagrams.size();

  duel.give(data);
  EXPECT_EQ(duel.statistics().drops.count(Errc::replayed), 1U);
  const Bytes fresh = duel.peer.seal_data(StreamId(1), 5, as_bytes("twice"));
  for (std::size_t at = 0; at < fresh.size(); ++at) {
    Bytes changed = fresh;
    changed[at] ^= std::byte{1};
    duel.give(changed);
    duel.give(Bytes(fresh.begin(), fresh.begin() + static_cast<std::ptrdiff_t>(at)));
  }
  // Reflected: a frame of the node itself.
  for (const Bytes& own : std::vector<Bytes>(duel.peer.datagrams)) duel.give(own);

  EXPECT_EQ(duel.side.events.size(), events);
  EXPECT_EQ(duel.peer.datagrams.size(), sent);
  const auto after = duel.statistics();
  EXPECT_EQ(after.frames_received, before.frames_received);
  EXPECT_EQ(after.last_active, before.last_active);
  EXPECT_EQ(after.bytes_received, before.bytes_received);
  EXPECT_GT(after.drops.count(Errc::authentication_failed), 0U);
  EXPECT_GT(duel.side.node.statistics().drops.count(Errc::frame_incomplete), 0U);

  duel.give(fresh);  // it still counts
  EXPECT_EQ(duel.statistics().bytes_received, before.bytes_received + 5);
}

//= STT-SESSION-010 test
TEST(Hostile, FramesOfAnUnknownSessionMeetSilence) {
  Duel duel;
  Bytes frame = duel.peer.seal(wire::Ping{});
  frame[7] ^= std::byte{0xFF};  // within the session id
  const std::size_t sent = duel.peer.datagrams.size();
  duel.give(frame);
  EXPECT_EQ(duel.peer.datagrams.size(), sent);
  EXPECT_EQ(duel.side.node.statistics().drops.count(Errc::unknown_session), 1U);
}

// The same datagrams, with and without a second session that is broken, flooded and closed.
//= STT-SESSION-004 test
//= STT-SECURITY-011 test
TEST(Hostile, ABrokenSessionChangesNoOtherSessionsTrace) {
  const auto trace = [](bool disturbed) {
    TwoNodes net;
    std::vector<Bytes> bytes;
    EXPECT_TRUE(net.connect());
    std::optional<ScriptedPeer> mallory;
    if (disturbed) {
      mallory.emplace(net.b, testing::mallory_seed, testing::mallory_address);
      EXPECT_TRUE(mallory->connect(net.now));
    }
    std::vector<std::pair<Instant, std::size_t>> seen;
    net.filter = [&](Side&, Bytes& sent) {
      const auto parsed = wire::parse_frame(sent);
      const auto* frame = std::get_if<wire::FrameView>(&parsed);
      if (frame != nullptr && frame->header.session_id == net.a.last<Connected>()->session_id) {
        seen.emplace_back(net.now, sent.size());
      }
      return Fate{};
    };
    const auto stream = net.a.node.open_stream(net.now, net.a_session);
    for (int round = 0; round < 20; ++round) {
      EXPECT_TRUE(net.a.node.send(net.now, net.a_session, *stream, pattern(5'000)));
      if (mallory && round < 10) {
        for (int i = 0; i < 30; ++i) mallory->give(net.now, mallory->seal(wire::Ping{}));
        mallory->give(net.now, mallory->seal_data(StreamId(1), 0, Bytes(1'000), false));
      }
      if (mallory && round == 10) {
        mallory->give(net.now, mallory->seal(wire::FrameType::control, StreamId{}, {}));
      }
      net.run_for(20ms);
    }
    EXPECT_EQ(net.b.node.statistics(net.b_session)->bytes_received, 100'000U);
    return seen;
  };
  const auto calm = trace(false);
  EXPECT_GT(calm.size(), 100U);
  EXPECT_EQ(calm, trace(true));
}

TEST(Hostile, HelloFloodStaysBoundedAndASessionGoesOn) {
  Config config;
  config.half_open_max = 200;
  config.half_open_per_seed_max = 100;
  TwoNodes net({}, config);
  ASSERT_TRUE(net.connect());
  const auto identity = crypto::Identity::from_seed(as_bytes(testing::mallory_seed));
  struct : handshake::SessionIds {
    bool in_use(const SessionId&) const override { return false; }
  } ids;
  for (std::uint16_t i = 0; i < 10'000; ++i) {
    handshake::HandshakeConfig theirs;
    testing::CountingRandom random(i + 100U);
    handshake::Handshakes handshakes(theirs, *identity, random, ids);
    const auto hint = handshakes.add_shared_seed(as_bytes(testing::shared_seed));
    ASSERT_TRUE(handshakes.start(net.now, net.b.address, *hint));
    const auto sent = handshakes.poll_transmit(net.now, net.buffer);
    ASSERT_TRUE(sent);
    Bytes hello(net.buffer.begin(), net.buffer.begin() + static_cast<std::ptrdiff_t>(sent->size));
    net.b.node.handle_datagram(net.now, Address::ipv4(10, 0, 0, 1, i), hello);
    while (const auto reply = net.b.node.poll_transmit(net.now, net.buffer)) {
      EXPECT_LE(reply->size, hello.size());
    }
    ASSERT_LE(net.b.node.statistics().half_open, 100U);
  }
  //= STT-ERROR-003 test
  EXPECT_EQ(net.b.node.statistics().drops.count(Errc::evicted), 9'900U);
  const auto stream = net.a.node.open_stream(net.now, net.a_session);
  ASSERT_TRUE(net.a.node.send(net.now, net.a_session, *stream, pattern(10'000)));
  net.run_for(20s);
  EXPECT_EQ(net.b.node.statistics(net.b_session)->messages_received, 1U);
  EXPECT_EQ(net.b.node.statistics().half_open, 0U);
  EXPECT_EQ(net.b.node.statistics().drops.count(Errc::handshake_timeout), 100U);
}

//= STT-SECURITY-009 test
TEST(Hostile, AHolderOfTheSharedSeedCannotTakeAPinnedPlace) {
  Side victim({}, "victim has a node seed of 32 bytes", 1, Address::ipv4(192, 0, 2, 1, 1001));
  const auto hint = victim.node.add_shared_seed(as_bytes(testing::shared_seed));
  Instant now{1s};
  ASSERT_TRUE(victim.node.start(now));
  ScriptedPeer mallory(victim, testing::mallory_seed, testing::mallory_address);
  ASSERT_TRUE(victim.node.connect(now, {mallory.address, *hint, NodeId{}}));
  mallory.accept(now);
  while (auto event = victim.node.poll_event()) victim.events.push_back(*event);
  ASSERT_NE(victim.last<ConnectFailed>(), nullptr);
  EXPECT_EQ(victim.last<ConnectFailed>()->reason, Errc::identity_refused);
  EXPECT_EQ(victim.node.statistics().sessions, 0U);
}

TEST(Hostile, ReplayedAndTamperedHandshakesChangeNothing) {
  TwoNodes net;
  std::vector<std::pair<Side*, Bytes>> sent;
  net.filter = [&](Side& side, Bytes& bytes) {
    sent.emplace_back(&side, bytes);
    return Fate{};
  };
  ASSERT_TRUE(net.connect());
  net.run_for(1s);
  net.filter = nullptr;
  const std::size_t a_events = net.a.events.size();
  const std::size_t b_events = net.b.events.size();
  for (const auto& [side, bytes] : sent) {
    Side& other = side == &net.a ? net.b : net.a;
    for (Side* target : {side, &other}) {  // replayed, and reflected
      Bytes copy = bytes;
      target->node.handle_datagram(net.now, side->address, copy);
      Bytes cut(bytes.begin(), bytes.end() - 1);
      target->node.handle_datagram(net.now, side->address, cut);
      for (std::size_t at = 0; at < bytes.size(); at += 7) {
        Bytes changed = bytes;
        changed[at] ^= std::byte{0x10};
        target->node.handle_datagram(net.now, side->address, changed);
      }
    }
  }
  net.run_for(1s);
  EXPECT_EQ(net.a.events.size(), a_events);
  EXPECT_EQ(net.b.events.size(), b_events);
  EXPECT_EQ(net.a.node.statistics().sessions, 1U);
  EXPECT_EQ(net.b.node.statistics().sessions, 1U);
  EXPECT_EQ(net.a.node.statistics().handshakes_failed, 0U);
  ASSERT_TRUE(net.a.node.ping(net.now, net.a_session));
  net.run_for(20s);
  EXPECT_EQ(net.b.node.statistics().half_open, 0U);
  EXPECT_EQ(net.a.last<Closed>(), nullptr);
}

// An honest peer answers no more than it must, so that two of them fall silent.
//= STT-CONTROL-025 test
TEST(Hostile, TwoIdleNodesFallSilent) {
  TwoNodes net;
  ASSERT_TRUE(net.connect());
  const auto stream = net.a.node.open_stream(net.now, net.a_session);
  ASSERT_TRUE(net.a.node.send(net.now, net.a_session, *stream, pattern(50'000)));
  net.run_for(10s);
  const std::size_t before = net.datagrams;
  net.run_for(10s);
  EXPECT_EQ(net.datagrams, before);
}

TEST(Hostile, AnOrphanSessionEndsAlthoughNobodyAsksForIdleTimeouts) {
  Config config;
  config.parameters.idle_timeout_ms = 0;
  handshake::HandshakeConfig theirs;
  theirs.parameters.idle_timeout_ms = 0;
  {
    //= STT-SESSION-028 test
    Duel duel(config, theirs);
    duel.wait(29s);
    EXPECT_TRUE(duel.active());
    duel.wait(2s);
    EXPECT_EQ(duel.closed_by(), Errc::idle_timeout);
    EXPECT_EQ(duel.side.node.statistics().sessions, 0U);
  }
  Duel duel(config, theirs);
  duel.give(duel.peer.seal(wire::Ping{}));
  duel.wait(1'000s);
  EXPECT_TRUE(duel.active());
}

TEST(Hostile, FailingRandomnessRefusesAndLeavesSessionsAlone) {
  TwoNodes net;
  ASSERT_TRUE(net.connect());
  net.a.random.broken = true;
  EXPECT_EQ(net.a.node.connect(net.now, {net.b.address, net.hint, std::nullopt}),
            fail(Errc::random_failed));
  EXPECT_EQ(net.a.node.rotate_keys(net.now, net.a_session), fail(Errc::random_failed));
  const auto stream = net.a.node.open_stream(net.now, net.a_session);
  ASSERT_TRUE(net.a.node.send(net.now, net.a_session, *stream, pattern(1'000'000)));
  net.run_for(5s);
  EXPECT_EQ(net.b.node.statistics(net.b_session)->bytes_received, 1'000'000U);
  // A path cannot be validated without randomness: the session says so and ends.
  net.b.address = Address::ipv4(203, 0, 113, 9, 99);
  ASSERT_TRUE(net.b.node.ping(net.now, net.b_session));
  net.run_for(5s);
  ASSERT_NE(net.a.last<Closed>(), nullptr);
  EXPECT_EQ(net.a.last<Closed>()->reason, Errc::random_failed);
}

// Draws whatever a handshake needs, and nothing for the session after it.
class WithoutSessionNonces final : public Random {
 public:
  Result<void> fill(std::string_view label, MutableByteView out) override {
    if (label == "session.nonce_prefix") return fail(Errc::random_failed);
    return random_.fill(label, out);
  }

 private:
  CountingRandom random_{3};
};

TEST(Hostile, ASessionThatCannotDrawItsNoncesDoesNotBegin) {
  for (const Role role : {Role::initiator, Role::responder}) {
    TwoNodes net;
    Side& whole = net.b;
    WithoutSessionNonces random;
    Node broken = *Node::create({}, as_bytes("carol has a node seed of 32 bytes"), random);
    ASSERT_TRUE(broken.add_shared_seed(as_bytes(testing::shared_seed)) && broken.start(net.now));
    if (role == Role::initiator) {
      ASSERT_TRUE(broken.connect(net.now, {whole.address, net.hint, std::nullopt}));
    } else {
      ASSERT_TRUE(whole.node.connect(net.now, {net.a.address, net.hint, std::nullopt}));
    }
    for (int round = 0; round < 4; ++round) {
      const auto exchange = [&](Node& from, Node& to, const Address& own) {
        while (const auto sent = from.poll_transmit(net.now, net.buffer)) {
          to.handle_datagram(net.now, own, MutableByteView(net.buffer).first(sent->size));
        }
      };
      exchange(broken, whole.node, net.a.address);
      exchange(whole.node, broken, whole.address);
    }
    // A responder that has no session sends no FINAL, so the initiator has none either.
    EXPECT_EQ(whole.node.statistics().sessions, role == Role::initiator ? 1U : 0U);
    EXPECT_EQ(broken.statistics().sessions, 0U);
    EXPECT_EQ(broken.statistics().handshakes_failed, 1U);
    const auto event = broken.poll_event();
    if (role == Role::initiator) {
      ASSERT_TRUE(event);
      EXPECT_EQ(std::get<ConnectFailed>(*event).reason, Errc::random_failed);
    } else {
      EXPECT_FALSE(event) << "the application had asked for nothing";
    }
  }
}

}  // namespace
}  // namespace stt
