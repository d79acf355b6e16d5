// Sessions and streams, the same over UDP, WebSockets, and WebSockets with TLS.
#include <stt/adapters/async/loopback.hpp>

#include <gmock/gmock.h>

namespace stt::async {
namespace {

using namespace testing;
using namespace net::experimental::awaitable_operators;
using ::testing::UnorderedElementsAre;

class AsyncSession : public LoopbackEveryWay {};
INSTANTIATE_TEST_SUITE_P(, AsyncSession, ::testing::Values(Way::udp, Way::ws, Way::wss), name_of);

TEST_P(AsyncSession, GivesMessagesInOrderUntilTheEnd) {
  run_joined([&]() -> net::awaitable<void> {
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

TEST_P(AsyncSession, MovesMessagesOfAnySizeInParts) {
  const Bytes sent = pattern(3'000'000);  // beyond max_message_bytes of either
  Bytes received;
  run_joined(small_config(), [&]() -> net::awaitable<void> {
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

TEST_P(AsyncSession, WhatArrivedIsReceivedAfterTheSessionHasEnded) {
  run_joined([&]() -> net::awaitable<void> {
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
TEST_P(AsyncSession, PacketsOfSessionsThatHaveEndedAreReceived) {
  run_joined([&]() -> net::awaitable<void> {
    Stream stream = co_await ours.streams().create();
    co_await stream.send(as_bytes("last words"));
    co_await ours.close();
    co_await theirs.closed();
    auto packet = co_await bob->receive();
    EXPECT_EQ(text(packet->data), "last words");
  });
}

//= STT-NODE-020 test
TEST_P(AsyncSession, WhoAsksMoreSpecificallyGetsIt) {
  run_joined([&]() -> net::awaitable<void> {
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

TEST_P(AsyncSession, SeveralCoroutinesShareWhatArrives) {
  std::vector<std::string> got;
  run_joined([&]() -> net::awaitable<void> {
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

TEST_P(AsyncSession, AFloodedSessionStarvesNoOther) {
  auto mallory = make("mallory");
  run_joined([&]() -> net::awaitable<void> {
    co_await mallory->start();
    auto [flooding, flooded] = co_await join(*mallory, *bob);
    Stream torrent = co_await flooding.streams().create();
    net::co_spawn(context, flood(torrent), net::detached);
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

TEST_P(AsyncSession, CreateWaitsWhileTheLimitIsReached) {
  run_joined(small_config(), [&]() -> net::awaitable<void> {
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

TEST_P(AsyncSession, TellsHowStreamsWereReset) {
  run_joined([&]() -> net::awaitable<void> {
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

TEST_P(AsyncSession, SessionsPingRotateAndCount) {
  run_joined([&]() -> net::awaitable<void> {
    EXPECT_EQ(ours.id(), theirs.id());
    EXPECT_EQ(ours.role(), Role::initiator);
    EXPECT_EQ(theirs.role(), Role::responder);
    EXPECT_EQ(theirs.transport(), way == Way::udp ? Transport::udp : Transport::websocket);
    const Address loopback = Address::ipv4(127, 0, 0, 1, theirs.address().port);
    EXPECT_EQ(theirs.address(), loopback);
    EXPECT_NE(loopback.port, 0);
    if (way == Way::udp) {
      EXPECT_EQ(loopback, alice->local_addresses().front());
    }
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

}  // namespace
}  // namespace stt::async
