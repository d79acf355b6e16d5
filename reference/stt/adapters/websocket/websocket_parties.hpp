// Nodes on one loop that have WebSockets, for tests.
#pragma once

#include <gtest/gtest.h>

#include <stt/adapters/asio/node_driver.hpp>
#include <stt/adapters/asio/recording_node.hpp>
#include <stt/adapters/asio/socket_address.hpp>
#include <stt/adapters/websocket/test_certificates.hpp>
#include <stt/adapters/websocket/transport.hpp>

namespace stt::adapters::testing {

using Outcome = tl::expected<Address, ConnectionError>;

// Credit and buffers in which a message of ten million bytes never waits.
inline Config wide_config() {
  Config config;
  config.parameters.initial_stream_credit = 16U << 20;
  config.parameters.initial_session_credit = 32U << 20;
  config.parameters.max_streams = 4;
  config.receive_budget_bytes = 96U << 20;
  config.send_buffer_bytes = 16U << 20;
  return config;
}

// Counts the DATA frames that leave, and is the transport otherwise.
class CountingTransport final : public ConnectionTransport {
 public:
  explicit CountingTransport(WebSocketTransport& inner) : inner_(inner) {}

  void attach(ConnectionSink* sink) override { inner_.attach(sink); }
  bool has_room(const Address& connection) const override { return inner_.has_room(connection); }
  void send(const Address& connection, ByteView message) override {
    ++messages;
    for (ByteView left = message; !left.empty();) {
      const auto frame = std::get<wire::FrameView>(wire::parse_frame(left));
      data_frames += frame.header.type == wire::FrameType::data ? 1 : 0;
      left = left.subspan(frame.whole.size());
    }
    inner_.send(connection, message);
  }
  void on_authenticated(const Address& connection) override { inner_.on_authenticated(connection); }
  void close(const Address& connection) override { inner_.close(connection); }

  std::size_t messages = 0;
  std::size_t data_frames = 0;

 private:
  WebSocketTransport& inner_;
};

// Has WebSockets only, unless a test opens UDP, too.
struct Party : RecordingNode {
  Party(EventLoop& loop, std::string_view seed, const Config& config = {},
        const WebSocketLimits& limits = {})
      : RecordingNode(seed, config),
        transport(loop, limits),
        counting(transport),
        driver(loop, node, [this](Instant now, const Event& event) { take(now, event); }) {
    driver.use_connections(counting);
    transport.on_ended([this](const Address&, const ConnectionError& error) {
      ended.push_back(error.code);
      last_words = error.text;
      if (on_change) on_change();
    });
    EXPECT_TRUE(node.start(loop.now()));
  }

  WebSocketTransport transport;
  CountingTransport counting;
  std::vector<Errc> ended;  // how connections ended
  std::string last_words;   // of the newest end
  NodeDriver driver;
};

inline bool has_ipv6() {
  EventLoop loop;
  WebSocketTransport transport(loop);
  return transport.listen({.bind = parse_ip("::1", 0)}).has_value();
}

class WebSocketTest : public TwoNodes {
 protected:
  static void SetUpTestSuite() { suite_certificates = new Certificates; }
  static void TearDownTestSuite() { delete std::exchange(suite_certificates, nullptr); }

  static TlsServerFiles server_files(const std::string& name, const std::string& alternatives,
                                     std::chrono::seconds lifetime = std::chrono::hours(1)) {
    const auto files = suite_certificates->issue({name, alternatives, lifetime});
    return {files.certificate, files.key};
  }
  static TlsServerFiles good_files() {
    return server_files("good", "DNS:localhost,IP:127.0.0.1,IP:::1");
  }

  // Connects by URL; what came of it.
  Outcome open(WebSocketTransport& from, const std::string& url, const std::string& ca = {}) {
    std::optional<Outcome> outcome;
    from.connect({*parse_websocket_url(url), {ca}}, [&](const Outcome& got) {
      outcome = got;
      loop_.stop();
    });
    loop_.run_for(limit);
    EXPECT_TRUE(outcome) << "nothing came of " << url;
    return outcome.value_or(tl::unexpected(ConnectionError{Errc::websocket_deadline, "test"}));
  }

  // A session from `a` to `b`, which listens at `url`.
  bool connect(Party& a, Party& b, const std::string& url, const std::string& ca = {}) {
    const Outcome opened = open(a.transport, url, ca);
    EXPECT_TRUE(opened) << opened.error().text;
    if (!opened) return false;
    EXPECT_TRUE(a.node.connect(loop_.now(), {*opened, a.hint, std::nullopt}));
    return run_until(a, b, [&] { return a.last<Connected>() && b.last<Connected>(); });
  }

  // A listener on 127.0.0.1 and its URL.
  static std::string listen(Party& party, const std::optional<TlsServerFiles>& tls = std::nullopt) {
    const auto local =
        party.transport.listen({.bind = parse_ip("127.0.0.1", 0), .port = 0, .tls = tls});
    EXPECT_TRUE(local) << local.error().text;
    return std::string(tls ? "wss" : "ws") + "://127.0.0.1:" + std::to_string(local->front().port) +
           "/";
  }

  static inline Certificates* suite_certificates = nullptr;
};

}  // namespace stt::adapters::testing
