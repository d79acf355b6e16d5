// Two nodes and more in one process, over real sockets.
#include <stt/adapters/async/loopback.hpp>

#include <gmock/gmock.h>

#include <atomic>
#include <set>
#include <thread>

#include <boost/asio/strand.hpp>

namespace stt::async {
namespace {

using namespace testing;
using namespace net::experimental::awaitable_operators;
using ::testing::UnorderedElementsAre;

class AsyncNode : public Loopback {};

// The seed's walk-through.
//= STT-NODE-003 test
//= STT-NODE-006 test
//= STT-NODE-008 test
//= STT-NODE-016 test
TEST_F(AsyncNode, WalksThroughOverBothFamilies) {
  for (const char* ip : {"127.0.0.1", "::1"}) {
    if (!adapters::UdpSocket::open(*adapters::parse_ip(ip, 0), {})) continue;  // no IPv6 here
    auto alice = make("alice", on(ip));
    auto bob = make("bob", on(ip));
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

TEST_F(AsyncNode, GivesMessagesInOrderUntilTheEnd) {
  auto alice = make("alice");
  auto bob = make("bob");
  run([&]() -> net::awaitable<void> {
    co_await start(*alice, *bob);
    auto [ours, theirs] = co_await join(*alice, *bob);
    Stream stream = co_await ours.streams().create();
    co_await stream.send(as_bytes("one"));
    co_await stream.send(as_bytes("two"), wire::FrameType{0x80});
    co_await stream.send({});
    co_await stream.close();
    auto opened = co_await theirs.streams().accept();
    std::vector<std::string> got;
    while (auto message = co_await opened->receive()) {
      got.push_back(text(message->bytes) + (message->type == wire::FrameType::data ? "" : "!"));
    }
    EXPECT_EQ(got, (std::vector<std::string>{"one", "two!", ""}));
    co_await opened->send(as_bytes("back"));
    co_await opened->close();
    auto back = co_await stream.receive();
    EXPECT_EQ(text(back->bytes), "back");
    back = co_await stream.receive();
    EXPECT_FALSE(back.has_value());
    const StreamClosed over = co_await stream.closed();
    EXPECT_EQ(over.reason, Errc::no_error);
    const auto [error, size] = co_await stream.send(as_bytes("late"), await_tuple);
    EXPECT_EQ(error, Errc::stream_closed);
  });
}

TEST_F(AsyncNode, MovesMessagesOfAnySizeInParts) {
  auto alice = make("alice", on("127.0.0.1", small_config()));
  auto bob = make("bob", on("127.0.0.1", small_config()));
  const Bytes sent = pattern(3'000'000);  // beyond max_message_bytes of either
  Bytes received;
  run([&]() -> net::awaitable<void> {
    co_await start(*alice, *bob);
    auto [ours, theirs] = co_await join(*alice, *bob);
    Stream stream = co_await ours.streams().create();
    const auto send = [&]() -> net::awaitable<void> {
      const ByteView all(sent);
      co_await stream.send_part(all.first(1'000'000), false);
      co_await stream.send_part(all.subspan(1'000'000), false);
      co_await stream.send_part({}, true);
    };
    const auto receive = [&]() -> net::awaitable<void> {
      auto opened = co_await theirs.streams().accept();
      Bytes buffer(10'000);
      bool ended = false;
      while (!ended) {
        const auto part = co_await opened->read_part(buffer);
        append(received, ByteView(buffer).first(part->bytes));
        ended = part->end_of_message;
      }
    };
    co_await (send() && receive());
  });
  EXPECT_TRUE(received == sent);
}

TEST_F(AsyncNode, WhatArrivedIsReceivedAfterTheSessionHasEnded) {
  auto alice = make("alice");
  auto bob = make("bob");
  run([&]() -> net::awaitable<void> {
    co_await start(*alice, *bob);
    auto [ours, theirs] = co_await join(*alice, *bob);
    Stream whole = co_await ours.streams().create();
    co_await whole.send(as_bytes("first"));
    co_await whole.send(as_bytes("second"));
    co_await whole.close();
    Stream broken = co_await ours.streams().create();
    co_await broken.send_part(as_bytes("beg"), false);
    co_await ours.close(70'000, "so long");
    const Closed end = co_await theirs.closed();
    EXPECT_TRUE(end.by_peer);
    EXPECT_EQ(end.code, 70'000U);
    EXPECT_EQ(end.text, "so long");
    co_await bob->stop();  // the protocol has freed everything
    auto stream = co_await theirs.streams().accept();
    auto message = co_await stream->receive();
    EXPECT_EQ(text(message->bytes), "first");
    Bytes two(2);
    auto part = co_await stream->read_part(two);
    EXPECT_EQ(part->bytes, 2U);
    EXPECT_FALSE(part->end_of_message);
    EXPECT_EQ(text(two), "se");
    message = co_await stream->receive();
    EXPECT_EQ(text(message->bytes), "cond");
    message = co_await stream->receive();
    EXPECT_FALSE(message.has_value());
    stream = co_await theirs.streams().accept();
    const auto [error, none] = co_await stream->receive(await_tuple);
    EXPECT_EQ(error, Errc::stream_incomplete);
    stream = co_await theirs.streams().accept();
    EXPECT_FALSE(stream.has_value());
    EXPECT_EQ(theirs.statistics().messages_received, 2U);
  });
}

// A server that only calls receive(): nothing is lost although peers come and go.
TEST_F(AsyncNode, PacketsOfSessionsThatHaveEndedAreReceived) {
  auto alice = make("alice");
  auto bob = make("bob");
  run([&]() -> net::awaitable<void> {
    co_await start(*alice, *bob);
    auto [ours, theirs] = co_await join(*alice, *bob);
    Stream stream = co_await ours.streams().create();
    co_await stream.send(as_bytes("last words"));
    co_await ours.close();
    co_await theirs.closed();
    auto packet = co_await bob->receive();
    EXPECT_EQ(text(packet->data), "last words");
  });
}

//= STT-NODE-020 test
TEST_F(AsyncNode, WhoAsksMoreSpecificallyGetsIt) {
  auto alice = make("alice");
  auto bob = make("bob");
  run([&]() -> net::awaitable<void> {
    co_await start(*alice, *bob);
    auto [ours, theirs] = co_await join(*alice, *bob);
    // Of the node: nobody else asks.
    Stream first = co_await ours.streams().create();
    co_await first.send(as_bytes("1"));
    auto packet = co_await bob->receive();
    EXPECT_EQ(text(packet->data), "1");
    // Of the stream, from now on.
    Stream answers = packet->stream;
    co_await first.send(as_bytes("2"));
    auto message = co_await answers.receive();
    EXPECT_EQ(text(message->bytes), "2");
    // Of the session's accept(): what the peer opens.
    Stream second = co_await ours.streams().create();
    co_await second.send(as_bytes("3"));
    auto opened = co_await theirs.streams().accept();
    EXPECT_EQ(opened->id(), second.id());
    // Datagrams: of the node, then of the session.
    EXPECT_TRUE(ours.send_datagram(wire::FrameType{0x81}, as_bytes("4")));
    packet = co_await bob->receive();
    EXPECT_EQ(text(packet->data), "4");
    EXPECT_FALSE(packet->stream);
    EXPECT_TRUE(ours.send_datagram(wire::FrameType{0x82}, as_bytes("5")));
    auto datagram = co_await theirs.receive_datagram();
    EXPECT_EQ(text(datagram->bytes), "5");
    EXPECT_EQ(datagram->type, wire::FrameType{0x82});
    // Answers on a stream of ours are the node's, too.
    co_await opened->send(as_bytes("6"));
    packet = co_await alice->receive();
    EXPECT_EQ(text(packet->data), "6");
    EXPECT_EQ(packet->stream, second);
    message = co_await opened->receive();
    EXPECT_EQ(text(message->bytes), "3");
  });
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

TEST_F(AsyncNode, SeveralCoroutinesShareWhatArrives) {
  auto alice = make("alice");
  auto bob = make("bob");
  std::vector<std::string> got;
  run([&]() -> net::awaitable<void> {
    co_await start(*alice, *bob);
    auto [ours, theirs] = co_await join(*alice, *bob);
    Stream stream = co_await ours.streams().create();
    co_await stream.send(as_bytes("0"));
    auto opened = co_await theirs.streams().accept();
    const auto take = [&]() -> net::awaitable<void> {
      auto message = co_await opened->receive();
      got.push_back(text(message->bytes));
    };
    const auto give = [&]() -> net::awaitable<void> {
      co_await stream.send(as_bytes("1"));
      co_await stream.send(as_bytes("2"));
    };
    co_await (take() && take() && take() && give());
  });
  EXPECT_THAT(got, UnorderedElementsAre("0", "1", "2"));
}

net::awaitable<void> flood(Stream stream) {
  const Bytes bytes = pattern(1'000);
  while (true) co_await stream.send(bytes);
}

TEST_F(AsyncNode, AFloodedSessionStarvesNoOther) {
  auto mallory = make("mallory");
  auto alice = make("alice");
  auto bob = make("bob");
  run([&]() -> net::awaitable<void> {
    co_await start(*alice, *bob);
    co_await mallory->start();
    auto [flooding, flooded] = co_await join(*mallory, *bob);
    Stream torrent = co_await flooding.streams().create();
    net::co_spawn(context, flood(torrent), net::detached);
    auto [ours, theirs] = co_await join(*alice, *bob);
    Stream stream = co_await ours.streams().create();
    for (int i = 0; i < 20; ++i) co_await stream.send(as_bytes("hello"));
    co_await ours.close();
    co_await theirs.closed();  // all of hers has arrived; of his there is more than can be read
    int of_alice = 0;
    int of_mallory = 0;
    while (of_alice < 20) {
      auto packet = co_await bob->receive();
      ++(packet->session == theirs ? of_alice : of_mallory);
    }
    EXPECT_LE(of_mallory, 21);
    EXPECT_GE(of_mallory, 10);
  });
}

TEST_F(AsyncNode, CreateWaitsWhileTheLimitIsReached) {
  auto alice = make("alice", on("127.0.0.1", small_config()));
  auto bob = make("bob", on("127.0.0.1", small_config()));
  run([&]() -> net::awaitable<void> {
    co_await start(*alice, *bob);
    auto [ours, theirs] = co_await join(*alice, *bob);
    std::vector<Stream> streams;
    for (int i = 0; i < 4; ++i) streams.push_back(co_await ours.streams().create());
    EXPECT_EQ(ours.streams().open(), streams);
    const auto close_one = [&]() -> net::awaitable<void> {
      co_await streams[0].close();
      auto opened = co_await theirs.streams().accept();
      while (opened->id() != streams[0].id()) opened = co_await theirs.streams().accept();
      co_await opened->close();
      auto nothing = co_await opened->receive();
      EXPECT_FALSE(nothing.has_value());
    };
    Stream fifth = co_await (ours.streams().create() && close_one());
    EXPECT_TRUE(fifth);
    EXPECT_EQ(ours.streams().open().size(), 4U);
  });
}

TEST_F(AsyncNode, TellsHowStreamsWereReset) {
  auto alice = make("alice");
  auto bob = make("bob");
  run([&]() -> net::awaitable<void> {
    co_await start(*alice, *bob);
    auto [ours, theirs] = co_await join(*alice, *bob);
    Stream stream = co_await ours.streams().create();
    co_await stream.send(as_bytes("x"));
    auto opened = co_await theirs.streams().accept();
    EXPECT_EQ(stream.reset(5).error(), Errc::invalid_argument);
    EXPECT_TRUE(stream.set_priority(3));
    EXPECT_TRUE(stream.reset(70'000));
    EXPECT_TRUE(stream.stop(70'001));
    const StreamClosed over = co_await opened->closed();
    EXPECT_NE(over.reason, Errc::no_error);
    const auto [error, nothing] = co_await opened->receive(await_tuple);
    EXPECT_EQ(error, Errc::stream_reset);
    const auto [refused, taken] = co_await opened->send(as_bytes("y"), await_tuple);
    EXPECT_EQ(refused, Errc::stream_reset);
  });
}

TEST_F(AsyncNode, SessionsPingRotateAndCount) {
  auto alice = make("alice");
  auto bob = make("bob");
  run([&]() -> net::awaitable<void> {
    co_await start(*alice, *bob);
    auto [ours, theirs] = co_await join(*alice, *bob);
    EXPECT_EQ(ours.id(), theirs.id());
    EXPECT_EQ(ours.role(), Role::initiator);
    EXPECT_EQ(theirs.role(), Role::responder);
    EXPECT_EQ(theirs.address(), alice->local_addresses().front());
    EXPECT_EQ(ours.seed(), theirs.seed());
    EXPECT_TRUE(ours.ping());
    EXPECT_TRUE(ours.rotate_keys());
    EXPECT_TRUE(ours.send_error(70'000, "a word"));
    EXPECT_EQ(ours.send_error(5, "").error(), Errc::invalid_argument);
    EXPECT_EQ(ours.send_datagram(wire::FrameType::data, {}).error(), Errc::stream_type_reserved);
    Stream stream = co_await ours.streams().create();
    co_await stream.send(as_bytes("under the next key"));
    auto packet = co_await bob->receive();
    EXPECT_EQ(theirs.statistics().receive_epoch, Epoch(1));
    EXPECT_EQ(theirs.statistics().messages_received, 1U);
    EXPECT_EQ(theirs.peer_error()->code, 70'000U);
    EXPECT_EQ(alice->statistics().sessions, 1U);
    EXPECT_EQ(bob->sessions(), std::vector{theirs});
  });
}

TEST_F(AsyncNode, FindsPeersByNameAndPinsThem) {
  auto alice = make("alice");
  auto bob = make("bob");
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
  auto alice = make("alice");
  auto bob = make("bob");
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

// Two nodes on the strand that this runs on, and what passes between them.
net::awaitable<void> talk_on_this_strand(int number, std::atomic<int>& heard) {
  const auto strand = co_await net::this_coro::executor;
  const std::string seed = "the node seed of number " + std::to_string(number) + ", 32 bytes";
  Node alice(strand, {as_bytes(seed + " a"), as_bytes(shared_seed)}, on("127.0.0.1"));
  Node bob(strand, {as_bytes(seed + " b"), as_bytes(shared_seed)}, on("127.0.0.1"));
  co_await alice.start();
  co_await bob.start();
  Session session = co_await alice.connect_udp("127.0.0.1", bob.local_addresses().front().port);
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
  for (int i = 0; i < 8; ++i) {
    net::co_spawn(net::make_strand(context), talk_on_this_strand(i, heard), net::detached);
  }
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([&context] { context.run_for(limit); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(heard, 8 * 20);
}

}  // namespace
}  // namespace stt::async
