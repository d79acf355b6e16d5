// Nodes and their WebSockets: what can go wrong on the way to a session, and how it is named.
#include <stt/adapters/async/loopback.hpp>

#include <gmock/gmock.h>

#include <list>
#include <set>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace stt::async {
namespace {

using namespace testing;
using namespace net::experimental::awaitable_operators;
using adapters::WebSocketTransport;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;
using tcp = net::ip::tcp;

constexpr std::string_view another_seed = "another shared seed, of 32 bytes too";

NodeOptions websockets_only(const Config& config = {}) {
  NodeOptions options = on("127.0.0.1", config);
  options.udp.reset();
  return options;
}

class AsyncWebSockets : public Loopback {
 protected:
  static net::awaitable<error_code> refusal(Node& node, std::string url, PeerOptions options = {}) {
    const auto [error, session] =
        co_await node.connect_websocket(std::move(url), options, await_tuple);
    EXPECT_FALSE(session);
    co_return error;
  }

  static std::string listen_with(Node& node, const adapters::testing::Certificates::Files& files) {
    const auto at = node.listen_websocket(
        {.bind = adapters::parse_ip("127.0.0.1", 0), .tls = {{files.certificate, files.key}}});
    EXPECT_TRUE(at) << at.error().text;
    return "wss://127.0.0.1:" + std::to_string(at->front().port) + "/";
  }

  // Whether `condition` comes true.
  net::awaitable<bool> eventually(std::function<bool()> condition) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!condition() && std::chrono::steady_clock::now() < end) co_await pause(1ms);
    co_return condition();
  }
};

//= STT-NODE-007 test
//= STT-NODE-008 test
//= STT-NODE-017 test
TEST_F(AsyncWebSockets, ANodeReceivesOverUdpWsAndWssInOnePlace) {
  bob = make("bob");
  std::vector<std::string> heard;
  run([&]() -> net::awaitable<void> {
    co_await bob->start();
    const std::uint16_t port = bob->local_addresses().front().port;
    const std::string ws = listen(*bob, false);
    const std::string wss = listen(*bob, true);
    std::vector<std::unique_ptr<Node>> peers;
    std::vector<Session> sessions;
    for (const std::string name : {"udp", "ws", "wss"}) {
      peers.push_back(make("peer by " + name));
      co_await peers.back()->start();
    }
    sessions.push_back(co_await peers[0]->connect_udp("127.0.0.1", port));
    sessions.push_back(co_await peers[1]->connect_websocket(ws));
    sessions.push_back(co_await peers[2]->connect_websocket(wss));
    for (Session& session : sessions) {
      EXPECT_EQ(session.peer(), bob->id());
      Stream stream = co_await session.streams().create();
      co_await stream.send(as_bytes("hello"));
      auto packet = co_await bob->receive();
      heard.push_back(text(packet->data));
      EXPECT_EQ(packet->session.transport(), session.transport());
      co_await packet->stream.send(as_bytes("hello to you"));
      auto answer = co_await stream.receive();
      EXPECT_EQ(text(answer->bytes), "hello to you");
    }
    EXPECT_EQ(bob->sessions().size(), 3U);
    EXPECT_EQ(bob->websocket_counters().opened, 2U);
    co_await bob->stop();
    for (Session& session : sessions) {
      const Closed end = co_await session.closed();
      EXPECT_TRUE(end.by_peer);
    }
  });
  EXPECT_EQ(heard, (std::vector<std::string>{"hello", "hello", "hello"}));
}

// Over every address there is: the listener is bound to none.
TEST_F(AsyncWebSockets, BothFamiliesAndNamesWork) {
  alice = make("alice", websockets_only());
  bob = make("bob", websockets_only());
  run([&]() -> net::awaitable<void> {
    co_await start(*alice, *bob);
    const auto at = bob->listen_websocket({.tls = websocket_on_loopback(true).tls});
    EXPECT_TRUE(at);
    const std::string port = std::to_string(at->front().port);
    for (const std::string host : {"127.0.0.1", "localhost", "[::1]"}) {
      if (host == "[::1]" && at->size() == 1) continue;  // no IPv6 here
      Session session = co_await alice->connect_websocket("wss://" + host + ":" + port + "/x?y");
      EXPECT_EQ(std::to_string(session.address().port), port);
      co_await session.close();
    }
  });
}

