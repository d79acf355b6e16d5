// Two nodes on two drivers and one loop, over real sockets.
#include <stt/adapters/asio/node_driver.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stt/crypto/system_random.hpp>

namespace stt::adapters {
namespace {

constexpr std::string_view shared_seed = "a shared seed of at least 32 bytes!!";
constexpr Duration limit = 30s;  // a test that waits that long has failed

// A node with a driver, and an application that keeps what it hears.
struct Party {
  Party(EventLoop& loop, std::string_view seed, const UdpOptions& options)
      : node(*Node::create({}, as_bytes(seed), random)) {
    hint = *node.add_shared_seed(as_bytes(shared_seed));
    driver.emplace(loop, node, [this](Instant now, const Event& event) {
      events.push_back(event);
      if (on_event) on_event(now, event);
    });
    EXPECT_TRUE(driver->open_udp(options));
    EXPECT_TRUE(node.start(loop.now()));
  }

  template <class E>
  const E* last() const {
    for (auto at = events.rbegin(); at != events.rend(); ++at) {
      if (const auto* event = std::get_if<E>(&*at)) return event;
    }
    return nullptr;
  }

  crypto::SystemRandom random;
  Node node;
  SeedHint hint;
  std::vector<Event> events;
  std::function<void(Instant, const Event&)> on_event;
  std::optional<NodeDriver> driver;
};

UdpOptions on(const char* ip, bool offload = true) {
  UdpOptions options;
  options.bind = parse_ip(ip, 0);
  options.socket.offload = offload;
  return options;
}

class NodeDriverTest : public ::testing::Test {
 protected:
  // Runs until `done` says so after some event of either party.
  bool run_until(Party& a, Party& b, const std::function<bool()>& done) {
    const auto check = [this, done](Instant, const Event&) {
      if (done()) loop_.stop();
    };
    const auto chain = [&](Party& party) {
      party.on_event = [before = party.on_event, check](Instant now, const Event& event) {
        if (before) before(now, event);
        check(now, event);
      };
    };
    chain(a);
    chain(b);
    a.driver->pump();
    b.driver->pump();
    return done() || loop_.run_for(limit);
  }

  bool connect(Party& a, Party& b) {
    const Address to = b.driver->local_addresses().front();
    EXPECT_TRUE(a.node.connect(loop_.now(), {to, a.hint, std::nullopt}));
    return run_until(a, b, [&] { return a.last<Connected>() && b.last<Connected>(); });
  }

