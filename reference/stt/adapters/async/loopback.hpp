// For tests: nodes on the loopback within one io_context, and stories told by coroutines.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <stt/adapters/async/node.hpp>

namespace stt::async::testing {

using namespace std::chrono_literals;

inline constexpr std::string_view shared_seed = "a shared seed of at least 32 bytes!!";
inline constexpr auto limit = 60s;  // a test that waits that long has failed
inline constexpr auto await_tuple = net::as_tuple(net::use_awaitable);

inline NodeOptions on(const char* ip, Config config = {}) {
  NodeOptions options;
  options.config = std::move(config);
  options.udp->bind = adapters::parse_ip(ip, 0);
  return options;
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

class Loopback : public ::testing::Test {
 protected:
  std::unique_ptr<Node> make(const std::string& name, NodeOptions options = on("127.0.0.1")) {
    const std::string seed = name + " has a node seed of at least 32 bytes";
    return std::make_unique<Node>(context.get_executor(),
                                  Seeds{as_bytes(seed), as_bytes(shared_seed)}, std::move(options));
  }

  // Runs `story`, a function that gives a coroutine, until it is told.
  template <class Story>
  void run(Story story) {
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

  // The two sides of a session from `from` to `to`, both started.
  struct Sides {
    Session ours;
    Session theirs;
  };
  static net::awaitable<Sides> join(Node& from, Node& to) {
    const Address at = to.local_addresses().front();
    const std::string ip =
        at.ip[0] == std::byte{0} && at.ip[15] == std::byte{1} && at.ip[10] == std::byte{0}
            ? "::1"
            : "127.0.0.1";
    Sides sides;
    sides.ours = co_await from.connect_udp(ip, at.port);
    auto accepted = co_await to.accept();
    sides.theirs = *accepted;
    co_return sides;
  }

  static net::awaitable<void> start(Node& a, Node& b) {
    co_await a.start();
    co_await b.start();
  }

  net::io_context context{1};
};

}  // namespace stt::async::testing
