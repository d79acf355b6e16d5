// A driver and its connections, where the test decides when a connection has room, and when it
// ends.
#include <gtest/gtest.h>

#include <deque>
#include <set>

#include <boost/asio/post.hpp>
#include <stt/adapters/asio/event_loop_impl.hpp>
#include <stt/adapters/asio/node_driver.hpp>
#include <stt/crypto/system_random.hpp>

namespace stt::adapters {
namespace {

constexpr std::string_view shared_seed = "a shared seed of at least 32 bytes!!";
constexpr Duration limit = 30s;  // a test that waits that long has failed

// One end of connections that lead to another object of this kind, under the same numbers; what is
// sent arrives in a handler of its own. Usage: a.joins(b); both know connection_address(1).
class Pipe final : public ConnectionTransport {
 public:
  explicit Pipe(EventLoop& loop) : loop_(loop) {}

  void joins(Pipe& other) {
    other_ = &other;
    other.other_ = this;
  }
  // Once the connection is full it stays so, until release().
  void hold(const Address& connection) { held_.insert(connection); }
  void release(const Address& connection) {
    held_.erase(connection);
    later([this, connection] { make_room(connection); });
  }
  void lose(const Address& connection) {
    lost_.insert(connection);
    later([this, connection] { sink_->on_lost(connection); });
  }

  void attach(ConnectionSink* sink) override { sink_ = sink; }
  bool has_room(const Address& connection) const override {
    return !full_.contains(connection) && !lost_.contains(connection);
  }
  void send(const Address& connection, ByteView message) override {
    EXPECT_TRUE(has_room(connection)) << "sent to a connection that takes nothing";
    ++messages;
    largest_message = std::max(largest_message, message.size());
    // Room for one message only: the next is asked for when this one has gone.
    full_.insert(connection);
    later([this, connection, bytes = to_bytes(message)]() mutable {
      make_room(connection);
      if (other_->sink_ != nullptr) other_->sink_->on_message(connection, bytes);
    });
  }
  void on_authenticated(const Address& connection) override { authenticated.insert(connection); }
  void close(const Address& connection) override {
    if (!closed.insert(connection).second) return;
    lose(connection);
    other_->lose(connection);
  }

  std::size_t messages = 0;
  std::size_t largest_message = 0;
  std::set<Address> authenticated;
  std::set<Address> closed;

 private:
  void make_room(const Address& connection) {
    if (!held_.contains(connection) && full_.erase(connection) > 0) sink_->on_room(connection);
  }

  template <class Action>
  void later(Action action) {
    boost::asio::post(loop_.impl().context, [this, action = std::move(action)]() mutable {
      if (sink_ != nullptr) action();
    });
  }

  EventLoop& loop_;
  Pipe* other_ = nullptr;
  ConnectionSink* sink_ = nullptr;
  std::set<Address> full_;
  std::set<Address> held_;
  std::set<Address> lost_;
};

// A node whose application counts what it receives of every session.
struct Party {
  Party(EventLoop& its_loop, std::string_view seed)
      : loop(its_loop), node(*Node::create(config(), as_bytes(seed), random)), pipe(loop) {
    hint = *node.add_shared_seed(as_bytes(shared_seed));
    driver.emplace(loop, node, [this](Instant now, const Event& event) { take(now, event); });
    driver->use_connections(pipe);
    EXPECT_TRUE(node.start(loop.now()));
  }

  // Room for one message of 3 MB in one go: frames are as large as they may be.
  static Config config() {
    Config config;
    config.parameters.initial_stream_credit = 4U << 20;
    config.parameters.max_streams = 4;
    config.send_buffer_bytes = 4U << 20;
    config.close_deadline = 50ms;  // how long a close waits for a full connection
    return config;
  }

