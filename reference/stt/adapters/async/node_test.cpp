// Two nodes and more in one process, over real sockets.
#include <stt/adapters/async/loopback.hpp>

#include <atomic>
#include <set>
#include <thread>

#include <boost/asio/strand.hpp>

namespace stt::async {
namespace {

using namespace testing;

class AsyncNode : public Loopback {};

// The seed's walk-through.
//= STT-NODE-003 test
//= STT-NODE-006 test
//= STT-NODE-008 test
//= STT-NODE-016 test
TEST_F(AsyncNode, WalksThroughOverBothFamilies) {
  for (const char* ip : {"127.0.0.1", "::1"}) {
    if (!adapters::UdpSocket::open(*adapters::parse_ip(ip, 0), {})) continue;  // no IPv6 here
    alice = make("alice", on(ip));
    bob = make("bob", on(ip));
    run([&]() -> net::awaitable<void> {
      co_await alice->start();
      co_await bob->start();
      const std::uint16_t port = bob->local_addresses().front().port;
      Session session = co_await alice->connect_udp(ip, port);
      EXPECT_EQ(session.peer(), bob->id());
      EXPECT_TRUE(session.is_open());
      Stream stream = co_await session.streams().create();
      co_await stream.send(as_bytes("Hello Bob!"));
      auto packet = co_await bob->receive();
      EXPECT_TRUE(packet.has_value());
      EXPECT_EQ(text(packet->data), "Hello Bob!");
      EXPECT_EQ(packet->session.peer(), alice->id());
      EXPECT_EQ(packet->stream.id(), stream.id());
      co_await stream.close();
      co_await session.close();
      EXPECT_FALSE(session.is_open());
      co_await alice->stop();
      co_await bob->stop();
      EXPECT_EQ(alice->state(), NodeState::stopped);
      auto nothing = co_await bob->receive();
      EXPECT_FALSE(nothing.has_value());
      auto nobody = co_await bob->accept();
      EXPECT_FALSE(nobody.has_value());
    });
  }
}

//= STT-NODE-014 test
TEST_F(AsyncNode, FiftyNodesLiveInOneProcess) {
  std::vector<std::unique_ptr<Node>> nodes;
  for (int i = 0; i < 50; ++i) nodes.push_back(make("node " + std::to_string(i)));
  std::set<std::string> heard;
  run([&]() -> net::awaitable<void> {
    for (auto& node : nodes) co_await node->start();
    const auto greet = [&](std::size_t i) -> net::awaitable<void> {
      Node& next = *nodes[(i + 1) % nodes.size()];
      Session session =
          co_await nodes[i]->connect_udp("127.0.0.1", next.local_addresses().front().port);
      Stream stream = co_await session.streams().create();
      const std::string greeting = "from " + std::to_string(i);
      co_await stream.send(as_bytes(greeting));
      auto packet = co_await nodes[i]->receive();
      heard.insert(text(packet->data));
    };
    std::size_t left = nodes.size();
    net::steady_timer done(context, limit);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      net::co_spawn(context, greet(i), [&](std::exception_ptr failure) {
        EXPECT_FALSE(failure);
        if (--left == 0) done.cancel();
      });
    }
    co_await done.async_wait(await_tuple);
  });
  EXPECT_EQ(heard.size(), nodes.size());
}

TEST_F(AsyncNode, FindsPeersByNameAndPinsThem) {
  alice = make("alice");
  bob = make("bob");
  run([&]() -> net::awaitable<void> {
    co_await start(*alice, *bob);
    const std::uint16_t port = bob->local_addresses().front().port;
    Session session = co_await alice->connect_udp("localhost", port, {.expected = bob->id()});
    EXPECT_EQ(session.peer(), bob->id());
    const auto [refused, none] =
        co_await alice->connect_udp("127.0.0.1", port, {.expected = alice->id()}, await_tuple);
    EXPECT_EQ(refused, Errc::identity_refused);
    const auto [nowhere, nobody] =
        co_await alice->connect_udp("no-such-host.invalid", port, await_tuple);
    EXPECT_EQ(nowhere, Errc::address_unusable);
    const auto [unreachable, nothing] = co_await alice->connect_udp("::1", port, await_tuple);
    EXPECT_EQ(unreachable, Errc::address_unusable);  // bound to IPv4 only
  });
}

TEST_F(AsyncNode, RefusesWhatItsStateDoesNotAllow) {
  alice = make("alice");
  bob = make("bob");
  EXPECT_THROW(Node(context.get_executor(), Seeds{as_bytes("short"), as_bytes(shared_seed)}),
               boost::system::system_error);
  EXPECT_EQ(alice->add_shared_seed(as_bytes(shared_seed)).error(), Errc::seed_in_use);
  run([&]() -> net::awaitable<void> {
    const auto [early, none] = co_await alice->connect_udp("127.0.0.1", 9, await_tuple);
    EXPECT_EQ(early, Errc::address_unusable);  // no socket yet
    co_await alice->start();
    const auto [again] = co_await alice->start(await_tuple);
    EXPECT_EQ(again, Errc::state_violation);
    NodeOptions taken = on("127.0.0.1");
    taken.udp->port = alice->local_addresses().front().port;
    auto late = make("late", taken);
    const auto [in_use] = co_await late->start(await_tuple);
    EXPECT_EQ(in_use, boost::system::errc::address_in_use);
    co_await alice->stop();
    co_await late->start();  // the port is free again
    const auto [stopped, nothing] = co_await alice->connect_udp("127.0.0.1", 9, await_tuple);
    EXPECT_EQ(stopped, Errc::node_stopped);
    co_await bob->stop();  // never started
  });
}

net::awaitable<Session> connect(Node& from, Node& to, Way way) {
  if (way == Way::udp) {
    co_return co_await from.connect_udp("127.0.0.1", to.local_addresses().front().port);
  }
  const bool tls = way == Way::wss;
  const auto at = to.listen_websocket(websocket_on_loopback(tls));
  co_return co_await from.connect_websocket((tls ? "wss://" : "ws://") +
                                            adapters::display(at->front()));
}

// Two nodes on the strand that this runs on, and what passes between them.
net::awaitable<void> talk_on_this_strand(int number, std::atomic<int>& heard) {
  const auto strand = co_await net::this_coro::executor;
  const std::string seed = "the node seed of number " + std::to_string(number) + ", 32 bytes";
  Node alice(strand, {as_bytes(seed + " a"), as_bytes(shared_seed)}, on("127.0.0.1"));
  Node bob(strand, {as_bytes(seed + " b"), as_bytes(shared_seed)}, on("127.0.0.1"));
  co_await alice.start();
  co_await bob.start();
  Session session = co_await connect(alice, bob, static_cast<Way>(number % 3));
  Stream stream = co_await session.streams().create();
  for (int i = 0; i < 20; ++i) {
    co_await stream.send(as_bytes(seed));
    auto packet = co_await bob.receive();
    if (text(packet->data) == seed) ++heard;
  }
  co_await alice.stop();
  co_await bob.stop();
}

TEST(AsyncNodes, LiveOnStrandsThatSeveralThreadsServe) {
  net::io_context context(4);
  std::atomic<int> heard = 0;
  for (int i = 0; i < 9; ++i) {
    net::co_spawn(net::make_strand(context), talk_on_this_strand(i, heard), net::detached);
  }
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([&context] { context.run_for(limit); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(heard, 9 * 20);
}

}  // namespace
}  // namespace stt::async