  // A message of `size` bytes from `a` to `b`, echoed by nobody; whether it arrived whole.
  bool move(Party& a, Party& b, std::size_t size) {
    const Instant now = loop_.now();
    const SessionHandle session = a.last<Connected>()->session;
    const StreamId stream = *a.node.open_stream(now, session);
    Bytes message(size);
    for (std::size_t i = 0; i < size; ++i) message[i] = static_cast<std::byte>(i * 7 + i / 251);
    std::size_t sent = 0;
    bool ended = false;
    const auto send_more = [&](Instant at) {
      while (!ended) {
        const ByteView rest = ByteView(message).subspan(sent);
        const auto taken = a.node.send(at, session, stream, rest);
        if (!taken) return;
        sent += *taken;
        ended = *taken == rest.size();
        if (!ended) return;
      }
    };
    a.on_event = [&](Instant at, const Event& event) {
      if (std::holds_alternative<StreamWritable>(event)) send_more(at);
    };
    Bytes received;
    bool complete = false;
    Bytes buffer(65'536);
    b.on_event = [&](Instant at, const Event& event) {
      const auto* readable = std::get_if<StreamReadable>(&event);
      if (readable == nullptr) return;
      while (const auto part = b.node.read(at, readable->session, readable->stream, buffer)) {
        append(received, ByteView(buffer).first(part->bytes));
        complete |= part->end_of_message;
      }
    };
    send_more(now);
    const bool done = run_until(a, b, [&] { return complete; });
    a.on_event = b.on_event = nullptr;
    return done && received == message;
  }

  EventLoop loop_;
};

//= STT-NODE-006 test
//= STT-NODE-012 test
TEST_F(NodeDriverTest, MovesBytesOverIpv4) {
  Party a(loop_, "alice has a node seed of 32 bytes", on("127.0.0.1"));
  Party b(loop_, "bob too has a node seed of 32 bytes", on("127.0.0.1"));
  ASSERT_TRUE(connect(a, b));
  EXPECT_EQ(a.last<Connected>()->peer, b.node.id());
  EXPECT_EQ(b.last<Connected>()->address, a.driver->local_addresses().front());
  EXPECT_TRUE(move(a, b, 1'000'000));
}

//= STT-NODE-016 test
TEST_F(NodeDriverTest, MovesBytesOverIpv6) {
  if (!UdpSocket::open(*parse_ip("::1", 0), {})) return;  // a machine without
  Party a(loop_, "alice has a node seed of 32 bytes", on("::1"));
  Party b(loop_, "bob too has a node seed of 32 bytes", on("::1"));
  ASSERT_TRUE(connect(a, b));
  EXPECT_TRUE(move(a, b, 100'000));
}

TEST_F(NodeDriverTest, MovesBytesWithoutTheHelpOfTheSystem) {
  Party a(loop_, "alice has a node seed of 32 bytes", on("127.0.0.1", false));
  Party b(loop_, "bob too has a node seed of 32 bytes", on("127.0.0.1", false));
  ASSERT_TRUE(connect(a, b));
  EXPECT_TRUE(move(a, b, 300'000));
}

TEST_F(NodeDriverTest, ListensOnBothFamiliesWithOnePort) {
  Party a(loop_, "alice has a node seed of 32 bytes", {});
  const auto addresses = a.driver->local_addresses();
  for (const Address& address : addresses) EXPECT_EQ(address.port, addresses.front().port);
  EXPECT_NE(addresses.front().port, 0);
  EXPECT_TRUE(a.driver->can_reach(Address::ipv4(127, 0, 0, 1, 1)));
  EXPECT_EQ(a.driver->can_reach(*parse_ip("::1", 1)), addresses.size() == 2);
  Address elsewhere;
  elsewhere.transport = Transport::websocket;
  EXPECT_FALSE(a.driver->can_reach(elsewhere));
}

//= STT-PATH-013 test
TEST_F(NodeDriverTest, APeerThatAppearsLateIsReachedInSpiteOfIcmpErrors) {
  Party a(loop_, "alice has a node seed of 32 bytes", on("127.0.0.1"));
  Address place;
  {
    const Party gone(loop_, "bob too has a node seed of 32 bytes", on("127.0.0.1"));
    place = gone.driver->local_addresses().front();
  }
  ASSERT_TRUE(a.node.connect(loop_.now(), {place, a.hint, std::nullopt}));
  a.driver->pump();
  loop_.run_for(100ms);  // the first HELLO meets a closed port
  UdpOptions options = on("127.0.0.1");
  options.port = place.port;
  Party b(loop_, "bob too has a node seed of 32 bytes", options);
  EXPECT_TRUE(run_until(a, b, [&] { return a.last<Connected>() != nullptr; }));
}

TEST_F(NodeDriverTest, AnUnreachableFamilyIsCountedAndEndsNothing) {
  Party a(loop_, "alice has a node seed of 32 bytes", on("127.0.0.1"));
  ASSERT_TRUE(a.node.connect(loop_.now(), {*parse_ip("::1", 9), a.hint, std::nullopt}));
  a.driver->pump();
  EXPECT_GE(a.driver->counters().unroutable, 1U);
}

TEST_F(NodeDriverTest, StopsCleanlyOnBothSides) {
  Party a(loop_, "alice has a node seed of 32 bytes", on("127.0.0.1"));
  Party b(loop_, "bob too has a node seed of 32 bytes", on("127.0.0.1"));
  ASSERT_TRUE(connect(a, b));
  a.node.stop(loop_.now());
  EXPECT_TRUE(run_until(a, b, [&] { return a.last<Stopped>() && b.last<Closed>(); }));
  EXPECT_TRUE(b.last<Closed>()->by_peer);
}

TEST_F(NodeDriverTest, ADriverMayDieWhileItsLoopGoesOn) {
  Party a(loop_, "alice has a node seed of 32 bytes", on("127.0.0.1"));
  {
    Party b(loop_, "bob too has a node seed of 32 bytes", on("127.0.0.1"));
    ASSERT_TRUE(connect(a, b));
    EXPECT_TRUE(a.node.ping(loop_.now(), a.last<Connected>()->session));
    a.driver->pump();
  }
  EXPECT_FALSE(loop_.run_for(50ms));
}

// A batch of datagrams takes a few system calls, not one each.
TEST_F(NodeDriverTest, BatchesWhatTheSystemCanBatch) {
  Party a(loop_, "alice has a node seed of 32 bytes", on("127.0.0.1"));
  Party b(loop_, "bob too has a node seed of 32 bytes", on("127.0.0.1"));
  ASSERT_TRUE(connect(a, b));
  ASSERT_TRUE(move(a, b, 4'000'000));
  const UdpSocketCounters sent = a.driver->socket_counters();
  EXPECT_LT(sent.send_calls, sent.datagrams_sent / 3);
}

}  // namespace
}  // namespace stt::adapters