TEST_F(AsyncWebSockets, ManySessionsLiveOnOneNode) {
  constexpr std::size_t many = 100;
  bob = make("bob", websockets_only());
  std::vector<std::unique_ptr<Node>> peers;
  for (std::size_t i = 0; i < many; ++i) {
    peers.push_back(make("peer " + std::to_string(i), websockets_only()));
  }
  std::set<std::string> heard;
  run([&]() -> net::awaitable<void> {
    co_await bob->start();
    const std::string url = listen(*bob, false);
    const auto greet = [&](std::size_t i) -> net::awaitable<void> {
      co_await peers[i]->start();
      Session session = co_await peers[i]->connect_websocket(url);
      Stream stream = co_await session.streams().create();
      const std::string greeting = "from " + std::to_string(i);
      co_await stream.send(as_bytes(greeting));
    };
    for (std::size_t i = 0; i < many; ++i) {
      net::co_spawn(context, greet(i),
                    [](const std::exception_ptr& failure) { EXPECT_FALSE(failure); });
    }
    while (heard.size() < many) {
      auto packet = co_await bob->receive();
      heard.insert(text(packet->data));
    }
    EXPECT_EQ(bob->sessions().size(), many);
  });
}

TEST_F(AsyncWebSockets, WhatItsStateDoesNotAllowIsRefused) {
  alice = make("alice", websockets_only());
  run([&]() -> net::awaitable<void> {
    EXPECT_EQ(alice->listen_websocket({}).error().code, Errc::state_violation);
    error_code error = co_await refusal(*alice, "ws://127.0.0.1:9/");
    EXPECT_EQ(error, Errc::state_violation);
    co_await alice->start();
    const std::string url = listen(*alice, false);
    EXPECT_EQ(
        alice->listen_websocket({.port = adapters::parse_websocket_url(url)->port}).error().code,
        Errc::address_in_use);
    co_await alice->stop();
    EXPECT_EQ(alice->listen_websocket({}).error().code, Errc::node_stopped);
    error = co_await refusal(*alice, url);
    EXPECT_EQ(error, Errc::node_stopped);
    // The port is free again.
    bob = make("bob", websockets_only());
    co_await bob->start();
    EXPECT_TRUE(bob->listen_websocket({.port = adapters::parse_websocket_url(url)->port}));
  });
}

//= STT-WS-019 test
TEST_F(AsyncWebSockets, UrlsThatCannotBeUsedAreNamed) {
  alice = make("alice", websockets_only());
  run([&]() -> net::awaitable<void> {
    co_await alice->start();
    for (const char* url : {"", "127.0.0.1:9000", "http://127.0.0.1/", "ws://", "ws://a:0/",
                            "ws://a/#b", "wss://user@a/", "ws://a b/"}) {
      const error_code error = co_await refusal(*alice, url);
      EXPECT_EQ(error, Errc::url_malformed) << url;
    }
    std::string url;
    {
      auto gone = make("gone", websockets_only());
      co_await gone->start();
      url = listen(*gone, false);
    }
    error_code error = co_await refusal(*alice, url);
    EXPECT_EQ(error, Errc::websocket_unreachable);
    error = co_await refusal(*alice, "ws://no-such-host.invalid/");
    EXPECT_EQ(error, Errc::websocket_unreachable);
  });
}

//= STT-WS-027 test
TEST_F(AsyncWebSockets, CertificatesAreVerified) {
  alice = make("alice", websockets_only());
  bob = make("bob", websockets_only());
  auto& authority = test_tls().certificates;
  const auto elsewhere = authority.issue({"elsewhere", "DNS:example.org"});
  const auto old = authority.issue({"old", "IP:127.0.0.1", -1h});
  const adapters::testing::Certificates others;
  const std::pair<std::string, Errc> wrong_authorities[] = {
      {"", Errc::certificate_untrusted},  // those of this machine
      {others.ca_file(), Errc::certificate_untrusted},
      {"/nowhere/ca.pem", Errc::tls_file}};
  run([&]() -> net::awaitable<void> {
    co_await start(*alice, *bob);
    const std::string good = listen(*bob, true);
    for (const auto& [ca, expected] : wrong_authorities) {
      NodeOptions options = websockets_only();
      options.tls.ca = ca;
      auto node = make("trusts " + ca, options);
      co_await node->start();
      const error_code error = co_await refusal(*node, good);
      EXPECT_EQ(error, expected) << ca;
    }
    error_code error = co_await refusal(*alice, listen_with(*bob, elsewhere));
    EXPECT_EQ(error, Errc::certificate_host);
    error = co_await refusal(*alice, listen_with(*bob, old));
    EXPECT_EQ(error, Errc::certificate_expired);
    EXPECT_EQ(bob->websocket_counters().opened, 0U);

    const auto no_file = bob->listen_websocket({.tls = {{"/nowhere.pem", "/nowhere.key"}}});
    EXPECT_EQ(no_file.error().code, Errc::tls_file);
    EXPECT_THAT(no_file.error().text, HasSubstr("/nowhere.pem"));

    // Plain meets TLS, and TLS meets plain.
    error = co_await refusal(*alice, "ws" + good.substr(3));
    EXPECT_EQ(error, Errc::upgrade_refused);
    error = co_await refusal(*alice, "wss" + listen(*bob, false).substr(2));
    EXPECT_EQ(error, Errc::tls_failed);
    Session session = co_await alice->connect_websocket(good);
    EXPECT_TRUE(session.is_open());
  });
}

