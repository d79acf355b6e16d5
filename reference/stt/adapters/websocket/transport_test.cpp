// Nodes over real WebSockets on the loopback, with and without TLS.
#include <stt/adapters/websocket/transport.hpp>

#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include <stt/adapters/websocket/websocket_parties.hpp>

namespace stt::adapters {
namespace {

using namespace testing;

// A message of `count` frames that have `bytes` each, and belong to no session.
Bytes frames_of_strangers(std::size_t count, std::size_t bytes) {
  Bytes message;
  for (std::size_t i = 0; i < count; ++i) {
    const wire::FrameHeader header{.type = wire::FrameType::control,
                                   .session_id = SessionId{{std::byte{1}}},
                                   .stream_id = {},
                                   .sequence = {},
                                   .selector = Epoch(0)};
    Bytes frame(bytes);
    wire::Writer writer(frame);
    wire::lay_out_frame(writer, header, wire::payload_bytes_max(header, bytes).value());
    append(message, frame);
  }
  return message;
}

struct Way {
  bool tls;
  bool ipv6;
};

class WebSocketBothWays : public WebSocketTest, public ::testing::WithParamInterface<Way> {};

//= STT-NODE-007 test
//= STT-NODE-016 test
//= STT-NODE-017 test
//= STT-WS-013 test
TEST_P(WebSocketBothWays, MovesMessagesBetweenTwoNodes) {
  const auto [tls, ipv6] = GetParam();
  if (ipv6 && !has_ipv6()) return;  // a machine without
  Party a(loop_, alice_seed);
  Party b(loop_, bob_seed);
  const auto files = tls ? std::optional(good_files()) : std::nullopt;
  const auto local = b.transport.listen(
      {.bind = parse_ip(ipv6 ? "::1" : "127.0.0.1", 0), .port = 0, .tls = files});
  ASSERT_TRUE(local) << local.error().text;
  const std::string url = std::string(tls ? "wss" : "ws") + "://" + display(local->front()) + "/x";
  ASSERT_TRUE(connect(a, b, url, suite_certificates->ca_file()));
  EXPECT_EQ(a.last<Connected>()->peer, b.node.id());
  EXPECT_EQ(b.last<Connected>()->address.transport, Transport::websocket);
  EXPECT_EQ(a.transport.remote(a.last<Connected>()->address), local->front());
  EXPECT_TRUE(move(a, b, 1'000'000));
  EXPECT_TRUE(move(b, a, 1'000'000));
}

INSTANTIATE_TEST_SUITE_P(, WebSocketBothWays,
                         ::testing::Values(Way{false, false}, Way{false, true}, Way{true, false},
                                           Way{true, true}),
                         [](const auto& way) {
                           return std::string(way.param.tls ? "Wss" : "Ws") +
                                  (way.param.ipv6 ? "Ipv6" : "Ipv4");
                         });

//= STT-FRAME-041 test
TEST_F(WebSocketTest, TenMillionBytesTravelInFiveFrames) {
  for (const bool tls : {false, true}) {
    Party a(loop_, alice_seed, wide_config());
    Party b(loop_, bob_seed, wide_config());
    ASSERT_TRUE(connect(a, b, listen(b, tls ? std::optional(good_files()) : std::nullopt),
                        suite_certificates->ca_file()));
    ASSERT_TRUE(move(a, b, 10'000'000));
    EXPECT_EQ(a.counting.data_frames, 5U);
  }
}

TEST_F(WebSocketTest, ANodeHasUdpAndWebSocketsAtOnce) {
  Party a(loop_, alice_seed);
  Party b(loop_, bob_seed);
  UdpOptions udp;
  udp.bind = parse_ip("127.0.0.1", 0);
  ASSERT_TRUE(a.driver.open_udp(udp));
  ASSERT_TRUE(b.driver.open_udp(udp));
  ASSERT_TRUE(connect(a, b, listen(b)));
  const SessionHandle first = a.last<Connected>()->session;
  ASSERT_TRUE(
      a.node.connect(loop_.now(), {b.driver.local_addresses().front(), a.hint, std::nullopt}));
  ASSERT_TRUE(run_until(a, b, [&] { return a.last<Connected>()->session != first; }));
  EXPECT_EQ(a.last<Connected>()->address.transport, Transport::udp);
  EXPECT_TRUE(move(a, b, 100'000));
}

TEST_F(WebSocketTest, ListensOnBothFamiliesWithOnePortAndTellsWhenItIsTaken) {
  WebSocketTransport transport(loop_);
  const auto addresses = transport.listen({});
  ASSERT_TRUE(addresses);
  for (const Address& address : *addresses) EXPECT_EQ(address.port, addresses->front().port);
  EXPECT_NE(addresses->front().port, 0);
  const auto again = transport.listen({.port = addresses->front().port});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Errc::address_in_use);
  const auto elsewhere = transport.listen({.bind = parse_ip("192.0.2.1", 0)});
  ASSERT_FALSE(elsewhere);
  EXPECT_EQ(elsewhere.error().code, Errc::address_unusable);
}

//= STT-WS-016 test
TEST_F(WebSocketTest, TheConnectionClosesWithTheSession) {
  for (const bool tls : {false, true}) {
    Party a(loop_, alice_seed);
    Party b(loop_, bob_seed);
    ASSERT_TRUE(connect(a, b, listen(b, tls ? std::optional(good_files()) : std::nullopt),
                        suite_certificates->ca_file()));
    const Instant begin = loop_.now();
    ASSERT_TRUE(a.node.close(loop_.now(), a.last<Connected>()->session));
    ASSERT_TRUE(run_until(a, b, [&] { return !a.ended.empty() && !b.ended.empty(); }));
    EXPECT_LT(loop_.now() - begin, 3s);  // the peer's answer, not the time-out
    EXPECT_EQ(a.ended.front(), Errc::websocket_closed);
    EXPECT_EQ(b.ended.front(), Errc::websocket_closed);
    EXPECT_TRUE(b.last<Closed>()->by_peer);
    EXPECT_EQ(b.node.statistics().sessions, 0U);
  }
}

//= STT-WS-016 test
TEST_F(WebSocketTest, WhatIsQueuedArrivesBeforeTheEnd) {
  constexpr std::uint64_t messages = 100;
  Party a(loop_, alice_seed);
  Party b(loop_, bob_seed);
  const Address connection = *open(a.transport, listen(b));
  for (std::uint64_t i = 0; i < messages; ++i) {
    a.transport.send(connection, frames_of_strangers(1, 1'200));
  }
  a.transport.close(connection);
  ASSERT_TRUE(run_until(a, b, [&] { return !b.ended.empty(); }));
  EXPECT_EQ(b.ended.front(), Errc::websocket_closed);
  EXPECT_EQ(b.node.statistics().datagrams_received, messages);
}

TEST_F(WebSocketTest, AStoppedNodeIsStoppedAsSoonAsThePeerHasClosed) {
  Party a(loop_, alice_seed);
  Party b(loop_, bob_seed);
  ASSERT_TRUE(connect(a, b, listen(b)));
  const Instant begin = loop_.now();
  b.node.stop(begin);
  EXPECT_TRUE(run_until(a, b, [&] { return b.last<Stopped>() != nullptr; }));
  EXPECT_LT(loop_.now() - begin, 3s);
}

TEST_F(WebSocketTest, ALostConnectionEndsItsSessionAndNoOther) {
  Party b(loop_, bob_seed);
  const std::string url = listen(b);
  Party a(loop_, alice_seed);
  {
    Party c(loop_, "carol has a node seed of 32 bytes");
    ASSERT_TRUE(connect(c, b, url));
    ASSERT_TRUE(connect(a, b, url));
  }
  ASSERT_TRUE(run_until(a, b, [&] { return b.last<Closed>() != nullptr; }));
  EXPECT_EQ(b.last<Closed>()->reason, Errc::transport_failed);
  EXPECT_TRUE(move(a, b, 100'000));
}

TEST_F(WebSocketTest, ATransportMayDieWhileItsLoopGoesOn) {
  Party a(loop_, alice_seed);
  {
    Party b(loop_, bob_seed);
    ASSERT_TRUE(connect(a, b, listen(b)));
    ASSERT_TRUE(a.node.ping(loop_.now(), a.last<Connected>()->session));
    a.driver.pump();
  }
  EXPECT_FALSE(loop_.run_for(50ms));
}

// A connection that is full is not asked for more, and others go on.
//= STT-WS-025 test
TEST_F(WebSocketTest, AFullQueueHoldsTheNodeBackUntilThereIsRoom) {
  WebSocketLimits narrow;
  narrow.queue_bytes_max = 100'000;
  Party a(loop_, alice_seed, wide_config(), narrow);
  Party b(loop_, bob_seed, wide_config());
  ASSERT_TRUE(connect(a, b, listen(b)));
  const Address connection = a.last<Connected>()->address;
  const Bytes some = pattern(4'000'000);
  const auto stream = a.node.open_stream(loop_.now(), a.last<Connected>()->session);
  ASSERT_TRUE(a.node.send(loop_.now(), a.last<Connected>()->session, *stream, some));
  const std::size_t before = a.counting.messages;
  a.driver.pump();
  EXPECT_EQ(a.counting.messages, before + 1);  // of the largest size
  EXPECT_FALSE(a.transport.has_room(connection));
  std::size_t received = 0;
  Bytes buffer(1U << 20);
  b.on_event = [&](Instant now, const Event& event) {
    const auto* readable = std::get_if<StreamReadable>(&event);
    if (readable == nullptr) return;
    while (const auto part = b.node.read(now, readable->session, readable->stream, buffer)) {
      received += part->bytes;
    }
  };
  ASSERT_TRUE(run_until(a, b, [&] { return received == some.size(); }));
  b.on_event = nullptr;
  EXPECT_GE(a.counting.messages, before + 2);
  loop_.run_for(10ms);
  EXPECT_TRUE(a.transport.has_room(connection));
}

//= STT-WS-007 test
//= STT-WS-017 test
//= STT-WS-022 test
TEST_F(WebSocketTest, AMessageIsAsLongAsItsLimitBeforeAndAfterASessionIsActive) {
  WebSocketLimits limits;
  limits.message_bytes_max = 50'000;
  for (const bool in_session : {false, true}) {
    Party a(loop_, alice_seed, wide_config());
    Party b(loop_, bob_seed, wide_config(), limits);
    const std::string url = listen(b);
    Address connection;
    if (in_session) {
      ASSERT_TRUE(connect(a, b, url));
      connection = a.last<Connected>()->address;
    } else {
      connection = *open(a.transport, url);
    }
    const std::size_t bytes = in_session ? 10'000 : 240;
    a.transport.send(connection, frames_of_strangers(5, bytes));
    loop_.run_for(100ms);
    EXPECT_TRUE(b.ended.empty());  // 50,000 or 1,200 bytes are within the limit
    Bytes too_long = frames_of_strangers(4, bytes);
    append(too_long, frames_of_strangers(1, bytes + 1));
    a.transport.send(connection, too_long);
    ASSERT_TRUE(run_until(a, b, [&] { return !b.ended.empty() && !a.ended.empty(); }));
    EXPECT_EQ(b.ended.front(), Errc::websocket_message_too_long);
    EXPECT_EQ(a.ended.front(), Errc::websocket_closed);
    EXPECT_EQ(a.last_words, "the peer closed with 1009");
  }
}

//= STT-WS-002 test
TEST_F(WebSocketTest, AMessageThatIsNotWholeFramesEndsTheConnection) {
  Party a(loop_, alice_seed);
  Party b(loop_, bob_seed);
  ASSERT_TRUE(connect(a, b, listen(b)));
  a.transport.send(a.last<Connected>()->address, as_bytes("no frame"));
  ASSERT_TRUE(run_until(a, b, [&] { return !b.ended.empty() && !a.ended.empty(); }));
  EXPECT_EQ(b.ended.front(), Errc::websocket_not_frames);
  EXPECT_EQ(a.ended.front(), Errc::websocket_closed);
  EXPECT_EQ(a.last_words, "the peer closed with 1007");
}

//= STT-WS-024 test
TEST_F(WebSocketTest, ConnectionsWithoutASessionMakeRoomAndThoseWithOneDoNot) {
  WebSocketLimits limits;
  limits.without_session_max = 3;
  limits.connections_max = 4;
  Party b(loop_, bob_seed, {}, limits);
  const std::string url = listen(b);
  Party a(loop_, alice_seed);
  ASSERT_TRUE(connect(a, b, url));
  WebSocketTransport crowd(loop_);
  std::vector<Address> strangers;
  for (int i = 0; i < 5; ++i) strangers.push_back(*open(crowd, url));
  EXPECT_EQ(b.transport.counters().ended.count(Errc::too_many_connections), 2U);
  loop_.run_for(100ms);
  EXPECT_FALSE(crowd.has_room(strangers[0]));  // the oldest left
  EXPECT_FALSE(crowd.has_room(strangers[1]));
  EXPECT_TRUE(crowd.has_room(strangers[4]));
  Party c(loop_, "carol has a node seed of 32 bytes");
  ASSERT_TRUE(connect(c, b, url));
  EXPECT_TRUE(move(a, b, 10'000));
}

//= STT-WS-024 test
TEST_F(WebSocketTest, WhenAllConnectionsHaveSessionsNoMoreAreTaken) {
  WebSocketLimits limits;
  limits.connections_max = 1;
  Party b(loop_, bob_seed, {}, limits);
  const std::string url = listen(b);
  Party a(loop_, alice_seed);
  ASSERT_TRUE(connect(a, b, url));
  WebSocketTransport other(loop_);
  EXPECT_FALSE(open(other, url));
  EXPECT_EQ(b.transport.counters().ended.count(Errc::too_many_connections), 1U);
  EXPECT_TRUE(move(a, b, 10'000));
}

//= STT-WS-008 test
TEST_F(WebSocketTest, WithoutASessionInTimeBothSidesGiveUp) {
  WebSocketLimits impatient;
  impatient.session_deadline = 300ms;
  Party b(loop_, bob_seed, {}, impatient);
  const std::string url = listen(b);
  Party a(loop_, alice_seed);
  ASSERT_TRUE(open(a.transport, url));
  ASSERT_TRUE(run_until(a, b, [&] { return !a.ended.empty(); }));
  EXPECT_EQ(b.ended.front(), Errc::websocket_deadline);
  EXPECT_EQ(a.ended.front(), Errc::websocket_closed);
  EXPECT_EQ(a.last_words, "the peer closed with 1008");

  Party c(loop_, "carol has a node seed of 32 bytes", {}, impatient);
  Party d(loop_, "david has a node seed of 32 bytes");
  ASSERT_TRUE(open(c.transport, listen(d)));
  ASSERT_TRUE(run_until(c, d, [&] { return !c.ended.empty(); }));
  EXPECT_EQ(c.ended.front(), Errc::websocket_deadline);

  ASSERT_TRUE(connect(a, b, url));
  loop_.run_for(400ms);
  EXPECT_EQ(b.ended.size(), 1U);  // a session in time ends the deadline
  EXPECT_TRUE(move(a, b, 10'000));
}

//= STT-WS-026 test
TEST_F(WebSocketTest, PingsKeepAQuietConnection) {
  WebSocketLimits nervous;
  nervous.silence_max = 200ms;
  Party a(loop_, alice_seed);
  Party b(loop_, bob_seed, {}, nervous);
  ASSERT_TRUE(connect(a, b, listen(b)));
  loop_.run_for(1s);
  EXPECT_TRUE(b.ended.empty());
  EXPECT_TRUE(move(a, b, 10'000));
}

// A client that upgrades, and then neither speaks nor answers.
//= STT-WS-026 test
TEST_F(WebSocketTest, APeerThatAnswersNoPingIsGivenUp) {
  WebSocketLimits nervous;
  nervous.silence_max = 200ms;
  Party b(loop_, bob_seed, {}, nervous);
  const auto local = b.transport.listen({.bind = parse_ip("127.0.0.1", 0)});
  const SocketAddress to = to_socket_address(local->front());
  const int silent = ::socket(AF_INET, SOCK_STREAM, 0);
  ASSERT_EQ(::connect(silent, reinterpret_cast<const sockaddr*>(&to.storage), to.size), 0);
  constexpr std::string_view request =
      "GET / HTTP/1.1\r\nHost: b\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: stt.v1\r\n"
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
  ASSERT_EQ(::send(silent, request.data(), request.size(), 0),
            static_cast<ssize_t>(request.size()));
  Party a(loop_, alice_seed);
  EXPECT_TRUE(run_until(a, b, [&] { return !b.ended.empty(); }));
  ::close(silent);
  EXPECT_EQ(b.ended.front(), Errc::websocket_idle_timeout);
}

TEST_F(WebSocketTest, WhatCannotBeReachedIsNamed) {
  WebSocketTransport transport(loop_);
  std::string url;
  {
    Party gone(loop_, bob_seed);
    url = listen(gone);
  }
  EXPECT_EQ(open(transport, url).error().code, Errc::websocket_unreachable);
  EXPECT_EQ(open(transport, "ws://no-such-host.invalid/").error().code,
            Errc::websocket_unreachable);
}

TEST_F(WebSocketTest, ACancelledAttemptSaysNothing) {
  Party b(loop_, bob_seed);
  const std::string url = listen(b);
  WebSocketTransport transport(loop_);
  bool told = false;
  const auto attempt =
      transport.connect({*parse_websocket_url(url), {}}, [&](const Outcome&) { told = true; });
  transport.cancel(attempt);
  EXPECT_FALSE(loop_.run_for(100ms));
  EXPECT_FALSE(told);
}

}  // namespace
}  // namespace stt::adapters
