// For tests: nodes on the loopback within one io_context, and stories told by coroutines.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <stt/adapters/asio/socket_address.hpp>
#include <stt/adapters/async/node.hpp>
#include <stt/adapters/websocket/test_certificates.hpp>

namespace stt::async::testing {

using namespace std::chrono_literals;

inline constexpr std::string_view shared_seed = "a shared seed of at least 32 bytes!!";
inline constexpr auto limit = 60s;  // a test that waits that long has failed
inline constexpr auto await_tuple = net::as_tuple(net::use_awaitable);

// How the nodes of a test reach each other.
enum class Way : std::uint8_t { udp, ws, wss };

inline std::string name_of(const ::testing::TestParamInfo<Way>& info) {
  switch (info.param) {
    case Way::udp: return "Udp";
    case Way::ws: return "Ws";
    case Way::wss: return "Wss";
  }
  return {};
}

// Small buffers, so that senders have to wait; and a quick end.
inline Config small_config() {
  Config config;
  config.parameters.initial_stream_credit = 4'096;
  config.parameters.initial_session_credit = 1U << 20;
  config.parameters.max_streams = 4;
  config.parameters.max_message_bytes = 100'000;
  config.receive_budget_bytes = 200'000;
  config.send_buffer_bytes = 8'192;
  config.handshake_deadline = 300ms;
  config.handshake_resend = 100ms;
  config.close_deadline = 200ms;
  return config;
}

inline Bytes pattern(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(i * 7 + i / 251);
  return bytes;
}

inline std::string text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// An authority, and a server's certificate for the loopback.
struct TestTls {
  adapters::testing::Certificates certificates;
  adapters::testing::Certificates::Files files =
      certificates.issue({"loopback", "DNS:localhost,IP:127.0.0.1,IP:::1"});
};
inline TestTls& test_tls() {
  static TestTls made;
  return made;
}

// A listener on the loopback, at a port that the system chooses.
inline adapters::WebSocketListen websocket_on_loopback(bool tls) {
  adapters::WebSocketListen options{.bind = adapters::parse_ip("127.0.0.1", 0)};
  if (tls) options.tls = {test_tls().files.certificate, test_tls().files.key};
  return options;
}

inline NodeOptions on(const char* ip, Config config = {}) {
  NodeOptions options;
  options.config = std::move(config);
  options.udp->bind = adapters::parse_ip(ip, 0);
  options.tls.ca = test_tls().certificates.ca_file();
  return options;
}

class Loopback : public ::testing::Test {
 protected:
  // Of the way of this test, unless that is UDP, which `options` say.
  std::unique_ptr<Node> make(const std::string& name, NodeOptions options = on("127.0.0.1")) {
    if (way != Way::udp) options.udp.reset();
    const std::string seed = name + " has a node seed of at least 32 bytes";
    return std::make_unique<Node>(context.get_executor(),
                                  Seeds{as_bytes(seed), as_bytes(shared_seed)}, std::move(options));
  }

  // One type for all of them: co_spawn is compiled anew for each.
  using Story = std::function<net::awaitable<void>()>;

  // Runs `story` until it is told.
  void run(const Story& story) {
    std::exception_ptr failure;
    bool done = false;
    net::co_spawn(context, story(), [&](std::exception_ptr error) {
      failure = std::move(error);
      done = true;
    });
    context.restart();
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!done && context.run_one_until(end) > 0) {
    }
    ASSERT_TRUE(done) << "the story has not ended";
    if (failure) std::rethrow_exception(failure);
  }

  // The same, once alice and bob are started and have a session.
  void run_joined(const Config& config, const Story& story) {
    alice = make("alice", on("127.0.0.1", config));
    bob = make("bob", on("127.0.0.1", config));
    run([&]() -> net::awaitable<void> {
      co_await start(*alice, *bob);
      Sides sides = co_await join(*alice, *bob);
      ours = sides.ours;
      theirs = sides.theirs;
      co_await story();
    });
  }
  void run_joined(const Story& story) { run_joined(Config{}, story); }

  // The two sides of a session from `from` to `to`, both started.
  struct Sides {
    Session ours;
    Session theirs;
  };
  net::awaitable<Sides> join(Node& from, Node& to) {
    Sides sides;
    if (way == Way::udp) {
      const std::uint16_t port = to.local_addresses().front().port;
      sides.ours = co_await from.connect_udp("127.0.0.1", port);
    } else {
      sides.ours = co_await from.connect_websocket(url_of(to));
    }
    auto accepted = co_await to.accept();
    sides.theirs = *accepted;
    co_return sides;
  }

  // Where `node` takes WebSockets, from now on.
  std::string url_of(Node& node) {
    std::string& url = urls_[node.id()];
    if (url.empty()) url = listen(node, way == Way::wss);
    return url;
  }
  static std::string listen(Node& node, bool tls) {
    const auto at = node.listen_websocket(websocket_on_loopback(tls));
    EXPECT_TRUE(at) << at.error().text;
    return std::string(tls ? "wss" : "ws") + "://" + adapters::display(at->front()) + "/";
  }

  static net::awaitable<void> start(Node& a, Node& b) {
    co_await a.start();
    co_await b.start();
  }

  // Awaits `operation` (an awaitable) no longer than a moment; whether it was done by then.
  template <class T>
  net::awaitable<bool> in_time(net::awaitable<T> operation) {
    net::steady_timer timer(context, 20ms);
    auto first = co_await net::experimental::awaitable_operators::operator||(
        std::move(operation), timer.async_wait(net::use_awaitable));
    co_return first.index() == 0;
  }

  net::awaitable<void> pause(std::chrono::milliseconds duration) {
    net::steady_timer timer(context, duration);
    co_await timer.async_wait(net::use_awaitable);
  }

  Way way = Way::udp;
  net::io_context context{1};
  // Of run_joined().
  std::unique_ptr<Node> alice;
  std::unique_ptr<Node> bob;
  Session ours;    // alice's
  Session theirs;  // bob's

 private:
  std::map<NodeId, std::string> urls_;
};

// For TEST_P: as its parameter says.
class LoopbackEveryWay : public Loopback, public ::testing::WithParamInterface<Way> {
 protected:
  LoopbackEveryWay() { way = GetParam(); }
};

}  // namespace stt::async::testing