// ... and its connection does not stay.
TEST_F(AsyncWebSockets, AWrongSeedLooksLikeNobody) {
  alice = make("alice", websockets_only(small_config()));
  Node stranger(context.get_executor(),
                {as_bytes("a stranger's node seed, 32 bytes long"), as_bytes(another_seed)},
                websockets_only());
  run([&]() -> net::awaitable<void> {
    co_await start(*alice, stranger);
    const std::string url = listen(stranger, false);
    error_code error = co_await refusal(*alice, url);
    EXPECT_EQ(error, Errc::handshake_timeout);
    const bool gone = co_await eventually(
        [&] { return stranger.websocket_counters().ended.count(Errc::websocket_closed) == 1; });
    EXPECT_TRUE(gone);
    error = co_await refusal(*alice, url, {.seed = SeedHint{}});
    EXPECT_EQ(error, Errc::unknown_seed);
    const auto hint = alice->add_shared_seed(as_bytes(another_seed));
    error = co_await refusal(*alice, url, {.seed = *hint, .expected = alice->id()});
    EXPECT_EQ(error, Errc::identity_refused);
    Session session = co_await alice->connect_websocket(url, {.seed = *hint});
    EXPECT_TRUE(session.is_open());
  });
}

TEST_F(AsyncWebSockets, ALostConnectionEndsItsSession) {
  way = Way::wss;
  run_joined([&]() -> net::awaitable<void> {
    Stream stream = co_await ours.streams().create();
    co_await stream.send(as_bytes("x"));
    co_await theirs.streams().accept();
    theirs = {};
    bob.reset();  // pulls the plug
    const auto [error, none] = co_await stream.receive(await_tuple);
    EXPECT_EQ(error, Errc::stream_incomplete);
    const Closed end = co_await ours.closed();
    EXPECT_EQ(end.reason, Errc::transport_failed);
    EXPECT_FALSE(end.by_peer);
    EXPECT_NE(ours.address().port, 0);  // for the log
  });
}

// Where an attempt is held up.
enum class Stage : std::uint8_t { dialling, tls, websocket, handshake };

std::string name_of_stage(const ::testing::TestParamInfo<Stage>& info) {
  switch (info.param) {
    case Stage::dialling: return "Dialling";
    case Stage::tls: return "Tls";
    case Stage::websocket: return "WebSocket";
    case Stage::handshake: return "Handshake";
  }
  return {};
}

// A peer with which an attempt comes so far, and no further.
class Obstacle {
 public:
  Obstacle(net::io_context& context, Stage stage)
      : acceptor_(context, {net::ip::address_v4::loopback(), 0}),
        fillers_{tcp::socket(context), tcp::socket(context)},
        server_(context.get_executor()) {
    std::uint16_t port = acceptor_.local_endpoint().port();
    if (stage == Stage::dialling) {
      // Nobody accepts, and no more fit into the queue: the next has to wait.
      acceptor_.listen(0);
      for (tcp::socket& filler : fillers_) {
        filler.async_connect(acceptor_.local_endpoint(), [](const error_code&) {});
      }
    } else if (stage == Stage::handshake) {
      port = server_.listen(websocket_on_loopback(false))->front().port;
    } else {
      accept();
    }
    url = std::string(stage == Stage::tls ? "wss" : "ws") + "://127.0.0.1:" + std::to_string(port);
  }

  std::uint64_t begun() const { return accepted_ + server_.counters().opened; }
  std::uint64_t ended() const {
    return ended_ + server_.counters().ended.count(Errc::websocket_closed) +
           server_.counters().ended.count(Errc::websocket_connection_lost);
  }

  std::string url;

 private:
  // Takes connections, and reads what comes until they end.
  void accept() {
    acceptor_.async_accept([this](const error_code& error, tcp::socket socket) {
      if (error) return;
      ++accepted_;
      read(sockets_.emplace_back(std::move(socket)));
      accept();
    });
  }
  void read(tcp::socket& socket) {
    socket.async_read_some(net::buffer(buffer_),
                           [this, &socket](const error_code& error, std::size_t) {
                             if (error) {
                               ++ended_;
                             } else {
                               read(socket);
                             }
                           });
  }

  tcp::acceptor acceptor_;
  std::array<tcp::socket, 2> fillers_;
  std::list<tcp::socket> sockets_;
  ByteArray<1'024> buffer_;
  std::uint64_t accepted_ = 0;
  std::uint64_t ended_ = 0;
  WebSocketTransport server_;
};

