// Nodes on one loop that have WebSockets, for tests.
#pragma once

#include <gtest/gtest.h>

#include <stt/adapters/asio/node_driver.hpp>
#include <stt/adapters/asio/socket_address.hpp>
#include <stt/adapters/websocket/test_certificates.hpp>
#include <stt/adapters/websocket/transport.hpp>
#include <stt/crypto/system_random.hpp>

namespace stt::adapters::testing {

inline constexpr std::string_view shared_seed = "a shared seed of at least 32 bytes!!";
inline constexpr std::string_view alice_seed = "alice has a node seed of 32 bytes";
inline constexpr std::string_view bob_seed = "bob too has a node seed of 32 bytes";
inline constexpr Duration limit = 60s;  // a test that waits that long has failed

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

// A node that has WebSockets only, and an application that keeps what it hears.
struct Party {
  Party(EventLoop& loop, std::string_view seed, const Config& config = {},
        const WebSocketLimits& limits = {})
      : node(*Node::create(config, as_bytes(seed), random)),
        hint(*node.add_shared_seed(as_bytes(shared_seed))),
        transport(loop, limits),
        counting(transport),
        driver(loop, node, [this](Instant now, const Event& event) {
          events.push_back(event);
          if (on_event) on_event(now, event);
        }) {
    driver.use_connections(counting);
    transport.on_ended([this](const Address&, const ConnectionError& error) {
      ended.push_back(error.code);
      if (on_ended) on_ended();
    });
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
  WebSocketTransport transport;
  CountingTransport counting;
  std::vector<Event> events;
  std::vector<Errc> ended;  // how connections ended
  std::function<void(Instant, const Event&)> on_event;
  std::function<void()> on_ended;
  NodeDriver driver;
};

inline Bytes pattern(std::size_t size) {
  Bytes out(size);
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<std::byte>(i * 7 + i / 251);
  return out;
}

inline bool has_ipv6() {
  EventLoop loop;
  WebSocketTransport transport(loop);
  return transport.listen({.bind = parse_ip("::1", 0)}).has_value();
}

class WebSocketTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { certificates_ = new Certificates; }
  static void TearDownTestSuite() { delete std::exchange(certificates_, nullptr); }

  static TlsServerFiles server_files(const std::string& name, const std::string& alternatives,
                                     std::chrono::seconds lifetime = std::chrono::hours(1)) {
    const auto files = certificates_->issue({name, alternatives, lifetime});
    return {files.certificate, files.key};
  }
  static TlsServerFiles good_files() {
    return server_files("good", "DNS:localhost,IP:127.0.0.1,IP:::1");
  }

  // Runs until `done` says so after an event or the end of a connection of either party.
  bool run_until(Party& a, Party& b, const std::function<bool()>& done) {
    const auto check = [this, &done] {
      if (done()) loop_.stop();
    };
    for (Party* party : {&a, &b}) {
      party->on_ended = check;
      party->on_event = [before = party->on_event, check](Instant now, const Event& event) {
        if (before) before(now, event);
        check();
      };
    }
    a.driver.pump();
    b.driver.pump();
    const bool in_time = done() || loop_.run_for(limit);
    a.on_ended = b.on_ended = nullptr;
    a.on_event = b.on_event = nullptr;
    return in_time;
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

  // Whether one message arrives whole.
  bool move(Party& from, Party& to, std::size_t size) {
    const SessionHandle session = from.last<Connected>()->session;
    const Bytes message = pattern(size);
    const auto stream = from.node.open_stream(loop_.now(), session);
    EXPECT_TRUE(stream);
    std::size_t sent = 0;
    bool ended = false;
    const auto send_more = [&](Instant now) {
      while (!ended) {
        const ByteView rest = ByteView(message).subspan(sent);
        const auto taken = from.node.send(now, session, *stream, rest);
        if (!taken) return;
        sent += *taken;
        ended = *taken == rest.size();
        if (!ended) return;
      }
    };
    from.on_event = [&](Instant now, const Event& event) {
      if (std::holds_alternative<StreamWritable>(event)) send_more(now);
    };
    Bytes received;
    bool complete = false;
    Bytes buffer(1U << 20);
    to.on_event = [&](Instant now, const Event& event) {
      const auto* readable = std::get_if<StreamReadable>(&event);
      if (readable == nullptr) return;
      while (const auto part = to.node.read(now, readable->session, readable->stream, buffer)) {
        append(received, ByteView(buffer).first(part->bytes));
        complete |= part->end_of_message;
      }
    };
    send_more(loop_.now());
    return run_until(from, to, [&] { return complete; }) && received == message;
  }

  static inline Certificates* certificates_ = nullptr;
  EventLoop loop_;
};

}  // namespace stt::adapters::testing
