// Operations that are cancelled, time out, or lose what they wait for.
#include <stt/adapters/async/loopback.hpp>

#include <gmock/gmock.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

namespace stt::async {
namespace {

using namespace testing;
using namespace net::experimental::awaitable_operators;
using ::testing::Each;

// What an operation completes with, when it does.
template <class T>
struct Noted {
  std::optional<error_code> error;
  T value{};
  auto handler() {
    return [this](const error_code& its_error, T its_value) {
      error = its_error;
      value = std::move(its_value);
    };
  }
};

class Cancellation : public Loopback {};

class CancellationEveryWay : public LoopbackEveryWay {};
INSTANTIATE_TEST_SUITE_P(, CancellationEveryWay, ::testing::Values(Way::udp, Way::ws, Way::wss),
                         name_of);

TEST_P(CancellationEveryWay, ATimedOutReceiveLosesNothing) {
  run_joined([&]() -> net::awaitable<void> {
    bool in = co_await in_time(bob->receive());
    EXPECT_FALSE(in);
    Stream stream = co_await ours.streams().create();
    co_await stream.send(as_bytes("1"));
    auto packet = co_await bob->receive();
    EXPECT_EQ(text(packet->data), "1");
    in = co_await in_time(packet->stream.receive());
    EXPECT_FALSE(in);
    Bytes buffer(10);
    in = co_await in_time(packet->stream.read_part(buffer));
    EXPECT_FALSE(in);
    in = co_await in_time(theirs.receive_datagram());
    EXPECT_FALSE(in);
    co_await stream.send(as_bytes("2"));
    auto message = co_await packet->stream.receive();
    EXPECT_EQ(text(message->bytes), "2");
  });
}

//= STT-NODE-021 test
// Whatever the moment of the time-out: each message is either given or still there.
TEST_P(CancellationEveryWay, NoMomentOfATimeOutLosesAMessage) {
  std::vector<std::string> got;
  std::vector<std::string> sent;
  run_joined([&]() -> net::awaitable<void> {
    Stream stream = co_await ours.streams().create();
    co_await stream.send({});
    auto opened = co_await theirs.streams().accept();
    co_await opened->receive();
    for (int i = 0; i < 100; ++i) sent.push_back(std::to_string(i));
    const auto give = [&]() -> net::awaitable<void> {
      for (const std::string& one : sent) co_await stream.send(as_bytes(one));
    };
    net::co_spawn(context, give(), net::detached);
    for (int round = 0; got.size() < sent.size() && round < 100'000; ++round) {
      net::steady_timer timer(context, std::chrono::microseconds(round % 50));
      auto first = co_await (opened->receive() || timer.async_wait(net::use_awaitable));
      if (first.index() == 0) got.push_back(text(std::get<0>(first)->bytes));
    }
  });
  EXPECT_EQ(got, sent);
}

//= STT-NODE-021 test
TEST_P(CancellationEveryWay, ACancelledSendSaysHowMuchHasBegun) {
  const Bytes bytes = pattern(1'000'000);  // beyond what the peer takes unread
  run_joined(small_config(), [&]() -> net::awaitable<void> {
    Stream stream = co_await ours.streams().create();
    net::cancellation_signal signal;
    net::cancellation_signal second_signal;
    Noted<std::size_t> waiting;
    Noted<std::size_t> behind;
    stream.send(bytes, net::bind_cancellation_slot(signal.slot(), waiting.handler()));
    stream.send(bytes, net::bind_cancellation_slot(second_signal.slot(), behind.handler()));
    net::steady_timer timer(context, 50ms);  // the send buffer is full by then
    co_await timer.async_wait(net::use_awaitable);
    signal.emit(net::cancellation_type::total);  // too late for that
    second_signal.emit(net::cancellation_type::total);
    timer.expires_after(50ms);
    co_await timer.async_wait(net::use_awaitable);
    EXPECT_FALSE(waiting.error);
    EXPECT_EQ(behind.error, net::error::operation_aborted);
    EXPECT_EQ(behind.value, 0U);
    signal.emit(net::cancellation_type::partial);
    timer.expires_after(1ms);
    co_await timer.async_wait(net::use_awaitable);
    EXPECT_EQ(waiting.error, net::error::operation_aborted);
    const std::size_t taken = waiting.value;
    EXPECT_GT(taken, 0U);
    EXPECT_LT(taken, bytes.size());
    const auto [refused, nothing] = co_await stream.send(as_bytes("another"), await_tuple);
    EXPECT_EQ(refused, Errc::state_violation) << "the message has no end yet";

    auto opened = co_await theirs.streams().accept();
    const auto finish = [&]() -> net::awaitable<void> {
      co_await stream.send_part(ByteView(bytes).subspan(taken), true);
      co_await stream.send(as_bytes("next"));
    };
    Bytes received;
    const auto receive = [&]() -> net::awaitable<void> {
      Bytes buffer(65'536);
      bool ended = false;
      while (!ended) {
        const auto part = co_await opened->read_part(buffer);
        append(received, ByteView(buffer).first(part->bytes));
        ended = part->end_of_message;
      }
    };
    co_await (receive() && finish());
    EXPECT_TRUE(received == bytes);
    auto message = co_await opened->receive();
    EXPECT_EQ(text(message->bytes), "next");
  });
}

TEST_F(Cancellation, OtherOperationsCanBeAwaitedAgain) {
  alice = make("alice", on("127.0.0.1", small_config()));
  bob = make("bob", on("127.0.0.1", small_config()));
  run([&]() -> net::awaitable<void> {
    co_await start(*alice, *bob);
    bool in = co_await in_time(bob->accept());
    EXPECT_FALSE(in);
    in = co_await in_time(alice->connect_udp("127.0.0.1", 9));
    EXPECT_FALSE(in);
    const Sides sides = co_await join(*alice, *bob);
    ours = sides.ours;
    theirs = sides.theirs;
    in = co_await in_time(theirs.streams().accept());
    EXPECT_FALSE(in);
    in = co_await in_time(theirs.closed());
    EXPECT_FALSE(in);
    std::vector<Stream> streams;
    for (int i = 0; i < 4; ++i) streams.push_back(co_await ours.streams().create());
    in = co_await in_time(ours.streams().create());
    EXPECT_FALSE(in);
    in = co_await in_time(streams[0].closed());
    EXPECT_FALSE(in);
    EXPECT_EQ(ours.streams().open().size(), 4U);
    co_await streams[0].send(as_bytes("x"));
    auto opened = co_await theirs.streams().accept();
    auto message = co_await opened->receive();
    EXPECT_EQ(text(message->bytes), "x");
    // Close and stop go on when nobody waits for them any more.
    co_await streams[0].send(pattern(8'000));
    in = co_await in_time(ours.close());
    co_await theirs.closed();
    co_await ours.close();
    in = co_await in_time(alice->stop());
    co_await alice->stop();
    EXPECT_EQ(alice->state(), NodeState::stopped);
  });
}

TEST_F(Cancellation, AWrongSeedLooksLikeNobody) {
  alice = make("alice", on("127.0.0.1", small_config()));
  Node stranger(context.get_executor(),
                {as_bytes("a stranger's node seed, 32 bytes long"),
                 as_bytes("another shared seed, of 32 bytes too")},
                on("127.0.0.1"));
  run([&]() -> net::awaitable<void> {
    co_await start(*alice, stranger);
    const std::uint16_t port = stranger.local_addresses().front().port;
    const auto [error, none] = co_await alice->connect_udp("127.0.0.1", port, await_tuple);
    EXPECT_EQ(error, Errc::handshake_timeout);
    EXPECT_EQ(error, boost::system::errc::timed_out);
    EXPECT_FALSE(none);
    const auto hint = alice->add_shared_seed(as_bytes("another shared seed, of 32 bytes too"));
    EXPECT_TRUE(hint);
    Session session = co_await alice->connect_udp("127.0.0.1", port, {.seed = *hint});
    EXPECT_TRUE(session.is_open());
  });
}

TEST_F(Cancellation, APeerThatVanishesIsNoticed) {
  Config config = small_config();
  config.parameters.idle_timeout_ms = 100;
  run_joined(config, [&]() -> net::awaitable<void> {
    Stream stream = co_await ours.streams().create();
    Noted<std::optional<Message>> receiving;
    Noted<std::optional<Stream>> accepting;
    stream.receive(receiving.handler());
    ours.streams().accept(accepting.handler());
    theirs = {};
    bob.reset();  // pulls the plug
    const Closed end = co_await ours.closed();
    EXPECT_EQ(end.reason, Errc::idle_timeout);
    EXPECT_FALSE(end.by_peer);
    const auto [error, none] = co_await stream.receive(await_tuple);
    EXPECT_EQ(error, Errc::stream_incomplete);
    EXPECT_EQ(receiving.error, Errc::stream_incomplete);
    EXPECT_EQ(accepting.error, error_code());
    EXPECT_FALSE(accepting.value.has_value());
    const auto [refused, taken] = co_await stream.send(as_bytes("x"), await_tuple);
    EXPECT_TRUE(refused.failed());
    const StreamClosed over = co_await stream.closed();
    EXPECT_EQ(over.reason, Errc::stream_incomplete);
    EXPECT_EQ(ours.rotate_keys().error(), Errc::session_closed);
  });
}

// What every kind of operation completes with, in the order of completion.
struct Outcomes {
  std::vector<error_code> errors;
  auto note() {
    return [this](const error_code& error, auto&&...) { errors.push_back(error); };
  }
};

void begin_all(Node& node, Session session, Stream stream, MutableByteView buffer, Outcomes& out) {
  node.accept(out.note());
  node.receive(out.note());
  node.connect_udp("127.0.0.1", 9, out.note());
  session.streams().accept(out.note());
  session.receive_datagram(out.note());
  session.closed(out.note());
  stream.read_part(buffer, out.note());
  stream.receive(out.note());
  stream.closed(out.note());
}

TEST_F(Cancellation, DestroyingANodeAbortsWhatIsOutstanding) {
  Outcomes outcomes;
  Bytes buffer(100);
  run_joined([&]() -> net::awaitable<void> {
    Stream stream = co_await ours.streams().create();
    begin_all(*alice, ours, stream, buffer, outcomes);
    net::steady_timer timer(context, 10ms);
    co_await timer.async_wait(net::use_awaitable);
    EXPECT_TRUE(outcomes.errors.empty());
    alice.reset();
    EXPECT_TRUE(outcomes.errors.empty()) << "completed from within the destructor";
    timer.expires_after(10ms);
    co_await timer.async_wait(net::use_awaitable);
    EXPECT_EQ(outcomes.errors.size(), 9U);
    EXPECT_THAT(outcomes.errors, Each(net::error::operation_aborted));
    // Handles have outlived their node, and refuse.
    EXPECT_FALSE(ours.is_open());
    EXPECT_EQ(ours.ping().error(), Errc::node_stopped);
    EXPECT_EQ(stream.reset().error(), Errc::node_stopped);
    EXPECT_EQ(stream.stop().error(), Errc::node_stopped);
    EXPECT_EQ(stream.set_priority(1).error(), Errc::node_stopped);
    EXPECT_EQ(ours.statistics().messages_sent, 0U);
    EXPECT_EQ(stream.session(), ours);
    Outcomes late;
    stream.send(as_bytes("x"), late.note());
    stream.close(late.note());
    ours.close(late.note());
    ours.streams().create(late.note());
    timer.expires_after(10ms);
    co_await timer.async_wait(net::use_awaitable);
    EXPECT_EQ(late.errors.size(), 4U);
    EXPECT_THAT(late.errors, Each(net::error::operation_aborted));
  });
}

TEST_F(Cancellation, StoppingANodeEndsWhatIsOutstanding) {
  Outcomes outcomes;
  Bytes buffer(100);
  run_joined([&]() -> net::awaitable<void> {
    Stream stream = co_await ours.streams().create();
    begin_all(*alice, ours, stream, buffer, outcomes);
    co_await alice->stop();
    net::steady_timer timer(context, 10ms);
    co_await timer.async_wait(net::use_awaitable);
    EXPECT_EQ(outcomes.errors.size(), 9U);
    EXPECT_THAT(outcomes.errors,
                ::testing::UnorderedElementsAre(
                    error_code(), error_code(), error_code(Errc::node_stopped), error_code(),
                    error_code(), error_code(), error_code(Errc::stream_incomplete),
                    error_code(Errc::stream_incomplete), error_code()));
    const Closed end = co_await theirs.closed();
    EXPECT_TRUE(end.by_peer);
  });
}

net::awaitable<void> wait_for_ever(std::shared_ptr<Node> node) {
  co_await node->start();
  auto session = co_await node->accept();
}

TEST(CancellationOfAll, AContextThatDiesFreesNodesAndCoroutines) {
  std::weak_ptr<Node> alive;
  {
    net::io_context context;
    auto node = std::make_shared<Node>(
        context.get_executor(),
        Seeds{as_bytes("a node seed of at least 32 bytes"), as_bytes(shared_seed)},
        on("127.0.0.1"));
    alive = node;
    net::co_spawn(context, wait_for_ever(std::move(node)), net::detached);
    context.run_for(10ms);
    EXPECT_FALSE(alive.expired());
  }
  EXPECT_TRUE(alive.expired());
}

}  // namespace
}  // namespace stt::async