class WebSocketStages : public AsyncWebSockets, public ::testing::WithParamInterface<Stage> {
 protected:
  // What an attempt completes with, and that its connection ends.
  template <class Disturb>
  void expect_end(const error_code& expected, Duration session_deadline, Disturb disturb) {
    NodeOptions options = websockets_only();
    options.config.handshake_deadline = never;
    options.websockets.session_deadline = session_deadline;
    alice = make("alice", options);
    run([&]() -> net::awaitable<void> {
      co_await alice->start();
      std::optional<error_code> outcome;
      net::cancellation_signal cancel;
      alice->connect_websocket(
          obstacle.url,
          net::bind_cancellation_slot(cancel.slot(), [&](const error_code& error, Session session) {
            outcome = error;
            EXPECT_FALSE(session);
          }));
      const std::uint64_t connections = GetParam() == Stage::dialling ? 0 : 1;
      bool done = co_await eventually([&] { return obstacle.begun() == connections; });
      EXPECT_TRUE(done);
      co_await pause(10ms);
      EXPECT_FALSE(outcome) << "nothing has held it up";
      disturb(cancel);
      done = co_await eventually([&] { return outcome.has_value(); });
      EXPECT_EQ(outcome, expected);
      done = co_await eventually([&] { return obstacle.ended() == connections; });
      EXPECT_TRUE(done) << "the connection has stayed";
    });
  }

  static constexpr Duration never = 600s;  // longer than a test lasts
  Obstacle obstacle{context, GetParam()};
};

INSTANTIATE_TEST_SUITE_P(, WebSocketStages,
                         ::testing::Values(Stage::dialling, Stage::tls, Stage::websocket,
                                           Stage::handshake),
                         name_of_stage);

//= STT-WS-008 test
TEST_P(WebSocketStages, EndInTime) {
  const Errc expected =
      GetParam() == Stage::dialling ? Errc::websocket_unreachable : Errc::websocket_deadline;
  expect_end(expected, 200ms, [](net::cancellation_signal&) {});
}

//= STT-NODE-021 test
TEST_P(WebSocketStages, CanBeCancelled) {
  expect_end(net::error::operation_aborted, never,
             [](net::cancellation_signal& cancel) { cancel.emit(net::cancellation_type::total); });
}

TEST_P(WebSocketStages, EndWhenTheNodeIsDestroyed) {
  expect_end(net::error::operation_aborted, never,
             [this](net::cancellation_signal&) { alice.reset(); });
}

TEST_P(WebSocketStages, EndWhenTheNodeStops) {
  expect_end(Errc::node_stopped, never,
             [this](net::cancellation_signal&) { alice->stop([](const error_code&) {}); });
}

// A server that ends every connection at once.
net::awaitable<void> hang_up(tcp::acceptor& acceptor) {
  while (true) {
    tcp::socket socket = co_await acceptor.async_accept(net::use_awaitable);
    socket.close();
  }
}

TEST_F(AsyncWebSockets, APeerThatEndsAnAttemptIsNamed) {
  alice = make("alice", websockets_only());
  tcp::acceptor acceptor(context, {net::ip::address_v4::loopback(), 0});
  const std::string at = "://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
  net::co_spawn(context, hang_up(acceptor), net::detached);
  run([&]() -> net::awaitable<void> {
    co_await alice->start();
    error_code error = co_await refusal(*alice, "wss" + at);
    EXPECT_EQ(error, Errc::tls_failed);
    error = co_await refusal(*alice, "ws" + at);
    EXPECT_EQ(error, Errc::upgrade_refused);

    // During the handshake: in order, and not.
    adapters::WebSocketLimits impatient;
    impatient.session_deadline = 50ms;
    auto server = std::make_unique<WebSocketTransport>(context.get_executor(), impatient);
    const auto url_of_server = [&] {
      return "ws://" + adapters::display(server->listen(websocket_on_loopback(false))->front());
    };
    error = co_await refusal(*alice, url_of_server());
    EXPECT_EQ(error, Errc::websocket_closed);
    server = std::make_unique<WebSocketTransport>(context.get_executor());
    const auto pull_the_plug = [&]() -> net::awaitable<void> {
      const bool opened = co_await eventually([&] { return server->counters().opened == 1; });
      EXPECT_TRUE(opened);
      server.reset();
    };
    const std::string url = url_of_server();
    net::co_spawn(context, pull_the_plug(), net::detached);
    error = co_await refusal(*alice, url);
    EXPECT_EQ(error, Errc::websocket_connection_lost);
  });
}

}  // namespace
}  // namespace stt::async
