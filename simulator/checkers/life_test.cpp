// The checkers that sit at a host: each is shown what it has to catch.
#include <simulator/checkers/life.hpp>

#include <gtest/gtest.h>

#include <simulator/checkers/authenticity.hpp>
#include <simulator/checkers/bounds.hpp>

namespace stt::sim {
namespace {

class Idle final : public Application {
 public:
  void start(Host&) override {}
  void on_event(Host&, const stt::Event&) override {}
  void on_wake(Host&, std::uint32_t) override {}
  void on_crash(Host&, bool) override {}
};

class AtAHost : public testing::Test {
 protected:
  void SetUp() override { host.start(); }
  void tell(const stt::Event& event) { life.on_event(host, event); }

  Engine engine{1, false};
  Network network{engine};
  Idle idle;
  HostPlan plan;
  Host host{engine, network, 0, plan, idle};
  Violations violations;
  Secrets secrets;
  Eavesdropper eavesdropper{1, violations, secrets};
  LifeChecker life{violations, &eavesdropper};
  AuthenticityChecker authenticity{violations, eavesdropper};
  SessionHandle session{7};
  StreamId stream{1};
};

TEST(SessionLife, BeginsOnceAndEndsOnce) {
  using enum SessionLife;
  EXPECT_EQ(next(none, SessionWord::connected), connected);
  EXPECT_EQ(next(connected, SessionWord::closed), over);
  EXPECT_EQ(next(connected, SessionWord::connected), std::nullopt);
  EXPECT_EQ(next(over, SessionWord::closed), std::nullopt);
  EXPECT_EQ(next(none, SessionWord::talk), std::nullopt);
  EXPECT_EQ(next(over, SessionWord::talk), over);
}

TEST(StreamLife, NothingComesAfterItsEnd) {
  using enum StreamLife;
  EXPECT_EQ(next(none, StreamWord::opened), open);
  EXPECT_EQ(next(open, StreamWord::finished), half);
  EXPECT_EQ(next(half, StreamWord::closed), ended);
  EXPECT_EQ(next(open, StreamWord::opened), std::nullopt);
  EXPECT_EQ(next(half, StreamWord::readable), std::nullopt);
  EXPECT_EQ(next(half, StreamWord::finished), std::nullopt);
  EXPECT_EQ(next(ended, StreamWord::closed), std::nullopt);
  EXPECT_EQ(next(ended, StreamWord::writable), std::nullopt);
}

TEST_F(AtAHost, CatchesAStreamBeforeItsSession) {
  tell(StreamOpened{session, stream});
  EXPECT_TRUE(violations.any());
}

TEST_F(AtAHost, CatchesASecondEnd) {
  tell(ConnectFailed{session, Errc::handshake_timeout});
  EXPECT_FALSE(violations.any());
  tell(ConnectFailed{session, Errc::handshake_timeout});
  EXPECT_TRUE(violations.any());
}

TEST_F(AtAHost, ForgetsWithACrash) {
  tell(ConnectFailed{session, Errc::handshake_timeout});
  life.on_crash(host);
  tell(ConnectFailed{session, Errc::handshake_timeout});
  EXPECT_FALSE(violations.any());
}

TEST_F(AtAHost, CatchesASessionThatNoHandshakeMade) {
  Connected connected;
  connected.session = session;
  tell(connected);
  ASSERT_TRUE(violations.any());
  EXPECT_NE(violations.found()[0].what.find("no handshake"), std::string::npos);
}

TEST_F(AtAHost, UnsealedBytesMayOnlyBeDropped) {
  Bytes noise(50, std::byte{1});
  authenticity.before_datagram(host, noise);
  host.node().handle_datagram(host.now(), Address::ipv4(1, 2, 3, 4, 5), noise);
  authenticity.after_datagram(host);
  EXPECT_FALSE(violations.any());
}

TEST_F(AtAHost, CatchesStateMovedByUnsealedBytes) {
  authenticity.before_datagram(host, Bytes(50, std::byte{1}));
  // As if the noise had made the node begin a handshake.
  ASSERT_TRUE(host.peer().connect(host.now(), Address::ipv4(1, 2, 3, 4, 5)));
  authenticity.after_datagram(host);
  EXPECT_TRUE(violations.any());
}

TEST(NodeSnapshot, SeesEveryNumberOfASession) {
  NodeSnapshot a;
  a.sessions.resize(1);
  NodeSnapshot b = a;
  EXPECT_TRUE(is_same(a, b));
  b.sessions[0].drops.add(Errc::replayed);
  EXPECT_TRUE(is_same(a, b));
  b.sessions[0].frames_received = 1;
  EXPECT_FALSE(is_same(a, b));
  b = a;
  b.sessions[0].receive_epoch = Epoch(1);
  EXPECT_FALSE(is_same(a, b));
  b = a;
  b.half_open = 1;
  EXPECT_FALSE(is_same(a, b));
}

TEST(CheckBounds, CatchesWhatIsTooMuch) {
  const Config config;
  EXPECT_EQ(check_bounds(config, NodeStatistics{}), std::nullopt);
  EXPECT_EQ(check_bounds(config, SessionStatistics{}), std::nullopt);
  NodeStatistics node;
  node.half_open = config.half_open_max + 1;
  EXPECT_TRUE(check_bounds(config, node));
  SessionStatistics session;
  session.streams_open = 2 * config.parameters.max_streams + 1;
  EXPECT_TRUE(check_bounds(config, session));
  session = {};
  session.memory_bytes = 500U << 20;
  EXPECT_TRUE(check_bounds(config, session));
}

}  // namespace
}  // namespace stt::sim