  void take(Instant now, const Event& event) {
    if (const auto* connected = std::get_if<Connected>(&event)) {
      sessions.emplace(connected->address, connected->session);
    } else if (const auto* readable = std::get_if<StreamReadable>(&event)) {
      Bytes out(65'536);
      while (const auto part = node.read(now, readable->session, readable->stream, out)) {
        received[readable->session] += part->bytes;
      }
    } else if (std::holds_alternative<Closed>(event)) {
      ++closed;
    } else if (std::holds_alternative<Stopped>(event)) {
      stopped = true;
    }
    if (done && done()) loop.stop();
  }

  StreamId open_stream(const Address& connection) {
    return *node.open_stream(loop.now(), sessions.at(connection));
  }
  void send(const Address& connection, StreamId stream, std::size_t size) {
    const auto taken = node.send(loop.now(), sessions.at(connection), stream, Bytes(size));
    EXPECT_TRUE(taken && *taken == size);
    driver->pump();
  }

  EventLoop& loop;
  crypto::SystemRandom random;
  Node node;
  SeedHint hint;
  Pipe pipe;
  std::map<Address, SessionHandle> sessions;
  std::map<SessionHandle, std::size_t> received;
  std::size_t closed = 0;
  bool stopped = false;
  std::function<bool()> done;
  std::optional<NodeDriver> driver;
};

class NodeDriverConnections : public ::testing::Test {
 protected:
  NodeDriverConnections() {
    a.pipe.joins(b.pipe);
    for (const Address& connection : {one, two}) {
      EXPECT_TRUE(a.node.connect(loop.now(), {connection, a.hint, std::nullopt}));
    }
    EXPECT_TRUE(run_until([this] { return a.sessions.size() == 2 && b.sessions.size() == 2; }));
  }

  bool run_until(const std::function<bool()>& done) {
    a.done = b.done = done;
    a.driver->pump();
    b.driver->pump();
    const bool reached = done() || loop.run_for(limit);
    a.done = b.done = nullptr;
    return reached;
  }
  std::size_t received(const Address& connection) { return b.received[b.sessions.at(connection)]; }

  const Address one = connection_address(1);
  const Address two = connection_address(2);
  EventLoop loop;
  Party a{loop, "alice has a node seed of 32 bytes"};
  Party b{loop, "bob too has a node seed of 32 bytes"};
};

TEST(ConnectionAddress, IsReadableByPeople) {
  EXPECT_EQ(to_string(connection_address(70'000)), "websocket#70000");
}

TEST_F(NodeDriverConnections, MoveFramesOfTheLargestSize) {
  EXPECT_TRUE(a.pipe.authenticated.contains(one));
  EXPECT_TRUE(b.pipe.authenticated.contains(two));
  a.send(one, a.open_stream(one), 3'000'000);
  EXPECT_TRUE(run_until([this] { return received(one) == 3'000'000; }));
  EXPECT_GT(a.pipe.largest_message, 1'900'000U);
}

//= STT-NODE-019 test
TEST_F(NodeDriverConnections, OneThatIsFullDelaysNoOther) {
  const StreamId on_one = a.open_stream(one);
  a.pipe.hold(one);
  a.send(one, on_one, 1);  // takes the only room, if there is any
  a.send(one, on_one, 100'000);
  a.send(two, a.open_stream(two), 1'000'000);
  EXPECT_TRUE(run_until([this] { return received(two) == 1'000'000; }));
  EXPECT_LE(received(one), 1U);
  a.pipe.release(one);
  EXPECT_TRUE(run_until([this] { return received(one) == 100'001; }));
}

TEST_F(NodeDriverConnections, OneThatIsLostEndsItsSessionOnly) {
  a.pipe.lose(one);
  EXPECT_TRUE(run_until([this] { return a.closed == 1; }));
  a.send(two, a.open_stream(two), 1'000);
  EXPECT_TRUE(run_until([this] { return received(two) == 1'000; }));
  EXPECT_EQ(a.node.statistics().sessions, 1U);
}

//= STT-WS-016 test
TEST_F(NodeDriverConnections, TheOneWhoHearsCloseEndsTheConnection) {
  EXPECT_TRUE(a.node.close(loop.now(), a.sessions.at(one)));
  EXPECT_TRUE(run_until([this] { return b.closed == 1; }));
  EXPECT_EQ(b.pipe.closed, std::set{one});
  EXPECT_TRUE(a.pipe.closed.empty());
}

//= STT-WS-016 test
TEST_F(NodeDriverConnections, TheOneWhoSaidCloseEndsTheConnectionIfNobodyElseDoes) {
  a.pipe.hold(one);
  a.send(one, a.open_stream(one), 1);  // takes the only room, if there is any
  const Instant begin = loop.now();
  EXPECT_TRUE(a.node.close(begin, a.sessions.at(one)));  // finds no room
  a.node.stop(begin);
  EXPECT_TRUE(run_until([this] { return a.stopped; }));
  EXPECT_TRUE(a.pipe.closed.contains(one));
  EXPECT_GE(loop.now() - begin, 3s);
}

TEST_F(NodeDriverConnections, ADriverThatDiesLetsGoOfItsTransport) {
  a.driver.reset();
  b.send(one, b.open_stream(one), 1'000);
  EXPECT_FALSE(loop.run_for(20ms));  // what arrives at `a` meets nobody
  EXPECT_GT(b.pipe.messages, 0U);
}

}  // namespace
}  // namespace stt::adapters
